from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from pleinair.engine.clock import now
from pleinair.engine.errors import VirtualCameraError
from pleinair.engine.sinks import VirtualCamera, virtual_camera
from pleinair.engine.sinks.virtual_camera import FPS, GRACE
from pleinair.engine.sources.pattern import read_number
from pleinair.engine.threads.heartbeats import beats
from tests.engine.sinks.test_recorder import painted
from tests.support.clock import ManualClock
from tests.support.virtual_cameras import Device, VirtualCameras

INTERVAL = 1 / FPS


class PaintingClock(ManualClock):
    """Frames are painted while somebody sleeps by it: each is offered when its time has come."""

    def __init__(self) -> None:
        super().__init__()
        self.over = threading.Event()
        """All frames are offered, and the second after the last one is over."""
        self._waiting: list[float] = []
        self._offered = 0

    def paint(self, sink: VirtualCamera, times: Iterable[float]) -> None:
        """Offer frames to ``sink`` at these times, in seconds from now; the first at once."""
        self._sink = sink
        self._waiting = [self.at + seconds for seconds in times]
        self.end = self._waiting[-1] + 1.0
        self._offer()

    def sleep(self, seconds: float) -> None:
        end = self.at + seconds
        while self._waiting and self._waiting[0] <= end:
            self.at = self._waiting[0]
            self._offer()
        self.at = end
        if end > self.end:
            self.over.set()
            time.sleep(0.001)  # until it is stopped

    def _offer(self) -> None:
        self._sink.offer(painted(self._offered, self._waiting.pop(0)))
        self._offered += 1


def film(virtual_cameras: VirtualCameras, times: list[float]) -> tuple[list[float], list[int]]:
    """What a virtual camera gets of frames that are painted at these times: when, and the number in each picture,
    until a second after the last one."""
    clock = PaintingClock()
    began = clock.at
    device = virtual_cameras.install(clock=clock)
    camera = VirtualCamera(320, 240, clock=clock).start()
    clock.paint(camera, times)
    assert clock.over.wait(20)
    camera.stop()
    assert camera.dropped == 0 and camera.written == len(times)
    sent = [
        (at - began, read_number(picture)) for at, picture in zip(device.times, device.pictures, strict=True)
    ]
    kept = [(at, number) for at, number in sent if at <= times[-1] + 1.0]
    return [at for at, _ in kept], [number for _, number in kept]


def assert_rate_is_kept(times: list[float]) -> None:
    """One picture for every thirtieth of a second, each at most the grace late."""
    late = np.array(times) - np.arange(len(times)) * INTERVAL
    assert late.min() > -1e-6 and late.max() < GRACE * INTERVAL + 1e-6


def test_as_long_as_it_films_it_shows_that_it_lives(virtual_cameras: VirtualCameras) -> None:
    virtual_cameras.install()
    camera = VirtualCamera(320, 240).start()
    camera.offer(painted(0, now()))
    end = now() + 0.5
    while now() < end:
        pass
    assert [beat.seconds < 0.3 for beat in beats() if beat.name == "virtual camera"] == [True]
    camera.stop()


@pytest.mark.parametrize("rate", [4, 12, 29.97, 45, 60])
def test_it_keeps_its_rate_whatever_the_rate_of_painting(
    virtual_cameras: VirtualCameras, rate: float
) -> None:
    painted_at = [number / rate for number in range(int(2 * rate))]
    times, numbers = film(virtual_cameras, painted_at)
    assert_rate_is_kept(times)
    assert len(times) == pytest.approx((painted_at[-1] + 1) * FPS, abs=1.5)
    for at, number in zip(times, numbers, strict=True):  # always the newest, at most one interval late
        newest = max(n for n, when in enumerate(painted_at) if when <= at + 1e-6)
        assert newest - number <= 1 and (newest == number or painted_at[newest] > at - 1e-6)
    if rate <= FPS:
        assert sorted(set(numbers)) == list(range(len(painted_at)))  # nothing painted is left out


def test_lost_frames_leave_no_gap(virtual_cameras: VirtualCameras) -> None:
    times, numbers = film(virtual_cameras, [0.0, 0.03, 0.07, 2.5, 2.53])
    assert_rate_is_kept(times)
    assert numbers.count(2) == pytest.approx(2.4 * FPS, abs=2)


@pytest.mark.parametrize("phase", [0.0, 0.1, 0.25, 0.5, 0.9])
def test_frames_that_come_nearly_when_due_are_sent_once_each(
    virtual_cameras: VirtualCameras, phase: float
) -> None:
    """At its own rate, but for some milliseconds this way or that, and anywhere between two pictures."""
    rng = np.random.default_rng(3)
    jitter = rng.uniform(-3e-3, 3e-3, 120)
    painted_at = [0.0, *((1 + phase + n) * INTERVAL + jitter[n] for n in range(120))]
    _, numbers = film(virtual_cameras, painted_at)
    steps = np.diff(numbers[: 1 + numbers.index(120)])
    assert steps.max() == 1 and (steps == 0).sum() <= 2  # where the first ones find their place


def test_pixels_go_in_as_they_are_and_other_sizes_are_fitted(virtual_cameras: VirtualCameras) -> None:
    device = virtual_cameras.install()
    camera = VirtualCamera(321, 241).start()  # of even sides, as every camera
    frames = [painted(5, 0.0, (320, 240)), painted(9, 0.1, (480, 480))]
    for number, frame in enumerate(frames, 1):
        camera.offer(frame)
        while camera.written < number or not device.pictures:
            time.sleep(0.001)
    camera.stop()
    np.testing.assert_array_equal(device.pictures[0], frames[0].pixels)
    last = device.pictures[-1]
    assert last.shape == (240, 320, 3)
    assert last[:, :30].max() < 20 and last[:, -30:].max() < 20 and last[60:180, 60:260].mean() > 50


def test_a_large_picture_becomes_a_camera_that_programs_take(virtual_cameras: VirtualCameras) -> None:
    device = virtual_cameras.install()
    camera = VirtualCamera(4000, 3001).start()
    camera.offer(painted(1, 0.0))
    camera.stop()
    assert device.pictures[0].shape == (1440, 1920, 3)


def test_the_device_is_given_back(virtual_cameras: VirtualCameras) -> None:
    device = virtual_cameras.install()
    for _ in range(2):
        camera = VirtualCamera(320, 240, device.name).start()
        with pytest.raises(VirtualCameraError, match="close the program"):
            VirtualCamera(320, 240, device.name)
        assert device.taken and camera.device == device.name
        camera.stop()
        assert not device.taken
    VirtualCamera(320, 240).stop()  # never started
    assert not device.taken


def test_a_device_that_breaks_is_given_back(virtual_cameras: VirtualCameras) -> None:
    device, told = virtual_cameras.install(), list[str]()
    camera = VirtualCamera(320, 240, on_error=told.append).start()
    virtual_cameras.break_all()
    camera.offer(painted(0, 0.0))
    with pytest.raises(VirtualCameraError, match="switch it on again"):
        camera.stop()
    assert len(told) == 1 and not device.taken


@pytest.mark.parametrize(
    ("system", "says"),
    [("linux", "modprobe v4l2loopback exclusive_caps=1"), ("win32", "OBS Studio"), ("darwin", "OBS Studio")],
)
def test_where_there_is_none_it_says_what_to_install(
    system: str, says: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(virtual_camera, "LOOPBACK", tmp_path / "none")
    with pytest.raises(VirtualCameraError, match=says):
        VirtualCamera(640, 480)
    with pytest.raises(VirtualCameraError, match="no virtual camera Front here"):
        VirtualCamera(640, 480, "Front")


def test_where_the_module_is_loaded_nothing_is_to_be_installed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(virtual_camera, "LOOPBACK", tmp_path)
    with pytest.raises(VirtualCameraError, match="close the program") as caught:
        VirtualCamera(640, 480)
    assert "apt install" not in str(caught.value)


def test_without_the_package_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyvirtualcam", None)
    with pytest.raises(VirtualCameraError, match=r"pip install 'pleinair\[virtual-camera\]'"):
        VirtualCamera(640, 480)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems know devices by their names")
def test_linux_knows_a_device_by_number_and_label(
    virtual_cameras: VirtualCameras, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    devices: list[Device] = [virtual_cameras.install(f"/dev/video{number}") for number in (2, 3)]
    for device, label in zip(devices, ("Webcam", "Plein Air"), strict=True):
        folder = tmp_path / Path(device.name).name
        folder.mkdir()
        (folder / "name").write_text(f"{label}\n")
    monkeypatch.setattr(virtual_camera, "DEVICES", tmp_path)
    for name, wanted in (("3", 3), ("plein air", 3), ("/dev/video2", 2), ("", 2)):
        camera = VirtualCamera(640, 480, name)
        assert camera.device == f"/dev/video{wanted}"
        camera.stop()

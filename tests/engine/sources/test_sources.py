from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pleinair.engine.sources.camera
from pleinair.engine.errors import PictureError, SourceLost, SourceNotFound
from pleinair.engine.files import asset
from pleinair.engine.media.films import Device
from pleinair.engine.media.kinds import open_clip
from pleinair.engine.sources import Camera, camera_specs, list_cameras, open_source
from pleinair.engine.sources.base import Pace
from pleinair.engine.sources.camera import open_by_ffmpeg
from pleinair.engine.sources.pattern import draw, read_number
from pleinair.engine.sources.registry import SourceRequest
from pleinair.engine.sources.video import ClipSource
from tests.engine.sources.broadcast import broadcast
from tests.engine.sources.reading import read, read_all
from tests.support.cameras import NAME, Cameras
from tests.support.clock import ManualClock


def test_a_file_plays_in_real_time_with_its_own_time_stamps_and_ends(clock: ManualClock) -> None:
    source = ClipSource("demo", lambda: open_clip(asset("demo.mp4")), loop=False, clock=clock)
    frames = read_all(source)
    source.close()
    assert (source.format.width, source.format.height, len(frames)) == (640, 480, 120)
    assert clock.now() - 1000 == pytest.approx(119 / 29.97, abs=0.001)
    assert [frame.index for frame in frames] == list(range(120))
    steps = np.diff([frame.captured_at for frame in frames])
    np.testing.assert_allclose(steps, 1 / 29.97, atol=0.001)


def test_the_demo_begins_again(clock: ManualClock) -> None:
    source = ClipSource("demo", lambda: open_clip(asset("demo.mp4")), loop=True, clock=clock)
    first = [read(source) for _ in range(122)]
    source.close()
    assert np.array_equal(first[0].pixels, first[120].pixels)
    assert not np.array_equal(first[0].pixels, first[60].pixels)


def test_a_video_that_breaks_off_plays_up_to_there(tmp_path: Path) -> None:
    torn = tmp_path / "torn.mkv"
    import av

    with av.open(str(torn), "w") as out:
        stream = out.add_stream("libx264", rate=100)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(40):
            picture = av.VideoFrame.from_ndarray(draw(number, 64, 48), format="bgr24")
            out.mux(stream.encode(picture))
        out.mux(stream.encode(None))
    torn.write_bytes(torn.read_bytes()[:-600])
    source = open_source(str(torn), loop=False)
    count = len(read_all(source))
    source.close()
    assert 0 < count < 40


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**24 - 1), st.sampled_from([(640, 480), (321, 99), (1280, 720)]))
def test_the_pattern_carries_its_number(number: int, size: tuple[int, int]) -> None:
    picture = draw(number, *size)
    assert picture.shape == (size[1], size[0], 3)
    assert read_number(picture) == number
    noisy = picture.astype(int) + np.random.default_rng(number).integers(-40, 40, picture.shape)
    assert read_number(np.clip(noisy, 0, 255).astype(np.uint8)) == number


def test_a_still_comes_again_and_again(tmp_path: Path) -> None:
    path = tmp_path / "ä still.png"
    path.write_bytes(cv2.imencode(".png", draw(3, 160, 48))[1].tobytes())
    source = open_source(str(path))
    frames = [read(source) for _ in range(3)]
    source.close()
    assert all(read_number(frame.pixels) == 3 for frame in frames)
    assert source.format.fps == 30


def test_a_stream_from_the_network_is_filmed_until_it_is_lost() -> None:
    numbers = []
    with broadcast(frames=30) as address:
        source = open_source(address)
        assert source.live and (source.format.width, source.format.height) == (320, 240)
        with pytest.raises(SourceLost, match="stopped"):
            while True:
                numbers.append(read_number(read(source).pixels))
        source.close()
    assert len(numbers) > 15 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def test_files_that_are_no_pictures_end_in_a_sentence(tmp_path: Path) -> None:
    for name in ("a.mp4", "a.png", "empty.jpg"):
        path = tmp_path / name
        path.write_bytes(b"" if name == "empty.jpg" else b"no picture" * 50)
        with pytest.raises(PictureError, match=name):
            open_source(str(path))


def test_cameras_have_numbers_and_names(cameras: Cameras) -> None:
    cameras.plug_in()
    assert list_cameras() == [Camera(0, NAME, "/dev/synthetic0")]
    for spec in ("camera", "camera:0", "camera:synthetic"):
        source = open_source(spec)
        assert source.name == "camera 0" and str(source.format) == "640x480 at 30 fps"
        source.close()
    with pytest.raises(SourceNotFound, match=f"this computer has: {NAME}"):
        open_source("camera:no such name")


def test_cameras_are_remembered_by_name_and_those_of_one_name_by_number() -> None:
    cameras = [Camera(0, "Desk"), Camera(2, "Door"), Camera(4, "door")]
    assert camera_specs(cameras) == ["camera:Desk", "camera:2", "camera:4"]


def test_the_whole_name_goes_before_a_part_of_it(cameras: Cameras) -> None:
    for name in ("Desk camera 2", "Desk camera"):
        cameras.plug_in(name)
    source = open_source("camera:desk camera")
    assert source.name == "camera 1"
    source.close()


def test_what_the_camera_grants_is_told_where_it_was_asked_for(cameras: Cameras) -> None:
    cameras.plug_in()
    for size, fps, said in (
        (None, None, None),
        ((640, 480), 30, None),
        ((1920, 1080), 30, "The camera films at 640x480 at 30 fps; it does not offer 1920x1080 at 30 fps."),
        (None, 60, "The camera films at 640x480 at 30 fps; it does not offer 640x480 at 60 fps."),
    ):
        source = open_source("camera", size=size, fps=fps)
        assert source.notice == said
        source.close()


def test_another_interface_is_tried_where_one_has_no_picture(
    cameras: Cameras, monkeypatch: pytest.MonkeyPatch
) -> None:
    cameras.plug_in("Other", works=False)
    cameras.plug_in()
    tried = []
    module = pleinair.engine.sources.camera
    opening = module.open_device

    def open_device(number: int, api: int, *wanted: int) -> cv2.VideoCapture:
        tried.append((number, api))
        return cv2.VideoCapture() if api == cv2.CAP_DSHOW else opening(number, api, *wanted)

    monkeypatch.setattr(module, "APIS", (cv2.CAP_DSHOW, cv2.CAP_MSMF))
    monkeypatch.setattr(module, "open_device", open_device)
    source = open_source(f"camera:{NAME}")
    assert read(source).pixels.shape == (480, 640, 3)
    source.close()
    assert tried == [(1, cv2.CAP_DSHOW), (1, cv2.CAP_MSMF)]


def test_a_device_of_ffmpegs_is_filmed() -> None:
    """FFmpeg's own synthetic device stands for a camera that OpenCV cannot open."""
    device = Device("lavfi", "testsrc=size=320x240:rate=25", {})
    request = SourceRequest("camera", (640, 480), 30, loop=False, insisted=True)
    source = open_by_ffmpeg(device, Camera(3, "Odd"), request)
    assert source.live and source.name == "camera 3"
    assert [read(source).index for _ in range(5)] == list(range(5))
    assert source.notice is not None and "320x240 at 25 fps" in source.notice
    source.close()


def due(pace: Pace, seconds: float) -> float:
    """When it is due, in seconds from the clock's start."""
    at = pace.wait(seconds)
    assert at is not None
    return at - 1000


def test_a_pace_waits_until_each_frame_is_due(clock: ManualClock) -> None:
    pace = Pace(clock)
    assert [due(pace, seconds) for seconds in (0.0, 0.04, 0.08)] == pytest.approx([0.0, 0.04, 0.08])
    assert clock.now() - 1000 == pytest.approx(0.08)


def test_a_pace_waits_for_a_fifth_of_a_second_at_most(clock: ManualClock) -> None:
    pace = Pace(clock)
    pace.wait(0.0)
    assert [pace.wait(0.5), pace.wait(0.5)] == [None, None]
    assert clock.now() - 1000 == pytest.approx(0.4)
    assert due(pace, 0.5) == pytest.approx(0.5)


def test_a_pace_that_is_a_little_late_catches_up(clock: ManualClock) -> None:
    pace = Pace(clock)
    pace.wait(0.0)
    clock.advance(0.1)
    assert due(pace, 0.04) == pytest.approx(0.1)
    assert due(pace, 0.12) == pytest.approx(0.12)


def test_a_pace_that_fell_behind_does_not_hurry(clock: ManualClock) -> None:
    pace = Pace(clock)
    pace.wait(0.0)
    clock.advance(10)  # a sleeping laptop
    assert due(pace, 0.03) == pytest.approx(10)
    assert due(pace, 0.06) == pytest.approx(10.03)

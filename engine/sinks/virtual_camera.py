"""A virtual camera: what is painted, as a camera that other programs can choose."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pleinair.engine.clock import MONOTONIC, Clock
from pleinair.engine.compositing import fit
from pleinair.engine.errors import VirtualCameraError
from pleinair.engine.frame import PaintedFrame, Pixels
from pleinair.engine.sinks.base import Sink

FPS = 30
GRACE = 0.25
"""How much longer, in thirtieths of a second, a frame that is not yet painted is waited for. Frames that come at that
very rate, and nearly when they are due, are then neither repeated nor left out."""
LONGEST = 1920
"""Pixels of the longer side at most: what programs take from a camera."""
PACKAGE = "pip install 'pleinair[virtual-camera]'"
MODPROBE = (
    "sudo modprobe v4l2loopback exclusive_caps=1 card_label='Plein Air'"  # browsers need exclusive_caps
)
ADVICE = {
    "linux": "install v4l2loopback (on Debian and Ubuntu: sudo apt install v4l2loopback-dkms) and run: "
    + MODPROBE,
    "win32": "install OBS Studio from obsproject.com, which brings one along",
    "darwin": "install OBS Studio from obsproject.com, and click 'Start Virtual Camera' in it once",
}
"""What to do where there is none, by ``sys.platform``."""
BUSY = (
    "busy",
    "already in use",
    "not a video output device",  # with exclusive_caps, while another program sends to it
    "could not be started",
    "couldn't start",
    "multiple cameras",
)
"""What the backends of pyvirtualcam say of a device that is taken."""
LOOPBACK = Path("/sys/module/v4l2loopback")
DEVICES = Path("/sys/class/video4linux")
"""Where Linux shows that the module is loaded, and the labels of all cameras."""


class VirtualCamera(Sink):
    """Sends painted frames to a virtual camera, 30 times a second whatever the frame rate does.

    Where nothing new is painted in time, the newest frame is sent again; where several are, the newest is sent.
    The camera keeps one size; pictures of another one are fitted into it.
    """

    def __init__(
        self,
        width: int,
        height: int,
        device: str | None = None,
        on_error: Callable[[str], None] | None = None,
        clock: Clock = MONOTONIC,
    ) -> None:
        """Open a camera of about ``width`` x ``height`` pixels: sides are made even, and ``LONGEST`` at most.

        ``device``: its name, on Linux its file, number or label; by default the first one that is free. Raises
        VirtualCameraError, which says what to install where there is none.
        """
        super().__init__("virtual camera", on_error)
        self.sent = 0
        """Pictures that the device was given, repeated ones too."""
        self._clock = clock
        self._camera = _open_device(*_size(width, height), device or None)
        self.device: str = self._camera.device
        """The device's name as other programs show it; on Linux its file."""

    def consume(self, frames: Iterator[PaintedFrame]) -> None:
        """Send the newest frame whenever one is due, from the first one on; then give the device back."""
        try:
            first = next(frames, None)
            if first is not None:
                self.written += 1
                self._film(first)
        finally:
            self._camera.close()

    def describe(self, error: Exception) -> VirtualCameraError:
        """The sentence about a device that takes no more pictures."""
        return VirtualCameraError(
            f"The virtual camera {self.device} broke off ({error})", "switch it on again."
        )

    def _film(self, first: PaintedFrame) -> None:
        interval = 1.0 / FPS
        picture, due = self._send(first.pixels), self._clock.now() + interval
        while self._open:
            self._heart.beat()
            self._clock.sleep(max(0.0, due - self._clock.now()))
            painted = self._newest()
            if painted is None:
                self._clock.sleep(GRACE * interval)
                painted = self._newest()
            picture = self._send(picture if painted is None else painted.pixels)
            # After a device that stood still, or a computer that slept, nothing is made up for.
            due = max(due + interval, self._clock.now())
        painted = self._newest()
        if painted is not None:
            self._send(painted.pixels)

    def _newest(self) -> PaintedFrame | None:
        """Take all that waits; does not wait."""
        newest = None
        while not self._queue.empty():  # nobody else takes
            painted = self._queue.get_nowait()
            if painted is not None:  # the end
                self.written += 1
                newest = painted
        return newest

    def _send(self, pixels: Pixels) -> Pixels:
        """Returns what was sent."""
        began = self._clock.now()
        picture = fit(pixels, self._camera.height, self._camera.width)
        self._camera.send(picture)
        self.sent += 1
        self.times.add(self._clock.now() - began)
        return picture


def _size(width: int, height: int) -> tuple[int, int]:
    # Even, since cameras halve colours in both directions (4:2:0).
    scale = min(1.0, LONGEST / max(width, height))
    return max(2, int(width * scale) & ~1), max(2, int(height * scale) & ~1)


def _open_device(width: int, height: int, device: str | None) -> Any:
    try:
        from pyvirtualcam import Camera, PixelFormat
    except ImportError as error:
        raise VirtualCameraError(
            "A virtual camera needs pyvirtualcam", f"install it with: {PACKAGE}"
        ) from error
    try:
        return Camera(width, height, FPS, fmt=PixelFormat.BGR, device=_device_file(device))
    except Exception as error:  # its backends raise what they like
        raise _refusal(device, str(error).lower()) from error


def _device_file(name: str | None) -> str | None:
    """What pyvirtualcam calls the device."""
    if name is None or sys.platform != "linux":
        return name
    if name.isdecimal():
        return f"/dev/video{name}"
    for label in sorted(DEVICES.glob("*/name")):
        if label.read_text(errors="replace").strip().casefold() == name.casefold():
            return f"/dev/{label.parent.name}"
    return name


def _refusal(device: str | None, reason: str) -> VirtualCameraError:
    """The error about a device that did not open, by what pyvirtualcam says."""
    if "permission" in reason:
        return VirtualCameraError(
            "You may not use the virtual camera", "run: sudo usermod -aG video $USER, and log in again."
        )
    loaded = sys.platform == "linux" and LOOPBACK.exists()
    if any(word in reason for word in BUSY) or (loaded and device is None):
        again = f", or run: sudo modprobe -r v4l2loopback && {MODPROBE}" if loaded else "."
        return VirtualCameraError(
            "No virtual camera is free", f"close the program that sends pictures to it{again}"
        )
    which = f"There is no virtual camera {device} here" if device else "There is no virtual camera here"
    return VirtualCameraError(which, ADVICE.get(sys.platform, ADVICE["linux"]))

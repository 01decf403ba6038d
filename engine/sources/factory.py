"""From the words of ``--source`` to a source."""

from __future__ import annotations

from pathlib import Path

from pleinair.engine.errors import SourceNotFound
from pleinair.engine.files import asset
from pleinair.engine.sources.base import Source
from pleinair.engine.sources.camera import CameraSource, list_cameras
from pleinair.engine.sources.pattern import PatternSource
from pleinair.engine.sources.still import StillSource
from pleinair.engine.sources.video import VideoSource

STILLS = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"}
URLS = ("http://", "https://", "rtsp://", "rtmp://", "udp://")


def open_source(words: str, loop: bool = True, size: tuple[int, int] | None = None, fps: int = 30) -> Source:
    """Open ``camera``, ``camera:1``, ``camera:NAME``, ``demo``, ``pattern``, a file or a URL.

    ``size`` (width, height) is what a camera is asked for, and what the pattern has; 640x480 when
    not given. A file starts again at its end with ``loop``. May take seconds.
    Raises SourceNotFound or PictureError.
    """
    width, height = size or (640, 480)
    kind, _, which = words.partition(":")
    if kind == "camera":
        return CameraSource(_camera_number(which), width, height, fps)
    if words == "demo":
        return VideoSource(asset("demo.mp4"), loop=True)
    if words == "pattern":
        return PatternSource(width, height, fps)
    if words.startswith(URLS):
        return CameraSource(words, width, height, fps)
    path = Path(words).expanduser()
    if not path.is_file():
        raise SourceNotFound(
            f"There is no file {words}; give a file, an address, 'camera', 'camera:1' or 'demo'."
        )
    return StillSource(path) if path.suffix.lower() in STILLS else VideoSource(path, loop)


def _camera_number(which: str) -> int:
    if which.isdecimal():
        return int(which)
    cameras = list_cameras()
    if not which and cameras:
        return cameras[0].number
    for camera in cameras:
        if which and which.lower() in camera.name.lower():
            return camera.number
    if which:
        names = ", ".join(camera.name for camera in cameras) or "none"
        raise SourceNotFound(f"There is no camera named '{which}'; this computer has: {names}.")
    raise SourceNotFound("No camera was found; plug one in, or try --source demo.")

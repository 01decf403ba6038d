"""Cameras by number and name, through OpenCV."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

import cv2
import numpy as np

from pleinair.engine.errors import SourceLost, SourceNotFound
from pleinair.engine.frame import Frame, now
from pleinair.engine.sources.base import SourceFormat

_BACKENDS = {"win32": cv2.CAP_DSHOW, "darwin": cv2.CAP_AVFOUNDATION}
BACKEND = _BACKENDS.get(sys.platform, cv2.CAP_V4L2)
STREAM_TIMEOUT_MS = 5000
EMPTY_READS = 30
"""So many times in a row may a camera have nothing before it counts as lost."""

# What fails is told in a sentence; OpenCV and its FFmpeg would print lines of their own beside it.
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")


@dataclass(frozen=True)
class Camera:
    """A camera as the system lists it: the number for ``camera:N``, and its name."""

    number: int
    name: str


def list_cameras() -> list[Camera]:
    """All cameras that the system knows, without opening them."""
    from cv2_enumerate_cameras import enumerate_cameras  # slow on Windows, so only when asked

    return [Camera(info.index, info.name) for info in enumerate_cameras(BACKEND)]


class CameraSource:
    """A camera (by number) or a stream (by URL).

    Size and rate are asked for as the device opens, with MJPG, because some drivers are slow or
    deaf to it later (OpenCV issues 9084 and 26495). What was granted is read from the first frame;
    the driver's own words about its rate are not trusted.
    """

    live = True

    def __init__(self, target: int | str, width: int, height: int, fps: int) -> None:
        """Raises SourceNotFound when it cannot be opened or sends no picture."""
        self._stream = isinstance(target, str)
        self.name = str(target) if self._stream else f"camera {target}"
        # Device files exist in advance on Linux: asking OpenCV for a missing one prints warnings.
        missing = sys.platform == "linux" and not self._stream and not os.path.exists(f"/dev/video{target}")
        if missing:
            raise SourceNotFound(self._not_found())
        if isinstance(target, str):
            timeouts = [
                cv2.CAP_PROP_OPEN_TIMEOUT_MSEC,
                STREAM_TIMEOUT_MS,
                cv2.CAP_PROP_READ_TIMEOUT_MSEC,
                STREAM_TIMEOUT_MS,
            ]
            self._capture = cv2.VideoCapture(target, cv2.CAP_FFMPEG, timeouts)
        else:
            wanted = [
                cv2.CAP_PROP_FOURCC,
                cv2.VideoWriter.fourcc(*"MJPG"),
                cv2.CAP_PROP_FRAME_WIDTH,
                width,
                cv2.CAP_PROP_FRAME_HEIGHT,
                height,
                cv2.CAP_PROP_FPS,
                fps,
            ]
            self._capture = cv2.VideoCapture(target, BACKEND, wanted)
            if not self._capture.isOpened():  # a backend may refuse settings that it does not know
                self._capture = cv2.VideoCapture(target, BACKEND)
        ok, pixels = self._capture.read()
        if not ok or pixels is None:
            self.close()
            raise SourceNotFound(self._not_found())
        stated = self._capture.get(cv2.CAP_PROP_FPS)
        self.format = SourceFormat(pixels.shape[1], pixels.shape[0], stated if 1 < stated < 1000 else 0.0)
        self._index = 0

    def _not_found(self) -> str:
        if self._stream:
            return f"No picture comes from {self.name}; check the address and the network."
        return (
            f"There is no picture from {self.name}; plug it in, close other programs that use it, "
            "or try 'pleinair cameras' or --source demo."
        )

    def read(self) -> Frame | None:
        """The next frame, stamped as it arrives. Raises SourceLost."""
        for _ in range(EMPTY_READS):
            ok, pixels = self._capture.read()
            if ok and pixels is not None:
                frame = Frame(np.asarray(pixels, dtype=np.uint8), self._index, now())
                self._index += 1
                return frame
            if not self._capture.isOpened() or self._stream:
                break
        raise SourceLost(f"The picture from {self.name} has stopped; check its cable or the network.")

    def close(self) -> None:
        """Give the device back."""
        self._capture.release()

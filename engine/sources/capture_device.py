"""What cameras and streams share: reading through OpenCV."""

from __future__ import annotations

import os

import cv2
import numpy as np

from pleinair.engine.clock import now
from pleinair.engine.errors import SourceLost, SourceNotFound
from pleinair.engine.frame import Frame, Pixels
from pleinair.engine.sources.base import SourceFormat

# What fails is told in a sentence; OpenCV and its FFmpeg would print lines of their own beside it.
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")


class CaptureDevice:
    """A source behind a ``cv2.VideoCapture``; subclasses open it."""

    live = True

    def __init__(self, name: str, capture: cv2.VideoCapture, empty_reads: int, not_found: str) -> None:
        """``empty_reads``: so many times in a row may it have nothing before it counts as lost.

        Raises SourceNotFound, with the sentence ``not_found``, when no first picture comes.
        """
        self.name = name
        self._capture, self._empty_reads = capture, empty_reads
        self._index = 0
        first = self._picture()
        if first is None:
            self.close()
            raise SourceNotFound(not_found)
        # What was granted is read from the picture; a stated rate is taken only where it can be true.
        stated = capture.get(cv2.CAP_PROP_FPS)
        self.format = SourceFormat(first.shape[1], first.shape[0], stated if 1 < stated < 1000 else 0.0)

    def read(self) -> Frame | None:
        """The next frame, stamped as it arrives. Raises SourceLost."""
        for _ in range(self._empty_reads):
            pixels = self._picture()
            if pixels is not None:
                frame = Frame(pixels, self._index, now())
                self._index += 1
                return frame
            if not self._capture.isOpened():
                break
        raise SourceLost(f"The picture from {self.name} has stopped; check its cable or the network.")

    def close(self) -> None:
        """Give the device back."""
        self._capture.release()

    def _picture(self) -> Pixels | None:
        ok, pixels = self._capture.read()
        return np.asarray(pixels, dtype=np.uint8) if ok and pixels is not None else None

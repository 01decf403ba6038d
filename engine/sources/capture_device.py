"""Reading through OpenCV."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from pleinair.engine.clock import now
from pleinair.engine.errors import SourceLost, SourceNotFound
from pleinair.engine.frame import Frame, Pixels
from pleinair.engine.sources.background import BackgroundReader
from pleinair.engine.sources.base import SourceEnded, SourceFormat

# What fails is told in a sentence; OpenCV would print lines of its own beside it.
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)

FIRST_SECONDS = 10.0
"""The longest wait for the first picture; some cameras need seconds to start."""
STALL_SECONDS = 5.0
"""Without a picture after which a device counts as lost."""


class CaptureDevice:
    """A source behind a ``cv2.VideoCapture``; subclasses open it."""

    live = True
    damaged = 0
    notice: str | None = None

    def __init__(self, name: str, capture: cv2.VideoCapture, empty_reads: int, not_found: str) -> None:
        """``empty_reads``: so many times in a row may it have nothing before it counts as lost.

        Raises SourceNotFound, with the sentence ``not_found``, when no first picture comes.
        """
        self.name = name
        self._index = 0
        # Asked before another thread reads; a stated rate is taken only where it can be true.
        stated = capture.get(cv2.CAP_PROP_FPS)
        self._reader = BackgroundReader(_pictures(capture, empty_reads), capture.release, name)
        try:
            first = self._reader.next(FIRST_SECONDS)
        except SourceEnded:
            first = None
        if first is None:
            self.close()
            raise SourceNotFound(not_found)
        # What was granted is read from the picture, which itself may be old by now.
        height, width = first[1].shape[:2]
        self.format = SourceFormat(width, height, stated if 1 < stated < 1000 else 0.0)
        self._last = now()

    def read(self) -> Frame | None:
        """The next frame, stamped as it arrived; None when none came within a fifth of a second. Raises SourceLost."""
        lost = SourceLost(f"The picture from {self.name} has stopped; check its cable.")
        try:
            item = self._reader.next()
        except SourceEnded:
            raise lost from None
        if item is None:
            if now() - self._last > STALL_SECONDS:
                raise lost
            return None
        self._last, pixels = item
        frame = Frame(pixels, self._index, self._last, self._reader.cost)
        self._index += 1
        return frame

    def close(self) -> None:
        """Give the device back."""
        self._reader.close()


def _pictures(capture: cv2.VideoCapture, empty_reads: int) -> Iterator[tuple[float, Pixels]]:
    """Pictures with their times, until none has come for so many reads."""
    empty = 0
    while empty < empty_reads and capture.isOpened():
        ok, pixels = capture.read()
        if ok and pixels is not None:
            empty = 0
            yield now(), np.asarray(pixels, dtype=np.uint8)
        else:
            empty += 1

"""Reading pictures that move: GIF, WebP, PNG and AVIF."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

from pleinair.engine.errors import PictureError
from pleinair.engine.media.inputs import describe_failure
from pleinair.engine.media.photos import open_picture, over_white
from pleinair.engine.media.pictures import Picture

SHORTEST = Fraction(1, 50)
"""Seconds. What says less is shown for a tenth, as browsers do."""


class Animation:
    """A moving picture, read by Pillow: FFmpeg does not know them all. Offers what ``Film`` does."""

    damaged = 0

    def __init__(self, path: Path) -> None:
        """Raises PictureError."""
        self.place = path
        self._image = open_picture(path)
        self.frames = int(getattr(self._image, "n_frames", 1))
        self.rate = 1 / self._duration()
        self._start = Fraction(0)

    @property
    def duration(self) -> float:
        """Seconds, as far as the first picture tells."""
        return float(self.frames / self.rate)

    def seek(self, seconds: Fraction) -> None:
        """Begin with the picture that is shown at this time from the start."""
        self._start = seconds

    def pictures(self) -> Iterator[Picture]:
        """Every picture that can be read, laid over white, with its time."""
        seconds = Fraction(0)
        for number in range(self.frames):
            try:
                self._image.seek(number)
                rgba = np.asarray(self._image.convert("RGBA"), np.uint8)
            except (OSError, EOFError, SyntaxError, ValueError) as error:
                if number == 0:
                    raise PictureError(describe_failure(self.place, error)) from error
                self.damaged = self.frames - number
                return
            duration = self._duration()
            if seconds + duration <= self._start:
                seconds += duration
                continue
            bgr = np.asarray(cv2.cvtColor(rgba, cv2.COLOR_RGBA2BGR), np.uint8)
            yield Picture(over_white(bgr, rgba[..., 3]), seconds, duration)
            seconds += duration

    def _duration(self) -> Fraction:
        seconds = Fraction(self._image.info.get("duration") or 0) / 1000
        return seconds if seconds >= SHORTEST else Fraction(1, 10)

    def close(self) -> None:
        """Close the file. May be called twice."""
        self._image.close()

"""Reading pictures that move: GIF, WebP, PNG and AVIF."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from pleinair.engine.errors import PictureError
from pleinair.engine.media.photos import failures, open_picture, unpack
from pleinair.engine.media.pictures import Picture

MOST_PIXELS = 10_000_000
"""In one picture, a little more than 4K: Pillow takes seconds for larger ones, each time."""
MOST_PICTURES = 100_000
"""In a GIF, whose pictures Pillow counts one by one, in seconds for so many."""
SHORTEST = Fraction(1, 50)
"""Seconds. What says less is shown for a tenth, as browsers do."""


class Animation:
    """A moving picture, read by Pillow: FFmpeg does not know them all. Offers what ``Film`` does."""

    damaged = 0

    def __init__(self, path: Path) -> None:
        """Raises PictureError."""
        self.place = path
        self._image = open_picture(path)
        try:
            with failures(path):
                self._limit_size()
                self._limit_number()
                self.frames = int(getattr(self._image, "n_frames", 1))
        except PictureError:
            self.close()
            raise
        self.rate = 1 / self._duration()
        self._start = Fraction(0)

    def _limit_size(self) -> None:
        """Raises PictureError for what would take too much memory, and time."""
        if self._image.width * self._image.height > MOST_PIXELS:
            raise PictureError(
                f"{self.place} moves, and its pictures are larger than {MOST_PIXELS // 10**6} million pixels; "
                "make them smaller first."
            )

    def _limit_number(self) -> None:
        """Raises PictureError for what would take too much time."""
        if self._image.format == "GIF":
            # What comes before a picture ends in a zero, and each begins with a comma: there are at most so many.
            with self.place.open("rb") as file:
                most = sum(piece.count(b"\0,") for piece in iter(lambda: file.read(1 << 20), b""))
            if most > MOST_PICTURES:
                raise PictureError(
                    f"{self.place} has more than {MOST_PICTURES} pictures; make a video of it first."
                )

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
                with failures(self.place):
                    self._image.seek(number)
                    self._limit_size()  # a GIF may grow
                    pixels = unpack(self._image).pixels
            except PictureError:
                if number == 0:
                    raise
                self.damaged = self.frames - number
                return
            duration = self._duration()
            if seconds + duration <= self._start:
                seconds += duration
                continue
            yield Picture(pixels, seconds, duration)
            seconds += duration

    def _duration(self) -> Fraction:
        seconds = Fraction(self._image.info.get("duration") or 0) / 1000
        return seconds if seconds >= SHORTEST else Fraction(1, 10)

    def close(self) -> None:
        """Close the file. May be called twice."""
        self._image.close()

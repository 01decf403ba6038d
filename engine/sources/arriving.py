"""What cameras and streams share: pictures come when they come."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import av

from pleinair.engine.clock import now
from pleinair.engine.errors import SourceLost, SourceNotFound
from pleinair.engine.frame import Frame, Pixels
from pleinair.engine.network.addresses import TIMEOUT_SECONDS
from pleinair.engine.sources.background import FIRST_SECONDS, BackgroundReader
from pleinair.engine.sources.base import SourceEnded, SourceFormat
from pleinair.engine.sources.playback import Playback

Arriving = Iterator[tuple[float, Pixels]]
"""Pictures, uint8 (H, W, 3) BGR, with the times of their arrival on the monotonic clock."""


class ArrivingSource:
    """A source that films as long as it lasts, and may come back after it was lost."""

    live = True
    notice: str | None = None
    playback: Playback | None = None

    def __init__(
        self,
        name: str,
        pictures: Arriving,
        close: Callable[[], None],
        fps: float,
        check: str,
        not_found: str,
        damaged: Callable[[], int] = lambda: 0,
    ) -> None:
        """``pictures`` may wait, and are read in a thread, which calls ``close`` at the end; ``fps``: as stated;
        ``check``: what a person should look at when no more come.

        Raises SourceNotFound, with the sentence ``not_found``, when no first picture comes.
        """
        self.name = name
        self._check, self._damaged = check, damaged
        self._index = 0
        self._reader = BackgroundReader(pictures, close, name)
        try:
            first = self._reader.next(FIRST_SECONDS)
        except (SourceEnded, av.FFmpegError, OSError):
            first = None
        if first is None:
            self.close()
            raise SourceNotFound(not_found)
        # What was granted is read from the picture, which itself may be old by now; a stated rate is taken only
        # where it can be true.
        height, width = first[1].shape[:2]
        self.format = SourceFormat(width, height, fps if 1 < fps < 1000 else 0.0)
        self._last = now()

    @property
    def damaged(self) -> int:
        """Places that could not be read, so far."""
        return self._damaged()

    def read(self) -> Frame | None:
        """The next frame, stamped as it arrived; None when none came within a fifth of a second. Raises SourceLost."""
        lost = f"The picture from {self.name} has stopped; check {self._check}."
        try:
            item = self._reader.next()
        except (SourceEnded, av.FFmpegError, OSError) as error:
            raise SourceLost(lost) from error
        if item is None:
            if now() - self._last > TIMEOUT_SECONDS:
                raise SourceLost(lost)
            return None
        self._last, pixels = item
        frame = Frame(pixels, self._index, self._last, self._reader.cost)
        self._index += 1
        return frame

    def close(self) -> None:
        """Give the device or connection back."""
        self._reader.close()

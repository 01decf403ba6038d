"""From when pieces of sound arrive to when they were heard."""

from __future__ import annotations

from collections import deque

from pleinair.engine.frame import SOUND_RATE

WINDOW_SECONDS = 1.0


class ArrivalTimes:
    """Smooths times of arrival: a piece may be late, as its thread waits for others, but never early.

    So of the last second the piece that was quickest tells where the clock of the sound card stands. What this
    clock drifts is followed, and sound that the card lost is noticed within that second.
    """

    def __init__(self) -> None:
        self._samples = 0
        self._offsets: deque[tuple[float, float]] = deque()
        """Of the last pieces: when they were heard, and when the first sample of all would have been."""

    def heard_at(self, apparent: float, samples: int) -> float:
        """When a piece of so many samples was heard that seems to have been at ``apparent``; seconds."""
        counted = self._samples / SOUND_RATE
        self._offsets.append((apparent, apparent - counted))
        while apparent - self._offsets[0][0] > WINDOW_SECONDS:
            self._offsets.popleft()
        self._samples += samples
        return counted + min(offset for _, offset in self._offsets)

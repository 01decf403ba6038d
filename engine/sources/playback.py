"""Pausing a clip, and moving within it."""

from __future__ import annotations


class Playback:
    """Where a clip is, and what a person wants of it. The source that plays it follows; set from any other thread."""

    def __init__(self, duration: float) -> None:
        self.duration = duration
        """Seconds; 0 where that is not known."""
        self.position = 0.0
        """Of the picture that was read last, in seconds from the start of the clip."""
        self.paused = False
        """Whether the same picture is shown again and again."""
        self._target: float | None = None

    def seek(self, seconds: float) -> None:
        """Go on from the picture that is shown at this time; the last call counts."""
        self._target = max(0.0, min(seconds, self.duration))

    def take_target(self) -> float | None:
        """Where to go, once; None for nowhere else. For the source."""
        target, self._target = self._target, None
        return target

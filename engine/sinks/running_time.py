"""The time of a recording, which stands still while it is paused."""

from __future__ import annotations

from collections.abc import Iterator

from pleinair.engine.clock import Clock
from pleinair.engine.frame import SOUND_RATE, Sound


class RunningTime:
    """Runs from the moment it is made. Paused and resumed from one thread, read from any."""

    def __init__(self, clock: Clock) -> None:
        """``clock`` is the one that stamps frames and sound."""
        self._clock = clock
        self.started_at = clock.now()
        self.stopped_at: float | None = None
        self._spans: tuple[tuple[float, float | None], ...] = ((self.started_at, None),)
        """From when to when it ran; the last span may have no end yet."""

    @property
    def paused(self) -> bool:
        """Whether it stands still."""
        return self._spans[-1][1] is not None

    def pause(self) -> None:
        """Stand still from now on. Does nothing while it does."""
        if not self.paused:
            self._spans = (*self._spans[:-1], (self._spans[-1][0], self._clock.now()))

    def resume(self) -> None:
        """Run on. Does nothing while it runs."""
        if self.paused:
            self._spans = (*self._spans, (self._clock.now(), None))

    def stop(self) -> None:
        """Stand still for good. May be called twice."""
        if self.stopped_at is None:
            self.stopped_at = self._clock.now()

    @property
    def seconds(self) -> float:
        """How long it ran so far."""
        end = self.stopped_at if self.stopped_at is not None else self._clock.now()
        return sum((end if ended is None else ended) - began for began, ended in self._spans)

    def at(self, captured_at: float) -> float | None:
        """What time it was then, in seconds, below 0 before the start; None where it was paused."""
        ran = 0.0
        for began, ended in self._spans:
            if captured_at < began and ran > 0:
                return None
            if ended is None or captured_at <= ended:
                return ran + captured_at - began
            ran += ended - began
        return None

    def parts(self, sound: Sound) -> Iterator[tuple[float, Sound]]:
        """What of ``sound`` was heard while it ran, with the time it was when each part began, in seconds."""
        ran = 0.0
        for began, ended in self._spans:
            first = max(0, round((began - sound.captured_at) * SOUND_RATE))
            last = len(sound.samples)
            if ended is not None:
                last = min(last, round((ended - sound.captured_at) * SOUND_RATE))
            if first < last:
                at = sound.captured_at + first / SOUND_RATE
                yield ran + at - began, Sound(sound.samples[first:last], at)
            if ended is not None:
                ran += ended - began

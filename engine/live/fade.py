"""From one style to the next without a jump."""

from __future__ import annotations

import threading

from pleinair.engine.clock import MONOTONIC, Clock
from pleinair.engine.styles.look import Look, cross_fade


class CrossFade:
    """The look to paint with, which passes into another one over some time. Only the style's vectors fade;
    strength and colours change at once. ``show`` may be called from any thread."""

    def __init__(self, look: Look, clock: Clock = MONOTONIC) -> None:
        self.target = look
        """What it comes to in the end."""
        self._clock = clock
        self._old: Look | None = None
        self._began, self._seconds = 0.0, 0.0
        self._lock = threading.Lock()

    def show(self, look: Look, seconds: float = 0.0) -> None:
        """Pass into this look from now on. A fade under way into the same styles goes on."""
        with self._lock:
            if look.mix != self.target.mix:
                self._old = self._current() if seconds > 0 else None
                self._began, self._seconds = self._clock.now(), seconds
            self.target = look

    def current(self) -> Look:
        """The look at this moment."""
        with self._lock:
            return self._current()

    def _current(self) -> Look:
        if self._old is not None:
            share = (self._clock.now() - self._began) / self._seconds
            if share < 1:
                return cross_fade(self._old, self.target, share)
            self._old = None
        return self.target

"""A clock that only moves when it is told to."""

from __future__ import annotations


class ManualClock:
    """Stands still but for ``sleep`` and ``advance``, which take no time. A ``pleinair.engine.clock.Clock``."""

    def __init__(self, at: float = 1000.0) -> None:
        self.at = at

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds

    advance = sleep

"""Time: one monotonic clock for all time stamps, replaceable where something waits or measures."""

from __future__ import annotations

import time
from typing import Protocol


def now() -> float:
    """Seconds on the monotonic clock that all time stamps of the engine use."""
    return time.monotonic()


class Clock(Protocol):
    """Tells the time and waits. Tests pass one of their own, so that minutes take no time."""

    def now(self) -> float:
        """Seconds, never running backwards."""

    def sleep(self, seconds: float) -> None:
        """Wait that long."""


class MonotonicClock:
    """The computer's own."""

    def now(self) -> float:
        """Seconds on the monotonic clock."""
        return now()

    def sleep(self, seconds: float) -> None:
        """Wait that long."""
        time.sleep(seconds)


MONOTONIC = MonotonicClock()

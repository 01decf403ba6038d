"""Counting and timing on the live path."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

import numpy as np

KEPT = 6_000
"""Of each kind: 200 seconds at 30 frames a second. They take memory, of which hours of painting may take no more."""


@dataclass(frozen=True)
class Percentiles:
    """Milliseconds: the median, and what 95 of a hundred stay below."""

    p50: float
    p95: float


class Timings:
    """Durations in milliseconds; percentiles over the newest ``keep`` of them. Safe across threads."""

    def __init__(self, keep: int = KEPT) -> None:
        self._values: deque[float] = deque(maxlen=keep)
        self._lock = threading.Lock()

    def add(self, seconds: float) -> None:
        """Count one duration, given in seconds."""
        with self._lock:
            self._values.append(seconds * 1e3)

    def percentiles(self, newest: int | None = None) -> Percentiles | None:
        """Over all kept durations or the ``newest`` ones; None when there are none."""
        with self._lock:
            values = list(self._values)
        if newest is not None:
            values = values[-newest:]
        return Percentiles(*np.percentile(values, (50, 95)).tolist()) if values else None


class Rate:
    """Events per second over the last ``window`` seconds. Safe across threads."""

    def __init__(self, window: float = 2.0) -> None:
        self._times: deque[float] = deque()
        self._window = window
        self._lock = threading.Lock()

    def tick(self, at: float) -> None:
        """One event at ``at`` seconds on the monotonic clock."""
        with self._lock:
            self._times.append(at)
            while self._times and self._times[0] < at - self._window:
                self._times.popleft()

    def per_second(self, at: float) -> float:
        """The rate as seen at ``at``; 0 when fewer than two events lie in the window."""
        with self._lock:
            recent = [t for t in self._times if t >= at - self._window]
        if len(recent) < 2 or recent[-1] == recent[0]:
            return 0.0
        return (len(recent) - 1) / (recent[-1] - recent[0])

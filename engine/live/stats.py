"""How the live path is doing, counted as it runs."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from pleinair.engine.clock import now
from pleinair.engine.frame import PaintedFrame
from pleinair.engine.live.steadiness import Flicker, mean_flicker
from pleinair.engine.timing import KEPT, Percentiles, Rate, Timings


@dataclass(frozen=True)
class LiveStats:
    """Counts since the start, and milliseconds for one frame; None where nothing was timed yet."""

    captured: int
    painted: int
    dropped: int
    """Captured frames that were never painted because a newer one had come."""
    fps: float
    """Frames painted a second, over the last two seconds."""
    generator: str
    """The name of the one that painted the newest frame; empty before the first."""
    painted_size: tuple[int, int]
    """Width and height at which the newest frame was painted; (0, 0) before the first."""
    capture: Percentiles | None
    """Processor time of the capture thread."""
    waiting: Percentiles | None
    """From captured to painting begun."""
    painting: Percentiles | None
    latency: Percentiles | None
    """From captured to painted."""
    flicker: Flicker | None = None
    """Of the painting where the frame stood still, the mean over the frames; None where none did, or where the
    painting is not kept from shimmering."""
    unpainted: int = 0
    """Frames that were shown as they were filmed, as what paints had failed."""


class StatsCollector:
    """Counts on the live path. The capture thread calls ``captured_one``, the engine thread ``painted_one``; any
    thread may take a snapshot."""

    def __init__(self, dropped: Callable[[], int]) -> None:
        self.captured = 0
        self.painted = self.unpainted = 0
        self.generator, self.painted_size = "", (0, 0)
        self._dropped = dropped
        self._rate = Rate()
        self._capture, self._waiting = Timings(), Timings()
        self._painting, self._latency = Timings(), Timings()
        self._flicker: deque[Flicker | None] = deque(maxlen=KEPT)
        self._lock = threading.Lock()

    def captured_one(self, seconds: float) -> None:
        """A frame was captured; it took the thread ``seconds`` of processor time."""
        self._capture.add(seconds)
        self.captured += 1

    def painted_one(self, painted: PaintedFrame, began: float, generator: str, size: tuple[int, int]) -> None:
        """A frame was painted by ``generator`` at ``size`` (width, height), begun at ``began`` seconds on the
        monotonic clock."""
        self._painting.add(painted.ready_at - began)
        self._waiting.add(began - painted.frame.captured_at)
        self._latency.add(painted.latency)
        self._rate.tick(painted.ready_at)
        self.generator, self.painted_size = generator, size
        self.painted += 1

    def passed_one(self) -> None:
        """A frame was handed on unpainted."""
        self.unpainted += 1

    def flickered(self, flicker: Flicker | None) -> None:
        """That much did the painting flicker of which ``painted_one`` tells."""
        with self._lock:
            self._flicker.append(flicker)

    def snapshot(self, newest: int | None = None) -> LiveStats:
        """The figures at this moment; times and flicker over the newest ``KEPT`` frames, or the ``newest`` ones."""
        with self._lock:
            flicker = list(self._flicker)
        return LiveStats(
            self.captured,
            self.painted,
            self._dropped(),
            self._rate.per_second(now()),
            self.generator,
            self.painted_size,
            self._capture.percentiles(newest),
            self._waiting.percentiles(newest),
            self._painting.percentiles(newest),
            self._latency.percentiles(newest),
            mean_flicker(flicker if newest is None else flicker[-newest:]),
            self.unpainted,
        )

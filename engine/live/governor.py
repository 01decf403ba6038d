"""Keeps the picture fluid: chooses the size at which frames are painted from the time that they take."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

RUNGS = (2160, 1440, 1080, 900, 720, 600, 480, 400, 336, 280, 240, 200)
"""Short sides in pixels, large to small; about a third fewer pixels from one to the next."""
TIGHT, ROOMY, AIM = 0.92, 0.78, 0.80
"""Shares of the time that a frame may take: above the first the size goes down, to one that is expected to
take less than the last; a larger size must be expected to stay below the second. The gap between
them is what keeps the size from swinging to and fro."""
SAMPLES = 12
"""Frames that are looked at, and at least as many between two changes."""
PATIENCE, LONGEST = 3.0, 60.0
"""Seconds of room before the size goes up; doubled up to the second when going up was a mistake."""
MISTAKE_SECONDS = 10.0
"""Having to go down again so soon after going up means that it was."""


@dataclass(frozen=True)
class Target:
    """What live painting must keep up with: frames a second, or the most ms from camera to painted picture
    where ``latency_ms`` is given."""

    fps: float = 30.0
    latency_ms: float | None = None


class Governor:
    """Chooses the work size, the short side of what is painted.

    ``observe`` is called for every painted frame, from one thread; ``work_size`` is what the next one should
    be painted at, None for the frame's own size. Sizes must have been prepared before
    they are chosen (``allow``).
    """

    def __init__(self, target: Target, pinned: int | None = None) -> None:
        """``pinned``: a work size that the person wants; the governor then stays still."""
        self.target = target
        self.pinned = pinned
        self.work_size: int | None = pinned
        self._short: int | None = None
        self._ready: set[int] = set()
        self._ceiling: int | None = None
        self._busy: deque[float] = deque(maxlen=SAMPLES)
        self._waits: deque[float] = deque(maxlen=SAMPLES)
        self._patience = PATIENCE
        self._roomy_since: float | None = None
        self._raised_at: float | None = None
        self._lock = threading.Lock()

    def ladder(self, width: int, height: int) -> list[int]:
        """Work sizes that may be chosen for frames of this size, large to small, its own first."""
        short = min(width, height)
        return [short, *(rung for rung in RUNGS if rung < 0.95 * short)]

    def start(self, width: int, height: int) -> None:
        """Frames of this size come now; only their own size is allowed so far."""
        with self._lock:
            self._short = min(width, height)
            self._ready = {self._short}
            self._ceiling = None
            self._patience = PATIENCE
            self._raised_at = None
            self._move(self._short)

    def allow(self, work_sizes: Iterable[int]) -> None:
        """These sizes are prepared. What was observed meanwhile is forgotten, since preparing takes time from
        painting."""
        with self._lock:
            self._ready |= set(work_sizes)
            self._busy.clear()
            self._waits.clear()

    def shrink(self) -> int | None:
        """The device's memory is too small for the size in use: go one down for good; returns it, None when
        there is no smaller one."""
        with self._lock:
            now_at = self._at()
            smaller = [rung for rung in RUNGS if now_at is not None and rung < now_at]
            if self._short is None or not smaller:
                return None
            self._ceiling = smaller[0]
            self._ready.add(smaller[0])
            self._move(smaller[0])
            return smaller[0]

    def observe(self, painting: float, latency: float, frame_rate: float | None, at: float) -> None:
        """One frame was painted: seconds of painting, seconds from camera to painted, frames a second that
        the source gives, and the time now, in seconds."""
        with self._lock:
            self._busy.append(painting)
            self._waits.append(max(0.0, latency - painting))
            if self.pinned is not None or self._short is None or len(self._busy) < SAMPLES:
                return
            budget = self._budget(frame_rate)
            took = median(self._busy)
            current = self._at()
            assert current is not None
            sizes = sorted(s for s in self._ready if self._ceiling is None or s <= self._ceiling)
            if took > TIGHT * budget:
                self._go_down(current, took, AIM * budget, sizes, at)
            else:
                self._go_up(current, took, ROOMY * budget, sizes, at)

    def _budget(self, frame_rate: float | None) -> float:
        if self.target.latency_ms is not None:
            # What the target leaves after the waiting that no work size can change.
            return max(1e-3, self.target.latency_ms / 1e3 - median(self._waits))
        return 1.0 / min(self.target.fps, frame_rate or self.target.fps)

    def _go_down(self, current: int, took: float, aim: float, sizes: list[int], at: float) -> None:
        smaller = [size for size in sizes if size < current]
        if not smaller:
            return
        fitting = [size for size in smaller if took * (size / current) ** 2 <= aim]
        if self._raised_at is not None and at - self._raised_at < MISTAKE_SECONDS:
            self._patience = min(LONGEST, 2 * self._patience)
        self._raised_at = None
        self._move(max(fitting) if fitting else min(smaller))

    def _go_up(self, current: int, took: float, roomy: float, sizes: list[int], at: float) -> None:
        larger = [size for size in sizes if size > current]
        if not larger or took * (min(larger) / current) ** 2 > roomy:
            self._roomy_since = None
            return
        if self._roomy_since is None:
            self._roomy_since = at
        if at - self._roomy_since >= self._patience:
            self._move(min(larger))
            self._raised_at = at

    def _at(self) -> int | None:
        if self.work_size is None or self._short is None:
            return self._short
        return min(self.work_size, self._short)

    def _move(self, size: int) -> None:
        if self.pinned is None or (self._ceiling is not None and size <= self._ceiling < self.pinned):
            self.work_size = None if size == self._short else size
        self._busy.clear()
        self._waits.clear()
        self._roomy_since = None

"""Keeps the picture fluid: chooses what frames are painted with, and at which size, from the time that it takes."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median

SIZES = (2160, 1440, 1080, 900, 720, 600, 480, 400, 336, 280, 240, 200)
"""Short sides in pixels, large to small; about a third fewer pixels from one to the next."""
GOOD = 280
"""Lines below which a better generator gives way to a cheaper one, and a person is told what to do."""
TIGHT, ROOMY, AIM = 0.92, 0.78, 0.80
"""Shares of the time that a frame may take: above the first the governor goes down, to a rung that is expected
to take less than the last; a dearer rung must be expected to stay below the second. The gap between them is
what keeps it from swinging to and fro."""
SAMPLES = 12
"""Frames that are looked at, and at least as many between two changes."""
PATIENCE, LONGEST = 3.0, 60.0
"""Seconds of room before the governor goes up; doubled up to the second when going up was a mistake."""
MISTAKE_SECONDS = 10.0
"""Having to go down again so soon after going up means that it was."""


@dataclass(frozen=True)
class Target:
    """What live painting must keep up with: frames a second, or the most ms from camera to painted picture
    where ``latency_ms`` is given."""

    fps: float = 30.0
    latency_ms: float | None = None


@dataclass(frozen=True)
class Rung:
    """One way to paint a frame: with a generator, at a size."""

    generator: str
    work_size: int
    """The short side of what is painted, in pixels."""
    cost: float
    """Seconds that a frame is expected to take, in a unit of its own where nothing was measured."""


class Governor:
    """Chooses the rung that frames are painted at.

    ``start`` is called when other frames come or other generators may paint, ``observe`` for every painted
    frame, from one thread; ``rung`` is what the next frame should be painted at. Rungs must have been
    prepared before they are chosen (``allow``), but for the one that ``start`` chooses.
    """

    def __init__(self, target: Target, pinned: int | None = None) -> None:
        """``pinned``: a work size that the person wants; only the generator is then chosen."""
        self.target = target
        self.pinned = pinned
        self.rung = Rung("", pinned or SIZES[0], 0.0)
        self._short, self._pixels = SIZES[0], 0
        self._seconds: dict[str, float | None] = {}
        self._ladder: list[Rung] = []
        self._ready: set[Rung] = set()
        self._ceiling: int | None = None
        self._busy: deque[float] = deque(maxlen=SAMPLES)
        self._waits: deque[float] = deque(maxlen=SAMPLES)
        self._patience = PATIENCE
        self._roomy_since: float | None = None
        self._raised_at: float | None = None
        self._lock = threading.Lock()

    @property
    def ladder(self) -> list[Rung]:
        """All rungs, dear to cheap."""
        return list(self._ladder)

    def start(
        self,
        width: int,
        height: int,
        seconds: Mapping[str, float | None],
        frame_rate: float | None = None,
    ) -> None:
        """Frames of this size come now, ``frame_rate`` a second.

        ``seconds``: for each generator, the best first, what a million pixels take it; None where that was
        not measured. Takes the best rung that is expected to keep up, the first one where nothing is known.
        """
        with self._lock:
            self._short, self._pixels = min(width, height), width * height
            self._seconds = dict(seconds)
            self._ceiling = None
            self._patience = PATIENCE
            self._raised_at = None
            self._waits.clear()
            self._ladder = self._build()
            known = all(seconds.values())
            budget = self._budget(frame_rate)
            fitting = [rung for rung in self._ladder if not known or rung.cost <= AIM * budget]
            first = fitting[0] if fitting else self._ladder[-1]
            self._ready = {first}
            self._move(first)

    def allow(self, rungs: Iterable[Rung]) -> None:
        """These are prepared. What was observed meanwhile is forgotten, since preparing takes time from
        painting."""
        with self._lock:
            self._ready |= set(rungs)
            self._busy.clear()
            self._waits.clear()

    def shrink(self) -> int | None:
        """The device's memory is too small for the size in use: paint at most at the next smaller one from now
        on; returns it, None when there is none."""
        with self._lock:
            smaller = [size for size in SIZES if size < min(self.rung.work_size, self._short)]
            if not smaller or not self._ladder:
                return None
            self._ceiling = smaller[0]
            self._ladder = self._build()
            first = next(rung for rung in self._ladder if rung.generator == self.rung.generator)
            self._ready.add(first)
            self._move(first)
            return self._ceiling

    def observe(self, painting: float, latency: float, frame_rate: float | None, at: float) -> None:
        """One frame was painted: seconds of painting, seconds from camera to painted, frames a second that
        the source gives, and the time now, in seconds."""
        with self._lock:
            self._busy.append(painting)
            self._waits.append(max(0.0, latency - painting))
            if len(self._busy) < SAMPLES:
                return
            budget = self._budget(frame_rate)
            # What a rung is expected to take: its share of what the one in use takes.
            unit = median(self._busy) / self.rung.cost
            rungs = [rung for rung in self._ladder if rung in self._ready]
            if unit * self.rung.cost > TIGHT * budget:
                self._go_down([rung for rung in rungs if rung.cost < self.rung.cost], AIM * budget / unit, at)
            else:
                self._go_up([rung for rung in rungs if rung.cost > self.rung.cost], ROOMY * budget / unit, at)

    def _build(self) -> list[Rung]:
        """A better generator is painted at its smaller sizes before a cheaper one has its turn."""
        sizes = [self._short, *(size for size in SIZES if size < 0.95 * self._short)]
        if self._ceiling is not None:
            sizes = [size for size in sizes if size <= self._ceiling]
        if self.pinned is not None:
            sizes = [min(self.pinned, sizes[0])]
        least = max(GOOD, self._short / 2)
        known = all(self._seconds.values())
        ladder: list[Rung] = []
        for name, seconds in self._seconds.items():
            cheapest = name == list(self._seconds)[-1]
            for size in sizes:
                unit = seconds if known and seconds else 1.0
                rung = Rung(name, size, unit * self._pixels / 1e6 * (size / self._short) ** 2)
                if (cheapest or size == sizes[0] or size >= least) and (
                    not ladder or rung.cost < ladder[-1].cost
                ):
                    ladder.append(rung)
        return ladder

    def _budget(self, frame_rate: float | None) -> float:
        if self.target.latency_ms is not None:
            # What the target leaves after the waiting that nothing can change.
            return max(1e-3, self.target.latency_ms / 1e3 - (median(self._waits) if self._waits else 0.0))
        return 1.0 / min(self.target.fps, frame_rate or self.target.fps)

    def _go_down(self, cheaper: list[Rung], most: float, at: float) -> None:
        if not cheaper:
            return
        if self._raised_at is not None and at - self._raised_at < MISTAKE_SECONDS:
            self._patience = min(LONGEST, 2 * self._patience)
        self._raised_at = None
        self._move(next((rung for rung in cheaper if rung.cost <= most), cheaper[-1]))

    def _go_up(self, dearer: list[Rung], most: float, at: float) -> None:
        if not dearer or dearer[-1].cost > most:
            self._roomy_since = None
            return
        if self._roomy_since is None:
            self._roomy_since = at
        if at - self._roomy_since >= self._patience:
            self._move(dearer[-1])
            self._raised_at = at

    def _move(self, rung: Rung) -> None:
        self.rung = rung
        self._busy.clear()
        self._waits.clear()
        self._roomy_since = None

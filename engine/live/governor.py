"""Keeps the picture fluid: chooses what frames are painted with, and at which size, from the time that it takes."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median, median_low

SIZES = (2160, 1440, 1080, 900, 720, 600, 480, 400, 336, 280, 240, 200)
"""Short sides in pixels, large to small; about a third fewer pixels from one to the next."""
GOOD = 280
"""Lines below which a better generator gives way to a cheaper one, and a person is told what to do."""
TIGHT, ROOMY, AIM = 0.92, 0.78, 0.80
"""Shares of the time that a frame may take: above the first the governor goes down, to a rung that is expected
to take less than the last; a dearer rung must be expected to stay below the second. The gap between them is
what keeps it from swinging to and fro."""
DISTURBED = 1.6
"""In place of the first, while rungs are being prepared: that takes up to half of the processor's time from a
painting that keeps up."""
LOOK_SECONDS = 0.5
"""Of painting that are looked at, and at least as long between two changes; in them the half of all frames must be
too slow, two at least, since one may be an accident."""
ONE_TELLS = 0.2
"""Seconds that a frame may take from which on one is enough: two would take longer than a person wants to wait."""
PATIENCE, LONGEST = 3.0, 60.0
"""Seconds of room before the governor goes up; doubled up to the second when going up was a mistake."""
MISTAKE_SECONDS = 10.0
"""Having to go down again so soon after going up means that it was."""
DEARER, CHEAPER = 1, 2
"""Rungs on each side of the one in use that are prepared: the second cheaper one takes less than half of the time,
which is what another busy program takes away at once. What lies further off is prepared when it comes near."""


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
    prepared before they are chosen (between ``disturb`` and ``settle``, with ``allow`` for each as soon as it is
    ready), but for the one that ``start`` chooses.
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
        self._aim = self.rung
        self._disturbed = self._thrown = False
        self._observed: deque[tuple[float, float, float]] = deque()
        self._moved_at: float | None = None
        self._patience = PATIENCE
        self._roomy_since: float | None = None
        self._raised_at: float | None = None
        self._lock = threading.Lock()

    @property
    def ladder(self) -> list[Rung]:
        """All rungs, dear to cheap."""
        return list(self._ladder)

    @property
    def observing(self) -> bool:
        """Whether a frame was painted since the last change."""
        return self._moved_at is not None

    def missing(self) -> list[Rung]:
        """The rungs that are not prepared and should be, the most wanted first: the one that would be chosen now, and
        those next to it."""
        with self._lock:
            at = self._ladder.index(self._aim)
            near = range(max(0, at - DEARER), min(at + CHEAPER + 1, len(self._ladder)))
            wanted = sorted(near, key=lambda n: (abs(n - at), -n))
            return [rung for rung in (self._ladder[n] for n in wanted) if rung not in self._ready]

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
            self._disturbed = self._thrown = False
            self._observed.clear()
            self._ladder = self._build()
            known = all(seconds.values())
            budget = self._budget(frame_rate)
            fitting = [rung for rung in self._ladder if not known or rung.cost <= AIM * budget]
            first = fitting[0] if fitting else self._ladder[-1]
            self._ready = {first}
            self._move(first)

    def disturb(self) -> None:
        """From now on rungs are being prepared, which takes time from painting."""
        self._disturbed = True

    def allow(self, rungs: Iterable[Rung]) -> None:
        """These are prepared."""
        with self._lock:
            self._ready |= set(rungs)

    def settle(self) -> None:
        """Nothing is being prepared any more: what was observed meanwhile is forgotten, and where it went down, it
        comes back as soon as there is room."""
        with self._lock:
            self._disturbed = False
            self._observed.clear()
            self._moved_at = self._roomy_since = None

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
            if self._moved_at is None:
                self._moved_at = at - painting
            self._observed.append((at, painting, max(0.0, latency - painting)))
            while len(self._observed) > 2 and self._observed[0][0] < at - LOOK_SECONDS:
                self._observed.popleft()
            budget = self._budget(frame_rate)
            most = (DISTURBED if self._disturbed else TIGHT) * budget
            # What a rung is expected to take: its share of what the one in use takes.
            self._aim = self._fitting(AIM * budget / painting) if painting > most else self.rung
            one_tells = budget >= ONE_TELLS
            if at - self._moved_at < LOOK_SECONDS or (len(self._observed) < 2 and not one_tells):
                return
            took = painting if one_tells else median_low(painting for _, painting, _ in self._observed)
            if took > most:
                self._go_down(AIM * budget / took, at)
            else:
                self._go_up(ROOMY * budget / took, at)

    def _fitting(self, share: float) -> Rung:
        """The best of all cheaper rungs that takes this share of what the one in use takes, or the cheapest."""
        cheaper = [rung for rung in self._ladder if rung.cost < self.rung.cost] or [self.rung]
        return next((rung for rung in cheaper if rung.cost <= share * self.rung.cost), cheaper[-1])

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
            return max(1e-3, self.target.latency_ms / 1e3 - self._waiting())
        return 1.0 / min(self.target.fps, frame_rate or self.target.fps)

    def _waiting(self) -> float:
        return median(waited for *_, waited in self._observed) if self._observed else 0.0

    def _go_down(self, share: float, at: float) -> None:
        aim, most = self._fitting(share), share * self.rung.cost
        self._aim = aim
        ready = [rung for rung in self._ladder if rung.cost < self.rung.cost and rung in self._ready]
        if not ready:
            return
        if self._disturbed:
            self._thrown = True
        elif self._raised_at is not None and at - self._raised_at < MISTAKE_SECONDS:
            self._patience = min(LONGEST, 2 * self._patience)
        self._raised_at = None
        self._move(next((rung for rung in ready if rung.cost <= most), ready[-1]))
        self._aim = aim  # which may still have to be prepared

    def _go_up(self, share: float, at: float) -> None:
        least, most = self.rung.cost, share * self.rung.cost
        fitting = [rung for rung in self._ladder if rung in self._ready and least < rung.cost <= most]
        if not fitting:
            self._roomy_since = None
            return
        if self._roomy_since is None:
            self._roomy_since = at
        back = self._thrown and not self._disturbed
        if at - self._roomy_since >= (LOOK_SECONDS if back else self._patience):
            self._move(fitting[0] if back else fitting[-1])
            self._thrown = self._thrown and not back
            self._raised_at = at

    def _move(self, rung: Rung) -> None:
        self.rung = self._aim = rung
        self._observed.clear()
        self._moved_at = None
        self._roomy_since = None

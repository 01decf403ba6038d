"""The pulse of the GUI thread: how long it was busy with something else, and with what."""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from types import FrameType

from PySide6.QtCore import QObject, Qt, QTimer, Slot

INTERVAL_MS = 5
LATE = 0.05
"""Seconds from one beat to the next from which on a person may feel it."""
SAMPLE_SECONDS = 0.01
"""Between two looks at what a late thread is doing."""


@dataclass(frozen=True)
class Gap:
    """From one beat to the next, in seconds."""

    seconds: float = 0.0
    computing: float = 0.0
    """Of them, what the GUI thread itself computed; the rest it waited: for a processor, a lock, or the disk."""
    places: tuple[str, ...] = ()
    """What it was found doing, the most frequent first."""


@dataclass
class Gaps:
    """All gaps of one kind."""

    longest: Gap = field(default_factory=Gap)
    beats: int = 0
    late: int = 0
    """How many gaps lasted longer than ``LATE``."""

    def add(self, gap: Gap) -> None:
        """Count one more."""
        self.beats += 1
        self.late += gap.seconds > LATE
        self.longest = max(self.longest, gap, key=lambda one: one.seconds)


class Pulse(QObject):
    """Beats in the GUI thread, in which it must be made. A thread looks what that one does whenever a beat is late."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.doing = ""
        """What gaps are counted for, from now on."""
        self.gaps: dict[str, Gaps] = {}
        self._gui = threading.get_ident()
        self._places: Counter[str] = Counter()
        self._last = self._computed = 0.0
        self._timer = QTimer(self, interval=INTERVAL_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.beat)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="pulse", daemon=True)

    @property
    def beats(self) -> int:
        """How many there were."""
        return sum(gaps.beats for gaps in self.gaps.values())

    def start(self) -> None:
        """Beat from now on; the first beat counts no gap."""
        self._timer.start()
        self._thread.start()

    def stop(self) -> None:
        """Beat no more."""
        self._timer.stop()
        self._stopping.set()
        self._thread.join()

    @Slot()
    def beat(self) -> None:
        """Count the gap since the last beat for what is being done."""
        now, computed = time.monotonic(), time.thread_time()
        if self._last:
            places = tuple(place for place, _ in self._places.most_common(2))
            gap = Gap(now - self._last, computed - self._computed, places)
            self.gaps.setdefault(self.doing, Gaps()).add(gap)
        self._places.clear()
        self._last, self._computed = now, computed

    def _watch(self) -> None:
        while not self._stopping.wait(SAMPLE_SECONDS):
            if self._last and time.monotonic() - self._last > LATE:
                self._places[_place(sys._current_frames().get(self._gui))] += 1


def _place(frame: FrameType | None) -> str:
    """The innermost function of the project, and what it calls where that is another's."""
    inner = None if frame is None else frame.f_code
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        if name.startswith(("pleinair.", "tests.")) and name != __name__:
            place = f"{name.removeprefix('pleinair.')}:{frame.f_lineno} {frame.f_code.co_qualname}"
            return place if frame.f_code is inner or inner is None else f"{place} > {inner.co_qualname}"
        frame = frame.f_back
    return "Qt"

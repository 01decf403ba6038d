"""Hours of use at four times speed: a style a second, a recording a minute, with the window open.

Each injection is one minute by the clock, all in one window, which is a process of its own:
``python -m tests.faults soak`` takes two hours at that speed, ``--share 0.1`` a tenth of them.
"""

from __future__ import annotations

import gc
import json
import os
import random
import subprocess
import sys
import threading
from pathlib import Path
from statistics import median

import numpy as np

from pleinair.app.window.actions import RECORD
from pleinair.app.window.kept_files import recordings_folder
from pleinair.app.window.main_window import MainWindow
from pleinair.app.window.state import Recording
from pleinair.engine.clock import now
from tests.clicking import DEMO, HOURS, resident, surroundings
from tests.e2e.player import painting, play
from tests.faults.fault import Fault, Outcome
from tests.support.person import Waits

SPEED = 4
STYLE_SECONDS, RECORDING_SECONDS = 1 / SPEED, 60 / SPEED
MINUTE, PAUSE_SECONDS = 60.0, 3.0
"""A minute, and how long at its end nothing is done."""
WARM = 3
"""Minutes after which nothing may grow any more."""
MOST_MB = 20.0
SLOWER = 1.1
"""Times the first minutes' p99 that may be the noise of the machine."""


class Soak:
    """The window, from the first minute on, and what it told of each."""

    def __init__(self) -> None:
        words = [sys.executable, "-m", "tests.faults.soak"]
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.minutes: list[dict[str, float]] = []

    def minute(self) -> dict[str, float]:
        """The next one's figures."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the window ended by itself, with exit code {self.process.wait()}")
        self.minutes.append(json.loads(line))
        return self.minutes[-1]


_running: list[Soak] = []
"""The one of this run; it ends with this process, by the end of its input."""


def inject(number: int, rng: random.Random, folder: Path) -> Outcome:
    """One minute more."""
    if number == 0:
        _running[:] = [Soak()]
    soak = _running[0]
    found = soak.minute()
    print(f"minute {number + 1}: {found}", file=sys.stderr, flush=True)
    if number < WARM:
        return Outcome()
    first, wrong = soak.minutes[WARM - 1], []
    grown = found["MB"] - first["MB"]
    if grown > MOST_MB:
        wrong.append(f"minute {number + 1}: {grown:.1f} MB more than after {WARM} minutes")
    for what in ("threads", "files"):
        if found[what] > first[what]:
            wrong.append(f"minute {number + 1}: {found[what]:g} {what} instead of {first[what]:g}")
    early, late = (median(m["p99 ms"] for m in part) for part in (soak.minutes[:WARM], soak.minutes[-WARM:]))
    if number >= 2 * WARM and late > SLOWER * early:
        wrong.append(f"minute {number + 1}: p99 of painting {late:.0f} ms instead of {early:.0f}")
    return Outcome(tuple(wrong), {"growth (MB)": grown, "p99 of painting (ms)": found["p99 ms"]})


class Minute:
    """What is done in one of them."""

    def __init__(self, window: MainWindow, rng: random.Random) -> None:
        assert window.controller.live is not None
        self.window, self.rng, self.live = window, rng, window.controller.live
        self.began = self.style = self.record = now()
        self.painted = self.live.stats.painted
        self.styles = self.recordings = 0

    @property
    def recording(self) -> Recording:
        """What the window is at."""
        return self.window.controller.store.state.recording

    def work(self) -> bool:
        """Do what is due; whether all is done."""
        if now() >= self.style:
            self.style += STYLE_SECONDS
            self.styles += 1
            styles = self.window.controls.styles
            styles.setCurrentIndex(self.rng.randrange(styles.count()))
        if now() >= self.record and self.recording in (Recording.IDLE, Recording.RUNNING):
            self.record += RECORDING_SECONDS / 2
            self.recordings += self.recording is Recording.IDLE
            self.window._actions[RECORD].trigger()
        if now() - self.began < MINUTE - PAUSE_SECONDS:
            return False
        if self.recording is Recording.RUNNING:
            self.window._actions[RECORD].trigger()
        return self.recording is Recording.IDLE

    def rest(self) -> bool:
        """Whether it is over, so that what is left can be counted."""
        return now() - self.began >= MINUTE

    def figures(self) -> dict[str, float]:
        """What it has left behind."""
        state = self.window.controller.store.state
        for kept in recordings_folder(state.preferences).glob("*"):
            kept.unlink()
        gc.collect()
        count = self.live.stats.painted - self.painted
        times = list(self.live.stats._painting._values)[-count:]
        return {
            "MB": round(resident(), 1),
            "threads": threading.active_count(),
            "files": len(os.listdir("/proc/self/fd")),
            "p99 ms": round(float(np.percentile(times, 99)), 1),
            "frames": count,
            "styles": self.styles,
            "recordings": self.recordings,
            "complaints": sum(message.error for message in state.messages),
        }


def act(window: MainWindow, over: threading.Event) -> Waits:
    """Minute after minute, until it is over."""
    yield painting(window, 30)
    window.resize(900, 700)
    rng = random.Random(0)
    while not over.is_set():
        minute = Minute(window, rng)
        for part in (minute.work, minute.rest):
            yield lambda part=part: over.is_set() or part()  # type: ignore[misc]
        if over.is_set():
            return
        print(json.dumps(minute.figures()), flush=True)


def main() -> None:
    """The window, until the input ends."""
    over = threading.Event()

    def listen() -> None:
        sys.stdin.read()
        over.set()

    threading.Thread(target=listen, name="input", daemon=True).start()
    with surroundings():
        play(DEMO, lambda window: act(window, over), HOURS)


FAULTS = (
    Fault(
        "soak",
        "memory +20 MB at most, threads and descriptors constant, p99 no higher at the end",
        inject,
        times=120 // SPEED,
        quick=0,
    ),
)

if __name__ == "__main__":
    main()

"""More than the computer can do: other programs, large and fast sources, a person who never pauses."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pleinair.app.window.main_window import MainWindow
from pleinair.engine.clock import now
from tests.clicking import HOURS, pulse, surroundings
from tests.e2e.player import painting, play
from tests.faults.fault import Fault, Outcome
from tests.support.person import Waits

SECONDS = 60.0
"""Of each."""
FLUID_SECONDS = 1.5
ENOUGH = 0.9
"""Share of the frames a second that the machine paints in the end, from which on the picture is fluid."""
WINDOW_SECONDS = 0.5
"""In which frames are counted for that."""
GUI_SECONDS = 0.1
SWITCHES = 20
"""A second."""
LOADS = (
    "two busy processes",
    "4K source",
    "120 fps source",
    "window resized without pause",
    "twenty switches a second",
)
WORDS = {"4K source": ["--size", "3840x2160"], "120 fps source": ["--fps", "120"]}


@contextmanager
def busy(processes: int) -> Iterator[None]:
    """Other programs that want all the time there is."""
    running = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(processes)]
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()


def resize(window: MainWindow) -> None:
    """To another size each time."""
    wide = 700 + round(now() * 400) % 400
    window.resize(wide, wide * 3 // 4)


def switcher() -> Callable[[MainWindow], None]:
    """The next style, so many times a second."""
    due = now()

    def switch(window: MainWindow) -> None:
        nonlocal due
        if now() >= due:
            due += 1 / SWITCHES
            styles = window.controls.styles
            styles.setCurrentIndex((styles.currentIndex() + 1) % styles.count())

    return switch


def inject(number: int, rng: random.Random, folder: Path) -> Outcome:
    """In a window that has painted for a while, or begins to with such a source."""
    load = LOADS[number % len(LOADS)]
    deeds: dict[str, Callable[[MainWindow], None]] = {LOADS[3]: resize, LOADS[4]: switcher()}
    painted: list[tuple[float, int]] = []

    def act(window: MainWindow) -> Waits:
        yield painting(window, 3 if load in WORDS else 60)
        live = window.controller.live
        assert live is not None
        beating.doing = load
        with busy(2 if load == LOADS[0] else 0):
            end = now() + SECONDS

            def watch() -> bool:
                painted.append((now(), live.stats.painted))
                if load in deeds:
                    deeds[load](window)
                return now() > end

            yield watch
        beating.doing = "close"

    with surroundings(), pulse() as beating:
        beating.doing = "open"
        play(["live", "--source", "pattern", *WORDS.get(load, [])], act, HOURS)
    fluid, rate = fluid_after(painted)
    longest = beating.gaps[load].longest
    wrong = []
    if fluid > FLUID_SECONDS:
        wrong.append(f"{load}: fluid at {rate:.1f} frames a second only after {fluid:.1f} s")
    if longest.seconds > GUI_SECONDS:
        wrong.append(
            f"{load}: the window did not answer for {longest.seconds * 1e3:.0f} ms, {longest.places}"
        )
    figures = {f"fluid after (s), {load}": fluid, f"window (ms), {load}": longest.seconds * 1e3}
    return Outcome(tuple(wrong), {**figures, f"frames a second, {load}": rate})


def fluid_after(painted: Sequence[tuple[float, int]]) -> tuple[float, float]:
    """From times and the frames painted until then: seconds until ``ENOUGH`` are painted, and how many a second the
    machine paints in the last quarter."""
    began, end = painted[0][0], painted[-1][0]
    start, before = next(one for one in painted if one[0] >= end - (end - began) / 4)
    rate = (painted[-1][1] - before) / (end - start)
    # Slower machines paint few in a window: one may fall just outside of it.
    wanted = max(1.0, ENOUGH * rate * WINDOW_SECONDS - 1)
    later = iter(painted)
    at, count = next(later)
    for began_at, counted in painted:
        while at < began_at + WINDOW_SECONDS:
            following = next(later, None)
            if following is None:
                return end - began, rate
            at, count = following
        if count - counted >= wanted:
            return began_at - began, rate
    return end - began, rate


FAULTS = (
    Fault(
        "load", "fluid within 1.5 s, GUI answers in 100 ms, no deadlock", inject, times=len(LOADS), quick=0
    ),
)

"""What the window is like under a person's hands: ``python -m tests.clicking [start|abilities|rate|memory ...]``.

``start``: seconds from the start of the process to the first painted picture. ``abilities``: the longest time that the
GUI thread was busy with something else than its pulse, for each thing a person can do. ``rate``: frames a second that
are shown, with each generator. ``memory``: what minutes of clicking at random leave behind.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import pytest
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from pleinair.app.window.main_window import MainWindow
from pleinair.engine.clock import now
from tests.conftest import PERSON
from tests.e2e.player import play
from tests.support.abilities import ABILITIES, open_window
from tests.support.cameras import Cameras
from tests.support.person import Person, Surroundings, Waits
from tests.support.pulse import LATE, Gaps, Pulse
from tests.support.virtual_cameras import VirtualCameras

DEMO = ["live", "--source", "demo"]
HOURS = 24 * 3600.0
"""That a measurement may take."""
IDLE_SECONDS = 5
RATE_SECONDS = 10
REST_SECONDS = 2


@contextmanager
def surroundings() -> Iterator[Surroundings]:
    """Folders of a person who starts the program for the first time, and things to work with."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        for name in PERSON:
            patch.setenv(name, str(Path(folder) / name))
        yield Surroundings(Path(folder), Cameras(patch), VirtualCameras(patch))


@contextmanager
def pulse() -> Iterator[Pulse]:
    """One that beats."""
    QApplication.instance() or QApplication([])
    beating = Pulse()
    beating.start()
    try:
        yield beating
    finally:
        beating.stop()


def load() -> str:
    """How busy the machine is."""
    return "load {:.1f} {:.1f} {:.1f}".format(*os.getloadavg()) + f" on {os.cpu_count()} processors"


def control() -> None:
    """Print the pulse of a window with nothing in it."""
    with pulse() as beating:
        window = QWidget()
        window.show()
        loop = QEventLoop()
        QTimer.singleShot(IDLE_SECONDS * 1000, loop.quit)
        loop.exec()
        _print_gaps("an empty window", beating.gaps[""])


def _print_gaps(name: str, gaps: Gaps) -> None:
    longest = gaps.longest
    figures = f"{longest.seconds * 1e3:8.0f} {longest.computing * 1e3:11.0f} {gaps.late:6} of {gaps.beats:5}"
    where = ", ".join(longest.places) if longest.seconds > LATE else ""
    print(f"{name:26}{figures}  {where}", flush=True)


def measure_abilities(times: int) -> None:
    """Each in turn, ``times`` times; the first start, which measures the backends, on its own."""
    print(
        f"Gaps of the pulse, {load()}\n{'':26}{'longest':>8} {'computing':>11} {'late':>6}    beats  in the longest"
    )
    control()
    with surroundings() as around, pulse() as beating:

        def begin(window: MainWindow) -> Waits:
            yield from Person(window, beating, around).do("the first start", open_window)
            _close(window, beating)

        def act(window: MainWindow) -> Waits:
            person = Person(window, beating, around)
            for _ in range(times):
                for name, ability in ABILITIES.items():
                    yield from person.do(name, ability)
            _close(window, beating)

        for do in (begin, act):
            beating.doing = "before a window is seen"
            play(DEMO, do, HOURS)
    for name, gaps in beating.gaps.items():
        _print_gaps(name, gaps)
    control()
    print(load())


def _close(window: MainWindow, beating: Pulse) -> None:
    """What is done once the window is hidden, and keeps nobody waiting, counts apart."""
    beating.doing, hide = "close the window", window.hide

    def hide_and_tell() -> None:
        hide()
        beating.beat()
        beating.doing = "after it is hidden"

    window.hide = hide_and_tell  # type: ignore[method-assign]


def measure_starts(times: int) -> None:
    """A first start and a second one, ``times`` times."""
    found: dict[str, list[dict[str, float]]] = {"first": [], "second": []}
    for _ in range(times):
        with surroundings():
            for seconds in found.values():
                words = [sys.executable, "-m", "tests.support.first_picture", str(time.time())]
                done = subprocess.run(words, check=True, capture_output=True, text=True)
                seconds.append(json.loads(done.stdout.splitlines()[-1]))
    for name, starts in found.items():
        pictures = [start["picture"] for start in starts]
        print(
            f"{name} start: window after {median(start['window'] for start in starts):.2f} s, first painted picture "
            f"after {median(pictures):.2f} s (median of {times}; {min(pictures):.2f} to {max(pictures):.2f}), {load()}"
        )


def measure_rates() -> None:
    """With each generator, at the work size that it is brought to."""

    def act(window: MainWindow) -> Waits:
        person = Person(window, beating, around)
        yield from person.do("open", open_window)
        for quality in ("fast", "fine"):
            person.choose(window.quality.menu().actions(), quality)
            yield lambda quality=quality: bool(  # type: ignore[misc]
                person.state.stats and person.state.stats.generator == quality
            )
            yield _passed(IDLE_SECONDS)  # for the governor
            passed, shown = _passed(RATE_SECONDS), set[float]()

            def watch(passed: Callable[[], bool] = passed, shown: set[float] = shown) -> bool:
                if window.preview.newest is not None:
                    shown.add(window.preview.newest.frame.captured_at)
                return passed()

            yield watch
            fps, stats = len(shown) / RATE_SECONDS, person.state.stats
            assert stats is not None
            size = "{}x{}".format(*stats.painted_size)
            print(f"{quality}: {fps:.1f} frames a second shown, painted at {size}, {load()}", flush=True)

    with surroundings() as around, pulse() as beating:
        play(DEMO, act, HOURS)


def rest(window: MainWindow) -> Waits:
    """Until all sizes that the governor may choose are ready, and nothing else is under way: what they hold varies
    until then."""
    assert window.controller.live is not None
    preparation = window.controller.live._paint._preparation
    yield _passed(REST_SECONDS)
    yield lambda: not preparation.busy
    yield _passed(REST_SECONDS)


def _passed(seconds: float) -> Callable[[], bool]:
    end = now() + seconds
    return lambda: now() > end


def resident() -> float:
    """MB of memory that the process has now (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def measure_memory(minutes: float, seed: int) -> None:
    """Do everything once; then anything, each as often as all of it takes equally long, and see what is left."""
    rng = random.Random(seed)

    def act(window: MainWindow) -> Waits:
        person = Person(window, beating, around)
        seconds: dict[str, float] = {}
        for name, ability in ABILITIES.items():
            began = now()
            yield from person.do(name, ability)
            seconds[name] = now() - began
        yield from rest(window)
        before = tell(0, 0, None)
        weights = [1 / seconds[name] for name in ABILITIES]
        began, done, told, half = now(), 0, 0, before
        while (passed := (now() - began) / 60) < minutes:
            (name,) = rng.choices(list(ABILITIES), weights)
            yield from person.do(name, ABILITIES[name])
            done += 1
            if int(passed) > told:
                told = int(passed)
                yield from rest(window)
                memory = tell(told, done, before)
                half = memory if told <= minutes / 2 else half
        yield from rest(window)
        print(f"in the second half {tell(minutes, done, before) - half:+.1f} MB")

    def tell(minute: float, done: int, before: float | None) -> float:
        gc.collect()
        memory = resident()
        growth = "" if before is None else f" ({memory - before:+.1f})"
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        print(
            f"minute {minute:g}: {done} done, {memory:.1f} MB{growth}, {len(gc.get_objects())} objects, "
            f"{len(application.allWidgets())} widgets, {threading.active_count()} threads, "
            f"{len(os.listdir('/proc/self/fd'))} files",
            flush=True,
        )
        return memory

    with surroundings() as around, pulse() as beating:
        play(DEMO, act, HOURS)


def main() -> None:
    """Measure what is asked for, or everything."""
    measurements: dict[str, Callable[[argparse.Namespace], None]] = {
        "start": lambda asked: measure_starts(asked.times),
        "abilities": lambda asked: measure_abilities(asked.times),
        "rate": lambda asked: measure_rates(),
        "memory": lambda asked: measure_memory(asked.minutes, asked.seed),
    }
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", metavar="what", help=f"of {', '.join(measurements)}; default: all")
    parser.add_argument("--times", type=int, default=3, help="of each start and each ability")
    parser.add_argument("--minutes", type=float, default=5.0, help="of clicking at random")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    for name in asked.what or measurements:
        measurements[name](asked)


if __name__ == "__main__":
    main()

"""How long a start takes: ``python -m tests.support.first_picture BEGAN`` opens the window on the demo clip, and prints
the seconds from ``BEGAN`` (of the clock of the day) to the window and to its first painted picture, as JSON."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator

from pleinair.app.window.main_window import MainWindow
from tests.e2e.player import play

if __name__ == "__main__":
    began = float(sys.argv[1])

    def act(window: MainWindow) -> Iterator[Callable[[], bool]]:
        times = [time.time() - began]
        yield lambda: window.preview.newest is not None
        ticks = iter([False, True])
        yield lambda: next(ticks)  # by then Qt has drawn it
        times.append(time.time() - began)
        print(json.dumps(dict(zip(("window", "picture"), times, strict=True))))

    play(["live", "--source", "demo"], act)

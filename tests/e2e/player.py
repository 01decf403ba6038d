"""Plays a person at the window, which is started as they start it: with main(argv)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from pleinair.app.cli import main
from pleinair.app.window.main_window import MainWindow
from pleinair.engine.clock import now

Act = Callable[[MainWindow], Iterator[Callable[[], bool]]]


def play(words: list[str], act: Act, seconds: float = 30.0, code: int = 0) -> None:
    """Run ``main(words)``, which ends with this exit ``code``; ``act`` does things and yields what it waits for
    next."""
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    state: dict[str, object] = {"error": None}
    steps: list[Iterator[Callable[[], bool]]] = []
    waits: list[Callable[[], bool]] = []
    end = time.monotonic() + seconds

    def tick() -> None:
        windows = [w for w in application.topLevelWidgets() if isinstance(w, MainWindow) and w.isVisible()]
        if not windows:
            return
        window = windows[0]
        try:
            if time.monotonic() > end:
                raise TimeoutError(
                    f"waited too long{place(waits)}; the window says: {window.message.text()!r}"
                )
            if not steps:
                steps.append(act(window))
                waits.append(next(steps[0]))
            while waits[0]():
                waits[0] = next(steps[0])
        except StopIteration:
            timer.stop()
            window.close()
        except BaseException as error:
            state["error"] = error
            timer.stop()
            window.close()

    timer = QTimer()
    timer.timeout.connect(tick)
    timer.start(10)
    ended = main(words)
    if isinstance(state["error"], BaseException):
        raise state["error"]
    assert ended == code


def place(waits: list[Callable[[], bool]]) -> str:
    """Where the test stands, as far as what it waits for tells."""
    code = getattr(waits[0], "__code__", None) if waits else None
    return "" if code is None else f" at {Path(code.co_filename).name}:{code.co_firstlineno}"


def painting(window: MainWindow, frames: int) -> Callable[[], bool]:
    """Waits until so many frames were shown that were filmed after this moment."""
    began, seen = now(), set[float]()

    def check() -> bool:
        newest = window.preview.newest
        if newest is not None and newest.frame.captured_at > began:
            seen.add(newest.frame.captured_at)
        return len(seen) >= frames

    return check


def active(window: MainWindow) -> Callable[[], bool]:
    """Waits until keys go to the window again, as after a click on it: a dialog that closes leaves them nowhere."""
    window.activateWindow()
    return window.isActiveWindow

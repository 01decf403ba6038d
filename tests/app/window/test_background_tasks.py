"""The closing window waits for its tasks, but not for ever."""

from __future__ import annotations

import threading
import time

import pytest
from PySide6.QtWidgets import QApplication

from pleinair.app.window import background_tasks
from pleinair.app.window.background_tasks import BackgroundTasks


def test_what_does_not_end_is_left_but_not_what_must_be_finished(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background_tasks, "FINISH_SECONDS", 0.2)
    QApplication.instance() or QApplication([])
    tasks, released, done = BackgroundTasks(), threading.Event(), list[str]()

    def keep() -> str:
        time.sleep(0.6)
        return "kept"

    tasks.start("open source", released.wait, lambda _: done.append("hung"), done.append)
    tasks.start("finish recording", keep, done.append, done.append, to_the_end=True)
    began = time.monotonic()
    tasks.finish()
    assert 0.5 < time.monotonic() - began < 3
    assert done == ["kept"]
    released.set()  # what comes now reaches nobody
    time.sleep(0.05)
    QApplication.processEvents()
    assert done == ["kept"]

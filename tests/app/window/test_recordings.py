"""Recordings in the window, whatever ends it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip(
    "PySide6.QtWidgets", exc_type=ImportError, reason="Qt's system libraries are missing: see the README"
)
from PySide6.QtWidgets import QPushButton

from pleinair.app.window.main_window import MainWindow
from pleinair.app.window.state import Recording
from tests.app.window.opened import opened_window, wait_until
from tests.faults.recordings.recorded import child, play, record


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    """A recording whose process was killed."""
    path = tmp_path / "killed.mp4"
    with child(tmp_path, record, path, 30, False) as recording:
        recording.hear()
        time.sleep(1.0)
    return path


@pytest.fixture
def window(killed: Path, no_leaked_widgets: None) -> Iterator[MainWindow]:
    with opened_window() as window:
        yield window


def test_what_was_left_behind_is_repaired_and_a_session_that_ends_loses_nothing(
    window: MainWindow, killed: Path, tmp_path: Path
) -> None:
    store, recordings = window.controller.store, window.controller.recordings
    wait_until(lambda: str(killed) in window.message.text())
    before = play(killed)
    assert not before.plain
    next(one for one in window.message.findChildren(QPushButton) if one.text() == "Repair").click()
    wait_until(lambda: f"Repaired: {killed}" in window.message.text())
    assert play(killed).plain and play(killed).pictures == before.pictures

    for saving in (False, True):
        path = tmp_path / f"{saving}.mp4"
        recordings.begin(path, force=False)
        wait_until(lambda: store.state.recording is Recording.RUNNING)
        wait_until(lambda: recordings.recorder is not None and recordings.recorder.written > 3)
        if saving:
            recordings.end()
        else:
            recordings.toggle_pause()
        recordings.keep()  # at once, since the system does not wait
        played = play(path)
        assert played.plain and played.pictures > 3
        assert store.state.recording is Recording.IDLE and f"Recorded: {path}" in window.message.text()

from __future__ import annotations

import gc
import time
import weakref

import pytest

pytest.importorskip(
    "PySide6.QtWidgets", exc_type=ImportError, reason="Qt's system libraries are missing: see the README"
)
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication

from pleinair.app.window.action_spec import tip
from pleinair.app.window.actions import ACTIONS, RECORD, in_menu
from pleinair.app.window.main_window import quality_text
from pleinair.app.window.state import WindowState
from pleinair.app.window.teaching.dialog import TeachDialog
from pleinair.engine.live.stats import LiveStats
from tests.app.window.opened import new_window


def test_the_quality_button_says_which_generator_paints() -> None:
    stats = LiveStats(1, 1, 0, 30.0, "fast", (640, 480), None, None, None, None)
    assert quality_text(WindowState()) == "Quality: Auto"
    assert quality_text(WindowState(stats=stats)) == "Quality: Auto (Fast)"
    assert quality_text(WindowState(stats=stats, quality="fast")) == "Quality: Fast"
    assert quality_text(WindowState(stats=stats, quality="fine")) == "Quality: Fine (Fast)"


def test_every_action_has_a_text_a_tooltip_and_a_key_of_its_own() -> None:
    wanted = [spec.shortcut for spec in ACTIONS if spec.shortcut]
    keys = [QKeySequence(shortcut).toString() for shortcut in wanted]
    assert all(keys) and len(set(keys)) == len(wanted)
    assert all(spec.shortcut or spec in in_menu() for spec in ACTIONS)
    assert all(spec.text and spec.tooltip and not spec.tooltip.endswith(".") for spec in ACTIONS)
    assert tip(RECORD) == "Start or stop recording a video (R)"


def test_all_goes_with_the_window_and_not_with_the_garbage_in_some_thread() -> None:
    """Objects of Qt that wait for the collector would be freed in whatever thread it runs in, and crash."""
    application = QApplication.instance() or QApplication([])
    gc.collect()
    gc.disable()
    try:
        window = new_window()
        window.show()
        end = time.monotonic() + 30
        while window.preview.newest is None and time.monotonic() < end:
            application.processEvents()
        c = window.controller
        window.teach_style()
        parts: list[weakref.ref[QObject]] = [
            weakref.ref(part)
            for part in (c, c.store, c.tasks, c.sources, c.looks, c.recordings, c.errands, c.teaching)
        ]
        parts.extend(weakref.ref(dialog) for dialog in window.findChildren(TeachDialog))
        window.close()
        window.deleteLater()
        del window, c
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        left = [type(part()).__name__ for part in parts if part() is not None]
    finally:
        gc.enable()
    assert left == []

from __future__ import annotations

import pytest

pytest.importorskip(
    "PySide6.QtWidgets", exc_type=ImportError, reason="Qt's system libraries are missing: see the README"
)
from PySide6.QtGui import QKeySequence

from pleinair.app.window.actions import ACTIONS, MENU, RECORD, tip
from pleinair.app.window.main_window import quality_text
from pleinair.app.window.state import WindowState
from pleinair.engine.live.stats import LiveStats


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
    in_menu = {spec for group in MENU for spec in group}
    assert all(spec.shortcut or spec in in_menu for spec in ACTIONS)
    assert all(spec.text and spec.tooltip and not spec.tooltip.endswith(".") for spec in ACTIONS)
    assert tip(RECORD) == "Start or stop recording a video (R)"

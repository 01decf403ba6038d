from __future__ import annotations

from dataclasses import replace

import pytest

pytest.importorskip(
    "PySide6.QtWidgets", exc_type=ImportError, reason="Qt's system libraries are missing: see the README"
)
from PySide6.QtGui import QKeySequence

from pleinair.app.window.actions import ACTIONS, RECORD, tip
from pleinair.app.window.main_window import figures, quality_text
from pleinair.app.window.state import WindowState
from pleinair.engine.live.stats import LiveStats
from pleinair.engine.timing import Percentiles


def test_figures_are_told_once_there_are_some() -> None:
    stats = LiveStats(0, 0, 0, 0.0, "", (0, 0), None, None, None, None)
    assert figures(WindowState()) == ""
    state = WindowState(stats=stats, source_format="640x480 at 30 fps")
    assert figures(state) == "0 fps   0 dropped   640x480 at 30 fps"
    painted = replace(stats, fps=29.7, dropped=3, painted_size=(320, 240), latency=Percentiles(21.4, 30.0))
    state = replace(state, stats=painted)
    assert figures(state) == "30 fps   21 ms   3 dropped   640x480 at 30 fps   painted at 320x240"


def test_the_quality_button_says_which_generator_paints() -> None:
    stats = LiveStats(1, 1, 0, 30.0, "fast", (640, 480), None, None, None, None)
    assert quality_text(WindowState()) == "Quality: Auto"
    assert quality_text(WindowState(stats=stats)) == "Quality: Auto (Fast)"
    assert quality_text(WindowState(stats=stats, quality="fast")) == "Quality: Fast"
    assert quality_text(WindowState(stats=stats, quality="fine")) == "Quality: Fine (Fast)"


def test_every_action_has_a_text_a_tooltip_and_a_key_of_its_own() -> None:
    keys = [QKeySequence(spec.shortcut).toString() for spec in ACTIONS]
    assert all(keys) and len(set(keys)) == len(ACTIONS)
    assert all(spec.text and spec.tooltip and not spec.tooltip.endswith(".") for spec in ACTIONS)
    assert tip(RECORD) == "Start or stop recording a video (R)"

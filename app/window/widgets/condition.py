"""How the live path is doing: a word outside, and the figures behind it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMenu, QToolButton, QWidgetAction

from pleinair.app.window.state import WindowState
from pleinair.engine.files import GENERATORS
from pleinair.engine.live.governor import GOOD
from pleinair.engine.live.steadiness import Flicker

FLUID = 0.85
"""Of the frames that the source has, from which on the picture is smooth."""
FULL = 30.0
"""Frames a second that nobody needs more of."""


def condition(state: WindowState) -> str:
    """One word, and what helps where something does."""
    stats = state.stats
    if stats is None or not stats.painted:
        return "Starting"
    wanted = min(state.source_fps or FULL, FULL)
    if stats.fps >= FLUID * wanted and min(stats.painted_size) >= min(GOOD, state.source_lines or GOOD):
        return "Smooth"
    fastest = stats.generator == GENERATORS[-1] or len(state.qualities) < 2
    return "Busy" if fastest else "Slow: choose Fast"


def figures(state: WindowState) -> str:
    """What is measured, a line each."""
    stats = state.stats
    if stats is None:
        return ""
    lines = [
        f"{stats.fps:.0f} fps, {stats.dropped} frames dropped",
        "" if stats.latency is None else f"{stats.latency.p50:.0f} ms from camera to picture",
        f"filmed at {state.source_format}",
        "" if stats.painted_size == (0, 0) else "painted at {}x{}".format(*stats.painted_size),
        "" if stats.flicker is None else _flicker(stats.flicker),
        f"by {stats.generator.capitalize()} on {state.device}" if stats.generator else "",
    ]
    return "\n".join(line for line in lines if line)


def _flicker(flicker: Flicker) -> str:
    return f"shimmer {flicker.painted:.1f} brought down to {flicker.shown:.1f} grey levels"


class ConditionButton(QToolButton):
    """Says how it goes; a click shows the figures, which go on changing."""

    def __init__(self) -> None:
        super().__init__()
        self.setAutoRaise(True)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolTip("How the picture is doing")
        self.figures = QLabel()
        self.figures.setTextFormat(Qt.TextFormat.PlainText)
        self.figures.setMargin(10)
        menu = QMenu(self)
        action = QWidgetAction(menu)
        action.setDefaultWidget(self.figures)
        menu.addAction(action)
        self.setMenu(menu)

    def render_state(self, state: WindowState) -> None:
        """Show this state."""
        word = condition(state)
        if word != self.text():
            self.setText(word)
            self.setAccessibleName(f"The picture: {word}")
        self.figures.setText(figures(state))
        self.figures.adjustSize()

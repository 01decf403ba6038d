"""How the live path is doing: a word outside, and the figures behind it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMenu, QToolButton, QWidgetAction

from pleinair.app.names import name
from pleinair.app.texts import LONGEST_NAME
from pleinair.app.translation import decimal, translate
from pleinair.app.window.state import WindowState
from pleinair.engine.files import GENERATORS
from pleinair.engine.live.governor import GOOD
from pleinair.engine.untrusted.texts import one_line

FLUID = 0.85
"""Of the frames that the source has, from which on the picture is smooth."""
FULL = 30.0
"""Frames a second that nobody needs more of."""


def condition(state: WindowState) -> str:
    """One word, and what helps where something does."""
    stats = state.stats
    if stats is None or not stats.painted:
        return translate("Condition", "Starting")
    wanted = min(state.source_fps or FULL, FULL)
    if stats.fps >= FLUID * wanted and min(stats.painted_size) >= min(GOOD, state.source_lines or GOOD):
        return translate("Condition", "Smooth")
    fastest = stats.generator == GENERATORS[-1] or len(state.qualities) < 2
    if fastest:
        return translate("Condition", "Busy")
    return translate("Condition", "Slow: choose {name}").format(name=name("Fast"))


def figures(state: WindowState) -> str:
    """What is measured, a line each."""
    stats = state.stats
    if stats is None:
        return ""
    lines = [translate("Condition", "{fps} fps, {dropped} frames dropped")]
    if stats.latency is not None:
        lines.append(translate("Condition", "{latency} ms from camera to picture"))
    lines.append(translate("Condition", "filmed at {source}"))
    if stats.painted_size != (0, 0):
        lines.append(translate("Condition", "painted at {size}"))
    if stats.flicker is not None:
        lines.append(translate("Condition", "shimmer {painted} brought down to {shown} grey levels"))
    if stats.generator:
        lines.append(translate("Condition", "by {generator} on {device}"))
    return "\n".join(lines).format(
        fps=round(stats.fps),
        dropped=stats.dropped,
        latency=stats.latency and round(stats.latency.p50),
        source=state.source_format,
        size="{}x{}".format(*stats.painted_size),
        painted=stats.flicker and decimal(stats.flicker.painted, 1),
        shown=stats.flicker and decimal(stats.flicker.shown, 1),
        generator=name(stats.generator.capitalize()),
        device=one_line(state.device, LONGEST_NAME),
    )


class ConditionButton(QToolButton):
    """Says how it goes; a click shows the figures, which go on changing."""

    def __init__(self) -> None:
        super().__init__()
        self.setAutoRaise(True)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolTip(self.tr("How the picture is doing"))
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
            self.setAccessibleName(self.tr("The picture: {word}").format(word=word))
        self.figures.setText(figures(state))
        self.figures.adjustSize()

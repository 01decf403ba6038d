"""The controls below the picture."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from pleinair.app.window.actions import KEEP_COLORS, RECORD, SNAPSHOT, tip
from pleinair.app.window.state import Recording, WindowState
from pleinair.app.window.widgets.pictures import to_icon
from pleinair.app.window.widgets.source_button import SourceButton
from pleinair.app.window.widgets.value_slider import ValueSlider
from pleinair.engine.styles.controls import controls
from pleinair.engine.styles.style_file import Style

ICON = QSize(48, 32)


def record_text(state: WindowState) -> str:
    """What the button that records says."""
    if state.recording is Recording.SAVING:
        return "Saving..."
    if state.countdown:
        return "Do not record"
    if state.recording not in (Recording.RUNNING, Recording.PAUSED):
        return RECORD.text
    minutes, seconds = divmod(int(state.recorded_seconds), 60)
    lost = f" ({state.recording_dropped} lost)" if state.recording_dropped else ""
    return f"Stop {minutes}:{seconds:02}{lost}"


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(10)
    for widget in widgets:
        row.addWidget(widget)
    return row


class StyleBox(QComboBox):
    """The list of styles. The wheel over it scrolls nothing: nobody changes a style by mistake."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Shorten the text with dots where Qt would cut it off."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        field = QStyle.SubControl.SC_ComboBoxEditField
        place = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, self)
        room = place.width() - self.iconSize().width() - 8
        text = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room)
        option.currentText = text
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 (Qt's name)
        """Leave it to what lies below."""
        event.ignore()


class Controls(QWidget):
    """Style, strength, colours, the styles' own controls, source, snapshot, record, menu."""

    style_chosen = Signal(str)
    strength_chosen = Signal(int)
    keep_colors_chosen = Signal(bool)
    control_chosen = Signal(str, float)

    def __init__(self) -> None:
        super().__init__()
        self._listed: list[Style] = []
        self.styles = StyleBox()
        self.styles.setIconSize(ICON)
        self.styles.setMinimumWidth(150)
        self.styles.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.styles.setMaxVisibleItems(7)  # more would cover the face while one chooses
        self.styles.setAccessibleName("Style")
        self.styles.setToolTip("The painting to paint like (Page Up and Page Down)")
        self.styles.currentIndexChanged.connect(lambda _: self.style_chosen.emit(self.styles.currentData()))
        tooltip = "From the camera's picture to the full style (+ and -)"
        self.strength = ValueSlider("Strength", 0, 100, 100, tooltip, "{:.0f} %".format)
        self.strength.moved.connect(lambda percent: self.strength_chosen.emit(round(percent)))
        self.keep_colors = QCheckBox(KEEP_COLORS.text)
        self.keep_colors.setToolTip(tip(KEEP_COLORS))
        self.keep_colors.toggled.connect(self.keep_colors_chosen)
        self.source = SourceButton()
        self.snapshot = QPushButton(SNAPSHOT.text)
        self.snapshot.setToolTip(tip(SNAPSHOT))
        self.record = QPushButton(RECORD.text)
        self.record.setMinimumWidth(110)
        self.record.setToolTip(tip(RECORD))
        self.menu = QToolButton()
        self.menu.setText("\N{TRIGRAM FOR HEAVEN}")
        self.menu.setToolTip("Menu")
        self.menu.setAccessibleName("Menu")
        self.menu.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

        self.sliders: dict[str, ValueSlider] = {}
        """Of the controls that are registered, by name."""
        for spec in controls().values():
            slider = ValueSlider(spec.label, spec.low, spec.high, spec.default, spec.help.capitalize())
            slider.moved.connect(partial(self.control_chosen.emit, spec.name))
            self.sliders[spec.name] = slider
        rows = QVBoxLayout(self)
        rows.setContentsMargins(10, 8, 10, 4)
        rows.setSpacing(6)
        first = _row(self.styles, self.source, self.snapshot, self.record, self.menu)
        first.setStretch(0, 3)
        first.setStretch(1, 2)
        rows.addLayout(first)
        rows.addLayout(_row(self.strength, *self.sliders.values(), self.keep_colors))

    def render_state(self, state: WindowState) -> None:
        """Show the state; sends no signals."""
        widgets = (self.styles, self.keep_colors)
        blockers = [QSignalBlocker(widget) for widget in widgets]
        self.styles.setEnabled(state.ready)
        self.snapshot.setEnabled(state.ready)
        self.record.setEnabled(state.ready and state.recording not in (Recording.STARTING, Recording.SAVING))
        self.record.setText(record_text(state))
        self.source.render_state(state)
        self.strength.render_value(state.strength)
        self.keep_colors.setChecked(state.keep_colors)
        for name, slider in self.sliders.items():
            available = name in state.available_controls
            value = state.controls.get(name, controls()[name].default)
            slider.render_value(value, "" if available else state.why_unavailable)
        self._render_styles(state)
        for blocker in blockers:
            blocker.unblock()

    def _render_styles(self, state: WindowState) -> None:
        if state.library is None:
            return
        if state.styles != self._listed:
            self._listed = state.styles
            self.styles.clear()
            for style in state.styles:
                text = f"{style.title} ({style.byline})" if style.byline else style.title
                self.styles.addItem(to_icon(style.preview), text, style.id)
        if self.styles.findData(state.style) < 0:
            self.styles.insertItem(0, "Mix", state.style)
        self.styles.setCurrentIndex(self.styles.findData(state.style))

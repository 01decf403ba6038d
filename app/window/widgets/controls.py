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

from pleinair.app.names import name
from pleinair.app.translation import translate
from pleinair.app.window.action_spec import tip
from pleinair.app.window.actions import RECORD, SNAPSHOT
from pleinair.app.window.picture_actions import KEEP_COLORS, NEXT_STYLE, PREVIOUS_STYLE
from pleinair.app.window.state import Recording, WindowState
from pleinair.app.window.widgets.pictures import to_icon
from pleinair.app.window.widgets.source_button import SourceButton
from pleinair.app.window.widgets.value_slider import ValueSlider
from pleinair.engine.styles.controls import controls
from pleinair.engine.styles.style_file import Style
from pleinair.engine.untrusted.texts import one_line

ICON = QSize(48, 32)
LONGEST_STYLE = 80
"""Letters of a title with its artist and year."""


def record_text(state: WindowState) -> str:
    """What the button that records says."""
    if state.recording is Recording.SAVING:
        return translate("Controls", "Saving...")
    if state.countdown:
        return translate("Controls", "Do not record")
    if state.recording not in (Recording.RUNNING, Recording.PAUSED):
        return RECORD.name
    minutes, seconds = divmod(int(state.recorded_seconds), 60)
    stop = translate("Controls", "Stop {time}").format(time=f"{minutes}:{seconds:02}")
    lost = translate("Controls", "({count} lost)").format(count=state.recording_dropped)
    return f"{stop} {lost}" if state.recording_dropped else stop


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
        self.styles.setMinimumWidth(140)
        self.styles.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.styles.setMaxVisibleItems(7)  # more would cover the face while one chooses
        self.styles.setAccessibleName(self.tr("Style"))
        keys = (PREVIOUS_STYLE.key, NEXT_STYLE.key)
        self.styles.setToolTip(self.tr("The painting to paint like ({keys})").format(keys=", ".join(keys)))
        self.styles.currentIndexChanged.connect(lambda _: self.style_chosen.emit(self.styles.currentData()))
        tooltip = self.tr("From the camera's picture to the full style ({keys})").format(keys="+, -")
        self.strength = ValueSlider(self.tr("Strength"), 0, 100, 100, tooltip, "{:.0f} %".format)
        self.strength.moved.connect(lambda percent: self.strength_chosen.emit(round(percent)))
        self.keep_colors = QCheckBox(KEEP_COLORS.name)
        self.keep_colors.setToolTip(tip(KEEP_COLORS))
        self.keep_colors.toggled.connect(self.keep_colors_chosen)
        self.source = SourceButton()
        self.snapshot = QPushButton(SNAPSHOT.name)
        self.snapshot.setToolTip(tip(SNAPSHOT))
        self.record = QPushButton(RECORD.name)
        self.record.setMinimumWidth(110)
        self.record.setToolTip(tip(RECORD))
        self.menu = QToolButton()
        self.menu.setText("\N{TRIGRAM FOR HEAVEN}")
        self.menu.setToolTip(self.tr("Menu"))
        self.menu.setAccessibleName(self.tr("Menu"))
        self.menu.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

        self.sliders: dict[str, ValueSlider] = {}
        """Of the controls that are registered, by name."""
        for spec in controls().values():
            slider = ValueSlider(
                name(spec.label), spec.low, spec.high, spec.default, name(spec.help.capitalize())
            )
            slider.moved.connect(partial(self.control_chosen.emit, spec.name))
            self.sliders[spec.name] = slider
        self.in_order: tuple[QWidget, ...] = (
            self.styles,
            self.source,
            self.snapshot,
            self.record,
            self.menu,
            self.strength.slider,
            *(slider.slider for slider in self.sliders.values()),
            self.keep_colors,
        )
        """As the Tab key goes through them."""
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
        for control, slider in self.sliders.items():
            available = control in state.available_controls
            value = state.controls.get(control, controls()[control].default)
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
                self.styles.addItem(to_icon(style.preview), one_line(text, LONGEST_STYLE), style.id)
        if self.styles.count() > len(self._listed) and self.styles.itemData(0) != state.style:
            self.styles.removeItem(0)  # the mix before
        if self.styles.findData(state.style) < 0:
            self.styles.insertItem(0, self.tr("Mix"), state.style)
        self.styles.setCurrentIndex(self.styles.findData(state.style))

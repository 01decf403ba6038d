"""Where a clip is, below the picture: pause, move, time."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QStyle, QToolButton, QWidget

from pleinair.app.window.picture_actions import PAUSE
from pleinair.app.window.state import WindowState
from pleinair.app.window.widgets.pictures import tinted

STEPS_A_SECOND = 10


def clock_time(seconds: float) -> str:
    """``1:05``, or ``1:00:05`` from an hour on."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class SeekBar(QWidget):
    """Pause, a slider, and the time. The window shows it while a clip plays that has a length."""

    pause_toggled = Signal()
    moved = Signal(float)
    """To this time, in seconds."""

    def __init__(self) -> None:
        super().__init__()
        self.pause = QToolButton()
        self.pause.setAutoRaise(True)
        self.pause.clicked.connect(lambda _: self.pause_toggled.emit())
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(self.tr("Place in the clip"))
        self.slider.setToolTip(self.tr("Move to another place in the clip"))
        self.slider.setPageStep(5 * STEPS_A_SECOND)
        self.slider.valueChanged.connect(lambda step: self.moved.emit(step / STEPS_A_SECOND))
        self.time = QLabel()
        self.time.setTextFormat(Qt.TextFormat.PlainText)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 10, 0)
        for widget in (self.pause, self.slider, self.time):
            row.addWidget(widget)

    def render_state(self, state: WindowState) -> None:
        """Show where the clip is; sends no signals, and leaves the slider to the hand that holds it."""
        if not state.duration:
            return
        icons = QStyle.StandardPixmap
        icon = self.style().standardIcon(icons.SP_MediaPlay if state.paused else icons.SP_MediaPause)
        color = self.palette().buttonText().color()
        self.pause.setIcon(tinted(icon, color, self.pause.iconSize()))
        word = self.tr("Play") if state.paused else self.tr("Pause")
        self.pause.setAccessibleName(word)
        self.pause.setToolTip(f"{word} ({PAUSE.key})")
        blocker = QSignalBlocker(self.slider)
        self.slider.setMaximum(round(state.duration * STEPS_A_SECOND))
        if not self.slider.isSliderDown():
            self.slider.setValue(round(state.position * STEPS_A_SECOND))
        blocker.unblock()
        self.time.setText(f"{clock_time(state.position)} / {clock_time(state.duration)}")

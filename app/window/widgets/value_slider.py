"""A slider with its name and its value above it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QLabel, QSlider, QVBoxLayout, QWidget

from pleinair.app.translation import decimal

STEPS = 100
WIDTH = 120


class ValueSlider(QWidget):
    """Chooses a number from ``low`` to ``high``; a double-click puts it back to ``default``."""

    moved = Signal(float)
    """A person moved it."""

    def __init__(
        self,
        name: str,
        low: float,
        high: float,
        default: float,
        tooltip: str,
        show: Callable[[float], str] = lambda value: decimal(value, 2),
    ) -> None:
        """``show``: how the value is written."""
        super().__init__()
        self._name, self._low, self._high, self._tooltip, self._show = name, low, high, tooltip, show
        self.slider = _Slider(self._step(default))
        self.slider.setRange(0, STEPS)
        self.slider.setAccessibleName(name)
        self.slider.valueChanged.connect(self._moved)
        self._label = QLabel()
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setBuddy(self.slider)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._label)
        column.addWidget(self.slider)
        self.setMinimumWidth(WIDTH)
        self.render_value(default)

    @property
    def value(self) -> float:
        """The number that is shown."""
        return self._low + (self._high - self._low) * self.slider.value() / STEPS

    def render_value(self, value: float, unavailable: str = "") -> None:
        """Show this number; sends no signal. ``unavailable``: why it can't be moved, if it can't."""
        blocker = QSignalBlocker(self.slider)
        self.slider.setValue(self._step(value))
        blocker.unblock()
        self._label.setText(f"{self._name} {self._show(self.value)}")
        self.setEnabled(not unavailable)
        self.setToolTip(
            unavailable or self.tr("{purpose}; double-click to reset").format(purpose=self._tooltip)
        )

    def _step(self, value: float) -> int:
        return round(STEPS * (value - self._low) / (self._high - self._low))

    def _moved(self) -> None:
        self._label.setText(f"{self._name} {self._show(self.value)}")
        self.moved.emit(self.value)


class _Slider(QSlider):
    def __init__(self, default: int) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._default = default

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        self.setValue(self._default)
        event.accept()

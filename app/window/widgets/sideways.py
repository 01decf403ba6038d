"""Room for a row of controls on screens that are too narrow for it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget


class Sideways(QScrollArea):
    """As high as the widget in it; where it is wider than there is room, it can be moved sideways."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(widget)
        self._row = widget
        self.horizontalScrollBar().rangeChanged.connect(lambda low, high: self.updateGeometry())

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """The widget's, and room for the bar where there is one."""
        bar = self.horizontalScrollBar()
        height = bar.sizeHint().height() if bar.maximum() > 0 else 0
        return self._row.sizeHint() + QSize(0, height)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """As narrow as may be."""
        return QSize(100, self.sizeHint().height())

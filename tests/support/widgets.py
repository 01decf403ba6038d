"""What a person does to widgets that QTest has no words for."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from pleinair.app.window.main_window import MainWindow


def point(widget: QWidget, place: QPoint) -> None:
    """Move the pointer there; QTest would move that of the screen."""
    everywhere = QPointF(widget.mapToGlobal(place))
    none, keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    event = QMouseEvent(QEvent.Type.MouseMove, QPointF(place), everywhere, none, none, keys)
    QCoreApplication.sendEvent(widget, event)


def leave(widget: QWidget) -> None:
    """Move the pointer somewhere else."""
    QCoreApplication.sendEvent(widget, QEvent(QEvent.Type.Leave))


def drop(window: MainWindow, *paths: Path) -> None:
    """Let files go over the window."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(one)) for one in paths])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, buttons, keys))

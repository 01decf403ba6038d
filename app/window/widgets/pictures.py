"""From arrays to Qt's pictures."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPixmap

from pleinair.engine.frame import Pixels


def to_pixmap(pixels: Pixels) -> QPixmap:
    """uint8 (h, w, 3) BGR, copied."""
    height, width = pixels.shape[:2]
    image = QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_BGR888)
    return QPixmap.fromImage(image.copy())


def to_icon(pixels: Pixels) -> QIcon:
    """uint8 (h, w, 3) BGR as an icon."""
    return QIcon(to_pixmap(pixels))


def tinted(icon: QIcon, color: QColor, size: QSize) -> QIcon:
    """The shape of ``icon`` in one colour: those of Qt are black, also on a dark window."""
    pixmap = icon.pixmap(size)
    painter = QPainter(pixmap)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(pixmap.rect(), color)
    painter.end()
    return QIcon(pixmap)

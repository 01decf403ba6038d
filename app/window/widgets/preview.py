"""The painted picture, pulled from the engine by a timer."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from pleinair.app.window.widgets.announcing import announce
from pleinair.engine.compositing import shrink
from pleinair.engine.frame import PaintedFrame, Pixels
from pleinair.engine.live.slot import LatestSlot
from pleinair.engine.untrusted.texts import one_line

TICK_MS = 16
GRIP = 8
"""Pixels on either side of the divider at which it can be taken."""
BACKGROUND = QColor(18, 18, 20)
RED = "#ff3b30"
SHADE = QColor(0, 0, 0, 200)
"""Below what is drawn over the picture: dark enough even if that is white."""


@dataclass(frozen=True)
class RecordingSign:
    """A red dot with the time, in a corner of the picture; or how soon a recording begins, in its middle."""

    text: str
    paused: bool = False
    about_to_begin: bool = False


class Preview(QWidget):
    """Shows the newest painted frame of a slot, as large as fits, with its proportions kept.

    Pixels never travel through signals: a timer looks into the slot, so a slow paint can only
    skip frames, not queue them.
    """

    resized = Signal()
    pointed = Signal()
    """The pointer moved over it."""
    double_clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(240, 140)
        self.setAccessibleName(self.tr("The painted picture"))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.newest: PaintedFrame | None = None
        self.message = ""
        self.mirrored = False
        self.recording: RecordingSign | None = None
        self.before = False
        """Whether the frame is shown instead of its painting."""
        self.divider: float | None = None
        """How far from the left the painting begins, 0..1; None for the whole painting."""
        self._dragging = False
        self.setMouseTracking(True)
        self._slot: LatestSlot[PaintedFrame] | None = None
        self._version = 0
        self._timer = QTimer(self, interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._pull)

    def show_slot(self, slot: LatestSlot[PaintedFrame] | None) -> None:
        """Follow this slot from now on; None stops."""
        self._slot, self._version = slot, 0
        if slot is None:
            self._timer.stop()
        else:
            self._timer.start()

    def set_mirrored(self, mirrored: bool) -> None:
        """Show the picture as in a mirror, or as it is."""
        if mirrored != self.mirrored:
            self.mirrored = mirrored
            self.update()

    def show_before(self, before: bool) -> None:
        """Show the frame instead of its painting, or the painting again."""
        self.before = before
        self.update()

    def show_divider(self, shown: bool) -> None:
        """Show the frame on the left of a line that can be dragged, or the whole painting again."""
        if shown != (self.divider is not None):
            self.divider = 0.5 if shown else None
            self.unsetCursor()
            self.update()

    def show_recording(self, sign: RecordingSign | None) -> None:
        """Show this over the picture; nothing for None."""
        if sign != self.recording:
            self.recording = sign
            self.update()

    def show_message(self, text: str) -> None:
        """Words in the middle of the picture; empty for none."""
        text = one_line(text)
        if text != self.message:
            self.message = text
            self.setAccessibleDescription(text)
            if text:
                announce(self, text, urgent=True)
            self.update()

    def _pull(self) -> None:
        newer = None if self._slot is None else self._slot.get_newer(self._version, timeout=0)
        if newer is not None:
            self._version, self.newest = newer
            self.update()

    def picture_rect(self, pixels: Pixels) -> QRect:
        """Where the picture goes, in device pixels."""
        ratio = self.devicePixelRatioF()
        room_w, room_h = round(self.width() * ratio), round(self.height() * ratio)
        height, width = pixels.shape[:2]
        scale = min(room_w / width, room_h / height)
        w, h = max(1, round(width * scale)), max(1, round(height * scale))
        return QRect((room_w - w) // 2, (room_h - h) // 2, w, h)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Tell what lies over the picture."""
        super().resizeEvent(event)
        self.resized.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Drag the divider, and tell that the pointer moved."""
        self.pointed.emit()
        near = self._near_divider(event.position().x())
        if self._dragging and self.newest is not None:
            place, ratio = self.picture_rect(self.newest.pixels), self.devicePixelRatioF()
            across = (event.position().x() * ratio - place.left()) / place.width()
            self.divider = min(1.0, max(0.0, across))
            self.update()
        elif near:
            self.setCursor(Qt.CursorShape.SplitHCursor)
        else:
            self.unsetCursor()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Take hold of the divider."""
        self._dragging = self._near_divider(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Let go of it."""
        self._dragging = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Tell it."""
        if not self._near_divider(event.position().x()):
            self.double_clicked.emit()

    def _near_divider(self, x: float) -> bool:
        """``x`` in Qt's pixels."""
        if self.divider is None or self.newest is None:
            return False
        place = self.picture_rect(self.newest.pixels)
        at = (place.left() + self.divider * place.width()) / self.devicePixelRatioF()
        return abs(x - at) <= GRIP

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Scale with OpenCV (several times faster than Qt's smooth scaling) and draw."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), BACKGROUND)
        if self.newest is not None:
            ratio = self.devicePixelRatioF()
            place = self.picture_rect(self.newest.pixels)
            scaled = self._scaled(self.newest, place.size())
            image = QImage(
                scaled.data, place.width(), place.height(), scaled.strides[0], QImage.Format.Format_BGR888
            )
            image.setDevicePixelRatio(ratio)
            painter.drawImage(place.topLeft() / ratio, image)
            if self.divider is not None and not self.before:
                at = (place.left() + self.divider * place.width()) / ratio
                painter.setPen(QPen(QColor("white"), 2))
                painter.drawLine(QPointF(at, place.top() / ratio), QPointF(at, place.bottom() / ratio))
        if self.recording is not None:
            _draw_recording(painter, self.recording, self.rect())
        if self.message:
            painter.setPen(QColor("white"))
            box = self.rect().adjusted(40, 0, -40, 0)
            flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            bounds = painter.boundingRect(box, flags, self.message).adjusted(-16, -10, 16, 10)
            painter.fillRect(bounds, SHADE)
            painter.drawText(box, flags, self.message)
        painter.end()

    def _scaled(self, newest: PaintedFrame, size: QSize) -> Pixels:
        """What is shown, uint8 (h, w, 3) BGR of this size in device pixels."""
        scaled = _scale(newest.frame.pixels if self.before else newest.pixels, size, self.mirrored)
        if self.divider is not None and not self.before:
            left = round(self.divider * size.width())
            scaled[:, :left] = _scale(newest.frame.pixels, size, self.mirrored)[:, :left]
        return scaled


def _draw_recording(painter: QPainter, sign: RecordingSign, rect: QRect) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.save()
    if sign.about_to_begin:
        font = painter.font()
        font.setPointSizeF(font.pointSizeF() * 8)
        painter.setFont(font)
        path = QPainterPath()
        size = painter.fontMetrics().boundingRect(sign.text).size()
        center = rect.center()
        path.addText(center.x() - size.width() / 2, center.y() + size.height() / 4, font, sign.text)
        painter.setPen(QPen(QColor(0, 0, 0, 180), 6))
        painter.drawPath(path)
        painter.fillPath(path, QColor("white"))
    else:
        height = painter.fontMetrics().height() + 8
        width = painter.fontMetrics().horizontalAdvance(sign.text) + height + 8
        box = QRect(rect.left() + 12, rect.top() + 12, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(SHADE)
        painter.drawRoundedRect(box, height / 2, height / 2)
        dot = QRectF(box.left() + 8, box.top() + 7, height - 14, height - 14)
        painter.setBrush(QColor("white" if sign.paused else RED))
        if sign.paused:
            third = dot.width() / 3
            painter.drawRect(QRectF(dot.left(), dot.top(), third, dot.height()))
            painter.drawRect(QRectF(dot.right() - third, dot.top(), third, dot.height()))
        else:
            painter.drawEllipse(dot)
        painter.setPen(QColor("white"))
        place = box.adjusted(height, 0, 0, 0)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, sign.text)
    painter.restore()


def _scale(pixels: Pixels, size: QSize, mirrored: bool) -> Pixels:
    width, height = size.width(), size.height()
    if width < pixels.shape[1]:
        scaled = shrink(pixels, width, height)
    else:
        scaled = np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
    return np.ascontiguousarray(scaled[:, ::-1] if mirrored else scaled)

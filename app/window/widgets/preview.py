"""The painted picture, pulled from the engine by a timer."""

from __future__ import annotations

import cv2
import numpy as np
from PySide6.QtCore import QRect, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from pleinair.engine.frame import PaintedFrame, Pixels
from pleinair.engine.live.slot import LatestSlot

TICK_MS = 16
BACKGROUND = QColor(18, 18, 20)


class Preview(QWidget):
    """Shows the newest painted frame of a slot, as large as fits, with its proportions kept.

    Pixels never travel through signals: a timer looks into the slot, so a slow paint can only
    skip frames, not queue them.
    """

    resized = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(240, 140)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.newest: PaintedFrame | None = None
        self.message = ""
        self.mirrored = False
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

    def show_message(self, text: str) -> None:
        """Words in the middle of the picture; empty for none."""
        if text != self.message:
            self.message = text
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

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Scale with OpenCV (several times faster than Qt's smooth scaling) and draw."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), BACKGROUND)
        if self.newest is not None:
            ratio = self.devicePixelRatioF()
            place = self.picture_rect(self.newest.pixels)
            shrinking = place.width() < self.newest.pixels.shape[1]
            how = cv2.INTER_AREA if shrinking else cv2.INTER_LINEAR
            scaled = np.ascontiguousarray(
                cv2.resize(self.newest.pixels, (place.width(), place.height()), interpolation=how)
            )
            if self.mirrored:
                scaled = np.ascontiguousarray(scaled[:, ::-1])
            image = QImage(
                scaled.data, place.width(), place.height(), scaled.strides[0], QImage.Format.Format_BGR888
            )
            image.setDevicePixelRatio(ratio)
            painter.drawImage(place.topLeft() / ratio, image)
        if self.message:
            painter.setPen(QColor("white"))
            box = self.rect().adjusted(40, 0, -40, 0)
            flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            bounds = painter.boundingRect(box, flags, self.message).adjusted(-16, -10, 16, 10)
            painter.fillRect(bounds, QColor(0, 0, 0, 170))
            painter.drawText(box, flags, self.message)
        painter.end()

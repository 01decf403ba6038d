"""Mixing two styles with a line, or up to four with a field."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QComboBox, QDialog, QGridLayout, QLabel, QVBoxLayout, QWidget

from pleinair.app.translation import mark
from pleinair.app.window.state import WindowState
from pleinair.app.window.widgets.pictures import to_pixmap
from pleinair.engine.styles.look import parse_mix
from pleinair.engine.styles.style_file import Style

STEP = 0.05
"""Of the field, that an arrow key moves the point by."""
CORNERS = (
    mark("MixPanel", "Upper left style"),
    mark("MixPanel", "Upper right style"),
    mark("MixPanel", "Lower left style"),
    mark("MixPanel", "Lower right style"),
)
FIELD = QSize(300, 220)
LINE_HEIGHT = 56


def weights(across: float, down: float, styles: Sequence[str]) -> dict[str, float]:
    """The share of each style in the corners (upper left, upper right, lower left, lower right; empty for none),
    at a point of the field, 0..1 each way. Shares add up to 1."""
    corners = ((1 - across) * (1 - down), across * (1 - down), (1 - across) * down, across * down)
    shares: dict[str, float] = {}
    for style, share in zip(styles, corners, strict=True):
        if style and share > 0.005:
            shares[style] = shares.get(style, 0.0) + share
    total = sum(shares.values())
    return {style: share / total for style, share in shares.items()}


def mix_text(shares: dict[str, float]) -> str:
    """As ``--style`` takes it."""
    if len(shares) == 1:
        return next(iter(shares))
    return ",".join(f"{style}:{share:.2f}" for style, share in shares.items() if share >= 0.005)


class MixField(QWidget):
    """A point between the styles in the corners, moved with the pointer or the arrow keys."""

    moved = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.across, self.down = 0.5, 0.5
        self._corners: list[QPixmap | None] = [None] * 4
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Mix"))
        self.setToolTip(self.tr("Drag the point, or use the arrow keys"))
        self.setMinimumWidth(FIELD.width())

    def show_corners(self, corners: list[QPixmap | None]) -> None:
        """Pictures of the styles; with none below, it is a line."""
        self._corners = corners
        self.setFixedHeight(FIELD.height() if any(corners[2:]) else LINE_HEIGHT)
        self.update()

    @property
    def is_line(self) -> bool:
        """Whether only two styles are mixed."""
        return not any(self._corners[2:])

    def place(self, across: float, down: float) -> None:
        """Move the point, and tell it."""
        self.across, self.down = min(1.0, max(0.0, across)), min(1.0, max(0.0, down))
        self.update()
        self.moved.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Move the point there."""
        room = self._room()
        at = event.position()
        self.place((at.x() - room.left()) / room.width(), (at.y() - room.top()) / max(1.0, room.height()))

    mouseMoveEvent = mousePressEvent  # noqa: N815 (Qt's name)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Move the point with the arrow keys."""
        steps = {
            Qt.Key.Key_Left: (-STEP, 0.0),
            Qt.Key.Key_Right: (STEP, 0.0),
            Qt.Key.Key_Up: (0.0, -STEP),
            Qt.Key.Key_Down: (0.0, STEP),
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.place(self.across + step[0], self.down + step[1])

    def _room(self) -> QRectF:
        return QRectF(self.rect()).adjusted(12, 12, -12, -12)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Pictures in the corners, and the point."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), self.palette().base())
        rows = 1 if self.is_line else 2
        width, height = self.width() / 2, self.height() / rows
        for number, picture in enumerate(self._corners[: 2 * rows]):
            if picture is not None:
                at = QRectF(number % 2 * width, number // 2 * height, width, height)
                shown = picture.scaled(
                    at.size().toSize(),
                    Qt.AspectRatioMode.KeepAspectRatioByExpanding,
                    Qt.TransformationMode.SmoothTransformation,
                )
                cut = QRectF(0, 0, at.width(), at.height())
                cut.moveCenter(QRectF(shown.rect()).center())
                painter.drawPixmap(at, shown, cut)
        room = self._room()
        point = QPointF(
            room.left() + self.across * room.width(),
            room.center().y() if self.is_line else room.top() + self.down * room.height(),
        )
        for color, size in (("black", 5), ("white", 2)):
            painter.setPen(QPen(QColor(color), size))
            painter.drawEllipse(point, 9, 9)
        if self.hasFocus():
            painter.setPen(QPen(self.palette().highlight(), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.end()


class MixPanel(QDialog):
    """Two styles or more, and a field between them. Stays open beside the picture, which follows at once."""

    mixed = Signal(str)
    """A mix, as ``--style`` takes it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Mix styles"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._styles: list[Style] = []
        self.field = MixField()
        self.field.moved.connect(self._mix)
        self.corners = [QComboBox() for _ in CORNERS]
        self.shares = QLabel()
        self.shares.setTextFormat(Qt.TextFormat.PlainText)
        self.shares.setWordWrap(True)
        grid = QGridLayout()
        for number, (box, corner) in enumerate(zip(self.corners, CORNERS, strict=True)):
            box.setAccessibleName(self.tr(corner))
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(14)
            box.currentIndexChanged.connect(partial(self._changed, number))
            grid.addWidget(box, 0 if number < 2 else 2, number % 2)
        grid.addWidget(self.field, 1, 0, 1, 2)
        column = QVBoxLayout(self)
        column.addLayout(grid)
        column.addWidget(self.shares)

    def render_state(self, state: WindowState) -> None:
        """Offer the styles; the first two, or what is mixed now, are in the corners to begin with."""
        if state.library is None or state.styles == self._styles:
            return
        first = not self._styles
        self._styles = state.styles
        shares = {style.id: share for style, share in parse_mix(state.style, state.library)}
        mixed = list(shares)
        others = [style.id for style in self._styles if style.id not in mixed]
        wanted = (mixed + others[: max(0, 2 - len(mixed))] + ["", ""])[:4]
        for box, corner, none in zip(self.corners, wanted, (False, False, True, True), strict=True):
            kept = corner if first else box.currentData()
            blocker = QSignalBlocker(box)
            box.clear()
            if none:
                box.addItem(self.tr("(none)"), "")
            for style in self._styles:
                box.addItem(style.title, style.id)
            box.setCurrentIndex(max(0, box.findData(kept)))
            blocker.unblock()
        if first:
            _, right, lower, both = (*shares.values(), 0.0, 0.0, 0.0)[:4]
            self.field.across, self.field.down = right + both, lower + both
        self._show()

    def _chosen(self) -> list[str]:
        return [str(box.currentData()) for box in self.corners]

    def _weights(self) -> dict[str, float]:
        down = 0.0 if self.field.is_line else self.field.down
        return weights(self.field.across, down, self._chosen()) or {self._chosen()[0]: 1.0}

    def _changed(self, number: int, _index: int) -> None:
        if number >= 2 and self.field.is_line:
            self.field.down = 0.5
        self._show()
        self._mix()

    def _show(self) -> None:
        previews = {style.id: style.preview for style in self._styles}
        self.field.show_corners([to_pixmap(previews[one]) if one else None for one in self._chosen()])
        self._tell()
        self.adjustSize()

    def _mix(self) -> None:
        self._tell()
        self.mixed.emit(mix_text(self._weights()))

    def _tell(self) -> None:
        titles = {style.id: style.title for style in self._styles}
        shares = sorted(self._weights().items(), key=lambda item: -item[1])
        parts = [
            self.tr("{style} {percent}%").format(style=titles[style], percent=round(100 * share))
            for style, share in shares
        ]
        self.shares.setText(", ".join(parts))

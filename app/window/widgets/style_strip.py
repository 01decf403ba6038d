"""A row of all styles, each painted on the person's own frame."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSignalBlocker,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from pleinair.app.texts import tooltip
from pleinair.app.window.action_spec import tip
from pleinair.app.window.picture_actions import MIX, SURPRISE
from pleinair.app.window.state import WindowState
from pleinair.app.window.widgets.pictures import to_icon
from pleinair.engine.frame import Pixels
from pleinair.engine.styles.style_file import Style

ICON = QSize(104, 78)
CELL_WIDTH = 116
FRAME = 4
"""Pixels of the line around the chosen style."""
STARRED = "#ffd54a"
SHADE = QColor(0, 0, 0, 170)
"""Below the star: dark enough for it even on white."""
STAR = 22
"""Pixels of the square in the upper right corner of a picture that holds its star."""
REFRESH_MS = 500
FAVOURITE = Qt.ItemDataRole.UserRole + 1
BYLINE = Qt.ItemDataRole.UserRole + 2


class _Cell(QStyledItemDelegate):
    """A picture with a star, and title and artist below it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802 (Qt's name)
        """As high as two lines of text need."""
        return QSize(CELL_WIDTH, ICON.height() + 2 * option.fontMetrics.height() + 12)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the picture, a frame around the chosen one, the star, and the two lines."""
        rect: QRect = option.rect
        palette = option.palette
        metrics = option.fontMetrics
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        place = picture_place(rect)
        index.data(Qt.ItemDataRole.DecorationRole).paint(painter, place)
        star = star_place(rect)
        painter.fillRect(star, SHADE)
        painter.setPen(QPen(QColor(STARRED if index.data(FAVOURITE) else "white")))
        painter.drawText(star, Qt.AlignmentFlag.AlignCenter, "\u2605" if index.data(FAVOURITE) else "\u2606")
        title, artist = index.data(Qt.ItemDataRole.DisplayRole), index.data(BYLINE)
        painter.setPen(palette.text().color())
        line = QRect(rect.left() + 4, place.bottom() + 3, rect.width() - 8, metrics.height())
        for text in (title, artist):
            short = metrics.elidedText(text, Qt.TextElideMode.ElideRight, line.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, short)
            line.translate(0, metrics.height())
        if chosen:
            painter.setPen(QPen(palette.highlight(), FRAME))
            painter.drawRect(rect.adjusted(FRAME // 2, FRAME // 2, -FRAME // 2, -FRAME // 2))
        painter.restore()


def picture_place(cell: QRect) -> QRect:
    """Where the picture lies in a cell."""
    return QRect(
        cell.left() + (cell.width() - ICON.width()) // 2, cell.top() + 4, ICON.width(), ICON.height()
    )


def star_place(cell: QRect) -> QRect:
    """Where the star lies in a cell."""
    picture = picture_place(cell)
    return QRect(picture.right() + 1 - STAR, picture.top(), STAR, STAR)


class _List(QListWidget):
    """The row itself."""

    starred = Signal(str)
    hovered = Signal(str)
    """The style below the pointer; empty when it has left."""

    def __init__(self) -> None:
        super().__init__()
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setHorizontalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setItemDelegate(_Cell(self))
        self.setAccessibleName(self.tr("Styles"))
        self.setFrameShape(QListWidget.Shape.NoFrame)
        height = ICON.height() + 2 * self.fontMetrics().height() + 12
        self.setFixedHeight(height + self.horizontalScrollBar().sizeHint().height() + 2)

    def _id_at(self, place: QPoint) -> str:
        item = self.itemAt(place)
        return "" if item is None else str(item.data(Qt.ItemDataRole.UserRole))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Tell which style is pointed at."""
        self.hovered.emit(self._id_at(event.position().toPoint()))
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        """No style is pointed at any more."""
        self.hovered.emit("")
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """A click on the star is for the star."""
        place = event.position().toPoint()
        item = self.itemAt(place)
        if item is not None and star_place(self.visualItemRect(item)).contains(place):
            self.starred.emit(self._id_at(place))
        else:
            super().mousePressEvent(event)


class StyleStrip(QWidget):
    """All styles in a row, with a search, and what helps to choose."""

    chosen = Signal(str)
    """A style that a person keeps."""
    tried = Signal(str)
    """A style that a person points at; empty when no longer."""
    starred = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._thumbnails: Callable[[], Mapping[str, Pixels]] | None = None
        self._icons: dict[str, Pixels] = {}
        self._shown: tuple[object, ...] = ()
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(self.tr("Search for a style"))
        self.search.textChanged.connect(lambda _: self._filter())
        self.surprise = QPushButton(SURPRISE.name)
        self.surprise.setToolTip(tip(SURPRISE))
        self.mix = QPushButton(self.tr("Mix..."))
        self.mix.setToolTip(tip(MIX))
        self.person = QToolButton()
        self.person.setText(self.tr("Person..."))
        self.person.setToolTip(
            self.tr("Paint only the person or only the background, and choose what is behind the person")
        )
        self.person.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.row = _List()
        self.row.hovered.connect(self.tried)
        self.row.starred.connect(self.starred)
        self.row.currentItemChanged.connect(self._keep)
        column = QVBoxLayout()
        column.setSpacing(6)
        self.in_order: tuple[QWidget, ...] = (self.search, self.row, self.surprise, self.mix, self.person)
        """As the Tab key goes through them."""
        buttons = (self.surprise, self.mix, self.person)
        width = max(120, *(button.sizeHint().width() for button in buttons))
        for widget in (self.search, *buttons):
            widget.setFixedWidth(width)
            column.addWidget(widget)
        column.addStretch(1)
        line = QHBoxLayout(self)
        line.setContentsMargins(10, 6, 10, 0)
        line.addLayout(column)
        line.addWidget(self.row, 1)
        self._timer = QTimer(self, interval=REFRESH_MS)
        self._timer.timeout.connect(self._refresh)

    def show_thumbnails(self, newest: Callable[[], Mapping[str, Pixels]] | None) -> None:
        """Show the pictures that this gives, by style, from now on; None stops."""
        self._thumbnails = newest
        if newest is None:
            self._timer.stop()
        else:
            self._timer.start()

    def render_state(self, state: WindowState) -> None:
        """Show the styles, and which one is chosen; sends no signals."""
        blocker = QSignalBlocker(self.row)
        shown = (state.library, state.favourites)
        if shown != self._shown:
            self._shown = shown
            self._fill(state.styles, state.favourites)
        item = self._item(state.style)
        if item is not self.row.currentItem():
            if item is None:
                self.row.setCurrentIndex(QModelIndex())
            else:
                self.row.setCurrentItem(item)
                self.row.scrollToItem(item)
        blocker.unblock()

    def _fill(self, styles: list[Style], favourites: frozenset[str]) -> None:
        self.row.clear()
        for style in styles:
            item = QListWidgetItem(to_icon(self._icons.get(style.id, style.preview)), style.title)
            item.setData(BYLINE, style.byline)
            item.setData(Qt.ItemDataRole.UserRole, style.id)
            item.setData(FAVOURITE, style.id in favourites)
            advice = self.tr("Click to keep it, click the star for a favourite")
            item.setToolTip(tooltip(style.title, style.byline, advice))
            star = self.tr(", favourite") if style.id in favourites else ""
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{style.title}, {style.byline}{star}")
            self.row.addItem(item)
        self._filter()

    def _items(self) -> list[QListWidgetItem]:
        return [self.row.item(number) for number in range(self.row.count())]

    def _item(self, style: str) -> QListWidgetItem | None:
        return next((i for i in self._items() if i.data(Qt.ItemDataRole.UserRole) == style), None)

    def _filter(self) -> None:
        words = self.search.text().casefold().split()
        for item in self._items():
            text = f"{item.text()} {item.data(BYLINE)}".casefold()
            item.setHidden(not all(word in text for word in words))

    def _keep(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))

    def _refresh(self) -> None:
        if self._thumbnails is None or not self.isVisible():
            return
        for style, pixels in self._thumbnails().items():
            if self._icons.get(style) is not pixels and (item := self._item(style)) is not None:
                self._icons[style] = pixels
                item.setIcon(to_icon(pixels))

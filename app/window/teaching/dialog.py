"""The dialog in which a style is taught."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QByteArray, QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from pleinair.app.commands.train import INSTALL, can_train
from pleinair.app.window.teaching.form import Form
from pleinair.app.window.teaching.state import Phase, TeachingState
from pleinair.app.window.teaching.teaching import Teaching

SIZE = QSize(560, 320)
"""That fits a small screen at twice the size, too."""


def show_teaching(parent: QWidget, teaching: Teaching, paint_like: Callable[[str], None]) -> TeachDialog:
    """Open the dialog, or bring it to the front; ``paint_like`` gets the id of a style that was learned."""
    dialog = next((child for child in parent.findChildren(TeachDialog) if child.isVisible()), None)
    if dialog is None:  # or one that was closed, and will be deleted
        dialog = TeachDialog(parent, can_train())
        dialog.begun.connect(teaching.begin)
        dialog.stop.clicked.connect(teaching.stop)
        dialog.cancel.clicked.connect(teaching.cancel)
        dialog.style_wanted.connect(paint_like)
        teaching.changed.connect(dialog.render_state)
        dialog.render_state(teaching.state)
        dialog.show()
    dialog.raise_()
    dialog.activateWindow()
    return dialog


def sentence_label(text: str = "") -> QLabel:
    """Words as they are, over as many lines as they need."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


class Picture(QWidget):
    """A picture as large as fits, with its proportions kept."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(240, 100)
        self.setAccessibleName(self.tr("What has been learned so far"))
        self._jpeg = b""
        self.image = QImage()

    def show_jpeg(self, jpeg: bytes) -> None:
        """Show this one; empty for none."""
        if jpeg != self._jpeg:
            self._jpeg = jpeg
            self.image = QImage.fromData(QByteArray(jpeg)) if jpeg else QImage()
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw it in the middle."""
        if self.image.isNull():
            return
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        scaled = self.image.scaled(
            self.size() * ratio,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        scaled.setDevicePixelRatio(ratio)
        place = scaled.deviceIndependentSize()
        painter.drawImage(
            round((self.width() - place.width()) / 2), round((self.height() - place.height()) / 2), scaled
        )
        painter.end()


class TeachDialog(QDialog):
    """Asks what is to be learned, and shows how far that is; learning goes on when it is closed."""

    begun = Signal(object)
    """A Lesson."""
    style_wanted = Signal(str)
    """The id of the style that was learned."""

    def __init__(self, parent: QWidget, can_train: bool) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Teach a style"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.form = Form()
        self.form.changed.connect(self._allow)
        self.said = sentence_label()
        self.said.setAccessibleName(self.tr("How it goes"))
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("How much is done"))
        self.picture = Picture()
        self.teach = QPushButton(self.tr("Teach"))
        self.teach.clicked.connect(self._begin)
        self.paint = QPushButton(self.tr("Paint with it"))
        self.paint.clicked.connect(self._want)
        self.stop = QPushButton(self.tr("Stop and keep it"))
        self.stop.setToolTip(self.tr("Keep the style as it has been learned so far"))
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setToolTip(self.tr("Stop, and keep nothing"))
        self.another = QPushButton(self.tr("Another style"))
        self.another.clicked.connect(self._ask)
        self._state, self._can_train = TeachingState(), can_train
        self.pages = QStackedWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 14, 20, 14)
        column.addWidget(self.pages, 1)
        for page in (self.form, self._watching(), self._missing()):
            self.pages.addWidget(page)
        column.addWidget(self.said)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        for button in (self.teach, self.paint, self.another, self.stop, self.cancel):
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        column.addWidget(buttons)
        self.render_state(self._state)
        self.resize(SIZE)

    def _watching(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.picture, 1)
        column.addWidget(self.bar)
        return page

    def _missing(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(
            sentence_label(
                self.tr(
                    "Learning needs PyTorch, which is not installed. Run this, and open this dialog again:"
                )
            )
        )
        self.command = QLineEdit(INSTALL)
        self.command.setReadOnly(True)
        self.command.setAccessibleName(self.tr("Command"))
        self.copy = QPushButton(self.tr("Copy"))
        self.copy.clicked.connect(self._copy)
        row = QHBoxLayout()
        row.addWidget(self.command, 1)
        row.addWidget(self.copy)
        column.addLayout(row)
        column.addStretch(1)
        return page

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.command.text())

    @Slot()
    def _begin(self) -> None:
        lesson = self.form.lesson()
        if lesson is not None:
            self.begun.emit(lesson)

    @Slot()
    def _want(self) -> None:
        self.style_wanted.emit(self._state.style)

    @Slot()
    def _ask(self) -> None:
        self.form.clear()
        self.render_state(TeachingState())

    @Slot()
    def _allow(self) -> None:
        self.teach.setEnabled(self.form.lesson() is not None)

    @Slot(object)
    def render_state(self, state: TeachingState) -> None:
        """Show how far it is."""
        self._state = state
        done, asking = state.phase is Phase.DONE, not state.busy and state.phase is not Phase.DONE
        self.pages.setCurrentIndex(2 if not self._can_train else 0 if asking else 1)
        self.picture.show_jpeg(state.preview)
        self.bar.setVisible(not done)
        self.bar.setRange(0, 0 if state.phase in (Phase.PREPARING, Phase.STOPPING) else 1000)
        self.bar.setValue(round(1000 * state.share))
        goes_on = self.tr("It goes on when this dialog is closed, and painting goes first.")
        sentences = (state.said, state.note, goes_on if state.phase is Phase.LEARNING else "")
        self.said.setText("\n".join(text for text in sentences if text))
        self.said.setVisible(bool(self.said.text()))
        self.teach.setVisible(asking and self._can_train)
        self.paint.setVisible(done)
        self.another.setVisible(done)
        self.stop.setVisible(state.busy)
        self.stop.setEnabled(state.phase is Phase.LEARNING)
        self.cancel.setVisible(state.busy)
        self._allow()

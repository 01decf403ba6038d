"""Sentences at the bottom of the picture, with what can be done about them."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from pleinair.app.texts import LONGEST_NAME
from pleinair.app.window.state import Job, Message, WindowState
from pleinair.app.window.widgets.announcing import announce
from pleinair.app.window.widgets.preview import Preview
from pleinair.engine.untrusted.texts import one_line

MOST = 3
"""Sentences that are shown at once; of more the newest, and how many wait."""
MARGIN = 12
WIDEST = 720
SHADE = QColor(20, 20, 24, 225)
"""Behind white text, over whatever picture."""


class JobRow(QWidget):
    """How far the files are that are painted, and a button to stop that."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.label = QLabel()
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setMaximumWidth(180)
        self.bar.setAccessibleName(self.tr("How much is done"))
        self.cancel = QPushButton(self.tr("Cancel"))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.label, 1)
        line.addWidget(self.bar)
        line.addWidget(self.cancel)
        self.hide()

    def render_job(self, job: Job | None) -> None:
        """Show it; nothing where there is none."""
        self.setVisible(job is not None)
        if job is not None:
            said = self.tr("Painting file {number} of {files}: {name}")
            name = one_line(job.name, LONGEST_NAME)
            self.label.setText(said.format(number=job.number, files=job.files, name=name))
            self.bar.setValue(round(1000 * (job.number - 1 + job.share) / job.files))


class MessageBar(QFrame):
    """Lies over the lower edge of the picture, as wide as that allows and as high as the sentences need."""

    taken_up = Signal(str, str)
    """What of an offer, and what it is about."""
    dismissed = Signal(object)
    """A Message that a person has read."""
    cancelled = Signal()
    """The files that are painted are not wanted any more."""

    def __init__(self, preview: Preview) -> None:
        super().__init__(preview)
        self.setObjectName("messages")
        self.setAccessibleName(self.tr("Messages"))
        self.setStyleSheet(
            f"#messages {{ background: {SHADE.name(QColor.NameFormat.HexArgb)}; border-radius: 8px; }}"
            "#messages QLabel { color: white; } #messages QToolButton { color: white; border: none; padding: 2px 6px; }"
        )
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 8, 8, 8)
        self._column.setSpacing(6)
        self._shown: tuple[Message, ...] = ()
        self.job = JobRow(self)
        self.job.cancel.clicked.connect(lambda _: self.cancelled.emit())
        preview.resized.connect(self._place)
        self.hide()

    def text(self) -> str:
        """All sentences that are shown, one below the other."""
        return "\n".join(message.text for message in self._shown[-MOST:])

    def render_state(self, state: WindowState) -> None:
        """Show the messages and what is painted beside the picture; nothing where there is neither."""
        was_seen = not self.job.isHidden()
        self.job.render_job(state.job)
        if state.messages != self._shown or was_seen != (state.job is not None):
            self._show(state.messages, state.job is not None)

    def _show(self, messages: tuple[Message, ...], busy: bool) -> None:
        for message in messages:
            if message not in self._shown:
                announce(self, message.text, urgent=message.error)
        self._shown = messages
        while (item := self._column.takeAt(0)) is not None:
            row = item.widget()
            if row is not None and row is not self.job:
                row.hide()
                row.deleteLater()
        self._column.addWidget(self.job)
        waiting = len(messages) - MOST
        for message in messages[-MOST:]:
            self._column.addWidget(self._row(message))
        if waiting > 0:
            more = QLabel(self.tr("{count} more").format(count=waiting))
            more.setTextFormat(Qt.TextFormat.PlainText)
            self._column.addWidget(more)
        self.setVisible(busy or bool(messages))
        self._place()

    def _row(self, message: Message) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        label = QLabel(message.text)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        if message.error:
            label.setAccessibleName(self.tr("Error: {text}").format(text=message.text))
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.MinimumExpanding)
        line.addWidget(label, 1)
        for offer in message.offers:
            button = QPushButton(offer.text)
            button.clicked.connect(partial(self._take_up, message, offer.what, offer.about))
            line.addWidget(button)
        close = QToolButton()
        close.setText("\N{MULTIPLICATION SIGN}")
        close.setToolTip(self.tr("Dismiss"))
        close.setAccessibleName(self.tr("Dismiss"))
        close.clicked.connect(partial(self.dismissed.emit, message))
        line.addWidget(close)
        return row

    def _take_up(self, message: Message, what: str, about: str) -> None:
        self.dismissed.emit(message)
        self.taken_up.emit(what, about)

    @Slot()
    def _place(self) -> None:
        """Stay at the lower edge when the picture changes its size."""
        parent = self.parentWidget()
        if self.isHidden() or parent is None:
            return
        width = min(WIDEST, parent.width() - 2 * MARGIN)
        height = min(self._column.heightForWidth(width), parent.height() - 2 * MARGIN)
        self.setGeometry((parent.width() - width) // 2, parent.height() - height - MARGIN, width, height)
        self.raise_()

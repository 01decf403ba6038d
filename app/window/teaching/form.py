"""What a person says about the style that is to be learned."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QFormLayout, QLineEdit, QPushButton, QWidget

from pleinair.app.texts import LONGEST_NAME, make_plain, shortened
from pleinair.app.window.teaching.state import Lesson
from pleinair.engine.files import asset
from pleinair.engine.styles.schema import TEXTS
from pleinair.engine.untrusted.texts import one_line

MINUTES = (5, 15, 60)
USUAL = 15


class Form(QWidget):
    """Painting, title, artist, photos and time."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self._painting: Path | None = None
        self._folder: Path | None = None
        self.painting = QPushButton()
        self.painting.clicked.connect(self._choose_painting)
        self.title = QLineEdit()
        self.title.textChanged.connect(self.changed)
        self.title.setMaxLength(TEXTS["title"])
        self.artist = QLineEdit()
        self.artist.setMaxLength(TEXTS["artist"])
        self.artist.setPlaceholderText(self.tr("Optional"))
        self.photos = QComboBox()
        self.photos.addItems(
            [
                self.tr("What is filmed now, for a minute"),
                self.tr("A folder of photos..."),
                self.tr("The demo clip"),
            ]
        )
        self.photos.setToolTip(self.tr("What it learns to paint; a thousand photos make the best style"))
        self.photos.activated.connect(self._choose_photos)
        self.minutes = QComboBox()
        for minutes in MINUTES:
            self.minutes.addItem(self.tr("{count} minutes").format(count=minutes), minutes)
        rows = QFormLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows.addRow(self.tr("&Painting"), self.painting)
        rows.addRow(self.tr("&Title"), self.title)
        rows.addRow(self.tr("&Artist"), self.artist)
        rows.addRow(self.tr("P&hotos"), self.photos)
        rows.addRow(self.tr("Ti&me"), self.minutes)
        make_plain(self)
        self.clear()

    def clear(self) -> None:
        """Ask anew."""
        self._painting = None
        self.painting.setText(self.tr("Choose a picture, or drop one here..."))
        self.title.clear()
        self.artist.clear()
        self.minutes.setCurrentIndex(MINUTES.index(USUAL))

    def lesson(self) -> Lesson | None:
        """What was said; None as long as something is missing."""
        title = self.title.text().strip()
        if self._painting is None or not title:
            return None
        content = (None, self._folder, asset("demo.mp4"))[self.photos.currentIndex()]
        minutes = int(self.minutes.currentData())
        return Lesson(self._painting, title, self.artist.text().strip(), content, minutes)

    @Slot(str)
    def take_painting(self, path: str) -> None:
        """Learn from this picture; it is titled as its file is named."""
        self._painting = Path(path)
        self.painting.setText(shortened(self._painting.name))
        title = one_line(self._painting.stem.replace("-", " ").replace("_", " "), TEXTS["title"])
        self.title.setText(title.strip().capitalize())
        self.changed.emit()

    @Slot(str)
    def take_folder(self, path: str) -> None:
        """Learn on the photos of this folder."""
        self._folder = Path(path)
        said = self.tr("Photos in {folder}").format(folder=one_line(self._folder.name, LONGEST_NAME))
        self.photos.setItemText(1, said)
        self.photos.setCurrentIndex(1)

    @Slot()
    def _choose_painting(self) -> None:
        self._choose(self.tr("Choose a painting"), QFileDialog.FileMode.ExistingFile).fileSelected.connect(
            self.take_painting
        )

    @Slot(int)
    def _choose_photos(self, index: int) -> None:
        if index == 1:
            dialog = self._choose(self.tr("Choose a folder of photos"), QFileDialog.FileMode.Directory)
            dialog.fileSelected.connect(self.take_folder)
            dialog.rejected.connect(self._keep_photos)

    @Slot()
    def _keep_photos(self) -> None:
        if self._folder is None:
            self.photos.setCurrentIndex(0)

    def _choose(self, title: str, mode: QFileDialog.FileMode) -> QFileDialog:
        dialog = QFileDialog(self, title)
        dialog.setFileMode(mode)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        return dialog

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 (Qt's name)
        """Take files."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 (Qt's name)
        """The first file is the painting, a folder that of the photos."""
        for url in reversed(event.mimeData().urls()):
            path = url.toLocalFile()
            if path:
                (self.take_folder if os.path.isdir(path) else self.take_painting)(path)
        event.acceptProposedAction()

"""The row of controls below the picture."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSlider,
    QWidget,
)

from pleinair.app.window.record_button import RecordButton
from pleinair.engine.frame import Pixels
from pleinair.engine.sources import Camera
from pleinair.engine.styles.library import Library

DEMO = "demo"
ICON = QSize(72, 48)


def to_icon(pixels: Pixels) -> QIcon:
    """uint8 (h, w, 3) BGR as an icon."""
    height, width = pixels.shape[:2]
    image = QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_BGR888)
    return QIcon(QPixmap.fromImage(image.copy()))


class CameraBox(QComboBox):
    """A list that says when it is about to be seen, so that it can be brought up to date."""

    opening = Signal()

    def showPopup(self) -> None:  # noqa: N802 (Qt's name)
        """Open the list."""
        self.opening.emit()
        super().showPopup()


class Controls(QWidget):
    """Style, strength, colours, camera, snapshot, record."""

    def __init__(self, record: RecordButton) -> None:
        super().__init__()
        self.record = record
        self.styles = QComboBox()
        self.styles.setIconSize(ICON)
        self.styles.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.styles.setMaxVisibleItems(12)
        self.styles.setAccessibleName("Style")
        self.styles.setToolTip("The painting to paint like (Page Up and Page Down)")
        self.strength = QSlider(Qt.Orientation.Horizontal)
        self.strength.setRange(0, 100)
        self.strength.setFixedWidth(120)
        self.strength.setAccessibleName("Strength")
        self.strength.setToolTip("From the camera's picture to the full style (+ and -)")
        self.keep_colors = QCheckBox("Keep colours")
        self.keep_colors.setToolTip("Paint with the colours of the camera's picture (C)")
        self.cameras = CameraBox()
        self.cameras.setMinimumWidth(140)
        self.cameras.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.cameras.setAccessibleName("Camera")
        self.cameras.setToolTip("What to film with")
        self.snapshot = QPushButton("Snapshot")
        self.snapshot.setToolTip("Keep the picture as it is now (S)")

        row = QHBoxLayout(self)
        row.setContentsMargins(10, 8, 10, 8)
        row.setSpacing(10)
        row.addWidget(self.styles)
        row.addWidget(QLabel("Strength"))
        row.addWidget(self.strength)
        row.addWidget(self.keep_colors)
        row.addWidget(self.cameras, 1)
        row.addWidget(self.snapshot)
        row.addWidget(self.record)
        self.set_ready(False)

    def set_ready(self, ready: bool) -> None:
        """Whether there is a picture that can be changed and kept."""
        for widget in (self.styles, self.snapshot, self.record):
            widget.setEnabled(ready)

    @property
    def style_spec(self) -> str:
        """The chosen style or mix, as ``--style`` takes it; empty before there are styles."""
        return str(self.styles.currentData() or "")

    def fill_styles(self, library: Library, wanted: str) -> None:
        """Offer these styles, and ``wanted`` first when it is a mix; choose ``wanted``, or the
        first. Sends no signals."""
        self.styles.blockSignals(True)
        self.styles.clear()
        for style in library.styles.values():
            self.styles.addItem(to_icon(style.preview), style.title, style.id)
            artist = f"{style.artist}, {style.year}" if style.year else style.artist
            last = self.styles.count() - 1
            self.styles.setItemData(last, f"{style.title}\n{artist}", Qt.ItemDataRole.ToolTipRole)
        if ":" in wanted or "," in wanted:
            self.styles.insertItem(0, "Mix", wanted)
        self.styles.setCurrentIndex(max(0, self.styles.findData(wanted)))
        self.styles.blockSignals(False)

    def step_style(self, by: int) -> None:
        """The style ``by`` places further, round and round."""
        if self.styles.count():
            self.styles.setCurrentIndex((self.styles.currentIndex() + by) % self.styles.count())

    def step_strength(self, by: int) -> None:
        """``by`` more of a hundred."""
        self.strength.setValue(self.strength.value() + by)

    def fill_cameras(self, cameras: list[Camera]) -> None:
        """Offer these cameras and the demo clip; the source in use stays chosen. Nothing happens when
        these are the ones offered already."""
        wanted = {f"camera:{camera.number}": camera.name for camera in cameras} | {DEMO: "Demo clip"}
        offered = [str(self.cameras.itemData(i)) for i in range(self.cameras.count())]
        if list(wanted) == offered[: len(wanted)]:
            return
        current = str(self.cameras.currentData() or "")
        self.cameras.clear()
        for words, name in wanted.items():
            self.cameras.addItem(name, words)
        if current:
            self.show_source(current)

    def show_source(self, words: str) -> None:
        """Show this source as the one in use; files and addresses are added to the list."""
        if self.cameras.findData(words) < 0:
            self.cameras.addItem(Path(words).name, words)
        self.cameras.setCurrentIndex(self.cameras.findData(words))

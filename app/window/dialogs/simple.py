"""What the menu opens: files, addresses, the list of keys, and what the program is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib.metadata import version

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QColorDialog,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFrame,
    QGridLayout,
    QInputDialog,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from pleinair.app.texts import make_plain
from pleinair.app.translation import mark, translate

ABOUT = (
    mark("Dialogs", "Paints your webcam live in the style of a painting. It implements {paper}."),
    mark("Dialogs", "MIT licence. Nothing that is filmed leaves this computer."),
    mark("Dialogs", "It comes with {parts}."),
)
PAPER = (
    "Ulyanov, Vedaldi, Lempitsky, Instance Normalization: The Missing Ingredient for Fast Stylization "
    "(arXiv:1607.08022)"
)
PARTS = (
    "Qt for Python (LGPL), FFmpeg (LGPL) with x264 and x265 (GPL) in PyAV, OpenCV (Apache), ONNX Runtime (MIT), "
    "OpenVINO (Apache), Pillow (MIT-CMU), libheif in pi-heif (LGPL), the selfie segmentation of MediaPipe (Apache), "
    "mss (MIT)"
)


def ask_for_file(parent: QWidget, title: str, chosen: Callable[[str], None]) -> QFileDialog:
    """Let a person pick a file."""
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(chosen)
    dialog.open()
    return dialog


def ask_for_files(parent: QWidget, chosen: Callable[[list[str]], None]) -> QFileDialog:
    """Let a person pick photos and videos to paint into files."""
    dialog = QFileDialog(parent, translate("Dialogs", "Paint photos and videos"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.filesSelected.connect(chosen)
    dialog.open()
    return dialog


def ask_for_color(parent: QWidget, chosen: Callable[[str], None]) -> QColorDialog:
    """Let a person pick a colour, which comes as ``#rrggbb``."""
    dialog = QColorDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.colorSelected.connect(lambda color: chosen(color.name()))
    dialog.open()
    return dialog


def ask_for_address(parent: QWidget, chosen: Callable[[str], None]) -> QInputDialog:
    """Let a person type the address of a network camera or a film."""
    dialog = QInputDialog(parent)
    dialog.setWindowTitle(translate("Dialogs", "Open an address"))
    dialog.setLabelText(translate("Dialogs", "Address of a network camera or a film (http, https or rtsp):"))
    make_plain(dialog)
    dialog.setTextEchoMode(QLineEdit.EchoMode.Normal)
    dialog.resize(420, dialog.sizeHint().height())
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.textValueSelected.connect(lambda text: chosen(text.strip()) if text.strip() else None)
    dialog.open()
    return dialog


def show_keys(parent: QWidget, keys: Iterable[tuple[str, str]]) -> QDialog:
    """The keys, each with what it does."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    for row, (key, does) in enumerate(keys):
        for column, text in enumerate((key, does)):
            label = QLabel(text)
            label.setTextFormat(Qt.TextFormat.PlainText)
            grid.addWidget(label, row, column)
    page = QWidget()
    page.setLayout(grid)
    return _dialog(parent, translate("Dialogs", "Keys"), _Scrolling(page))


def show_about(parent: QWidget) -> QDialog:
    """Version, paper and licences."""
    try:
        number = version("pleinair")
    except ImportError:
        number = translate("Dialogs", "(not installed)")
    paragraphs = [translate("Dialogs", text).format(paper=PAPER, parts=PARTS) for text in ABOUT]
    label = QLabel("\n\n".join([f"Plein Air {number}", *paragraphs]))
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setMinimumWidth(380)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return _dialog(parent, translate("Dialogs", "About Plein Air"), label)


class _Scrolling(QScrollArea):
    """Wants to be as large as what is in it; on a small screen, it is less, and scrolls."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self._content = content
        self.setWidget(content)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """That of the content, with room for the scroll bar beside it."""
        bar = QSize(self.verticalScrollBar().sizeHint().width(), 2)
        return self._content.sizeHint() + bar


def _dialog(parent: QWidget, title: str, content: QWidget) -> QDialog:
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    content.setAccessibleName(title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(20, 16, 20, 16)
    column.addWidget(content)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    column.addWidget(buttons)
    room = parent.screen().availableGeometry().size()
    dialog.resize(dialog.sizeHint().boundedTo(room * 0.9))
    dialog.open()
    return dialog

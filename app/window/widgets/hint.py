"""What is worth knowing at first, over the picture."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel

from pleinair.app.window.actions import KEYS, RECORD
from pleinair.app.window.state import WindowState
from pleinair.app.window.widgets.announcing import announce
from pleinair.app.window.widgets.message_bar import MARGIN, SHADE
from pleinair.app.window.widgets.preview import Preview


class Hint(QLabel):
    """Lies over the upper edge of the picture, and is in nobody's way: clicks go to the picture."""

    def __init__(self, preview: Preview) -> None:
        super().__init__(preview)
        self.setObjectName("hint")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setStyleSheet(
            f"#hint {{ background: {SHADE.name(QColor.NameFormat.HexArgb)}; color: white; "
            "border-radius: 8px; padding: 8px 14px; }"
        )
        said = self.tr(
            "Point at a style to try it, click to keep it\n{record} records\n{keys} shows all keys"
        )
        self.setText(said.format(record=RECORD.key, keys=KEYS.key))
        preview.resized.connect(self._place)
        self.hide()

    def render_state(self, state: WindowState) -> None:
        """Be seen, or not."""
        if state.hint == self.isHidden():
            self.setVisible(state.hint)
            self._place()
            if state.hint:
                announce(self, self.text())

    @Slot()
    def _place(self) -> None:
        """Stay at the upper edge when the picture changes its size."""
        parent = self.parentWidget()
        if parent is not None:
            self.adjustSize()
            self.move((parent.width() - self.width()) // 2, MARGIN)

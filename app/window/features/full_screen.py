"""A full screen, in which everything but the picture hides from a person who is idle."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QWidget

IDLE_MS = 2000
"""Without a sign of the person after which a full screen shows nothing but the picture."""


class FullScreen(QObject):
    """Of ``window``, with its ``preview``; ``controls`` and its status bar hide, and whatever is shown with them."""

    changed = Signal()
    """The controls were hidden, or are shown again."""

    def __init__(self, window: QMainWindow, preview: QWidget, controls: QWidget, *rows: QWidget) -> None:
        """``rows`` are shown with the controls by whoever hears ``changed``."""
        super().__init__(window)
        self._preview, self._controls, self._rows = preview, controls, rows
        self._focused: QWidget | None = None
        """What keys went to before the controls hid."""
        self.idle = QTimer(self, interval=IDLE_MS, singleShot=True)
        self.idle.timeout.connect(self._rest)

    @property
    def _window(self) -> QMainWindow:
        return cast(QMainWindow, self.parent())  # kept, it would hold itself

    @property
    def shows_controls(self) -> bool:
        """As a window always does."""
        return not self._controls.isHidden()

    def toggle(self) -> None:
        """Fill the screen, or go back to what was: a window of some size, or one that was maximised."""
        self._window.setWindowState(self._window.windowState() ^ Qt.WindowState.WindowFullScreen)

    def leave(self) -> None:
        """Back to what was, from a full screen only."""
        self._window.setWindowState(self._window.windowState() & ~Qt.WindowState.WindowFullScreen)

    @Slot()
    def wake(self) -> None:
        """Show all that was hidden; in a full screen until the person has been idle for a while."""
        if not self.shows_controls:
            self._controls.show()
            self._window.statusBar().show()
            self._preview.unsetCursor()
            self.changed.emit()
            if self._focused is not None:
                self._focused.setFocus()
        if self._window.isFullScreen():
            self.idle.start()

    @Slot()
    def _rest(self) -> None:
        if not self._window.isFullScreen():
            return
        if self._in_use():
            self.idle.start()
            return
        self._focused = self._window.focusWidget()
        self._window.setFocus()  # or the search would get it, in which keys are letters
        self._controls.hide()
        self._window.statusBar().hide()
        self._preview.setCursor(Qt.CursorShape.BlankCursor)
        self.changed.emit()

    def _in_use(self) -> bool:
        """Whether a menu is open, the pointer is among the controls, or letters are typed there: without the field
        they would be taken for keys that do something."""
        return (
            QApplication.activePopupWidget() is not None
            or any(part.underMouse() for part in (self._controls, *self._rows, self._window.statusBar()))
            or isinstance(self._window.focusWidget(), QLineEdit)
        )

"""The menu of microphones."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from pleinair.app.texts import shortened, tooltip
from pleinair.app.translation import mark
from pleinair.app.window.state import WindowState

USUAL: dict[str | None, str] = {
    None: mark("MicrophoneMenu", "No sound"),
    "": mark("MicrophoneMenu", "The computer's microphone"),
}


class MicrophoneMenu(QMenu):
    """No sound, the default microphone, and those that were found."""

    chosen = Signal(object)
    """The name of a microphone; empty for the default one, None for none."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("Microphone"))
        self._group = QActionGroup(self)
        self._known: dict[str | None, QAction] = {}
        for name in USUAL:
            self._offer(name)

    def render_state(self, state: WindowState) -> None:
        """Offer those that were found, and mark the one in use."""
        for name in (*state.microphones, state.microphone):
            if name not in self._known:
                self._offer(name)
        for name, action in self._known.items():
            action.setVisible(name in USUAL or name in state.microphones or name == state.microphone)
            action.setChecked(name == state.microphone)

    def _offer(self, name: str | None) -> None:
        text = self.tr(USUAL[name]) if name in USUAL else name or ""
        action = QAction(shortened(text), self)
        action.setToolTip(tooltip(text))  # Qt's own would be the text, taken for HTML
        action.setCheckable(True)
        action.triggered.connect(partial(self._choose, name))
        self._group.addAction(action)
        self.addAction(action)
        self._known[name] = action

    def _choose(self, name: str | None, checked: bool = False) -> None:
        self.chosen.emit(name)

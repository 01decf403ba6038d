"""The button that tells where painting happens, and lets a person choose."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from pleinair.app.window.state import WindowState
from pleinair.engine.backends.registry import AUTO, backends
from pleinair.engine.backends.selection import automatic_backends


class BackendButton(QToolButton):
    """Shows the device in use; its menu offers what may run here."""

    chosen = Signal(str)
    """A name for ``open_stylizer``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoRaise(True)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolTip("What paints the picture")
        self.setAccessibleName("What paints the picture")
        menu = QMenu(self)
        group = QActionGroup(menu)
        self._actions: dict[str, QAction] = {}
        for name in (AUTO, *automatic_backends()):
            action = QAction("The fastest (measured once)" if name == AUTO else backends()[name].label, menu)
            action.setCheckable(True)
            action.setData(name)
            group.addAction(action)
            menu.addAction(action)
            self._actions[name] = action
        group.triggered.connect(lambda action: self.chosen.emit(str(action.data())))
        self.setMenu(menu)

    def render_state(self, state: WindowState) -> None:
        """Show the device, and mark what was chosen."""
        self.setText(state.device)
        self.setEnabled(not state.backend_busy)
        if state.backend in self._actions and not state.backend_busy:
            self._actions[state.backend].setChecked(True)

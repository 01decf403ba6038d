"""A button that tells what is in use, with a menu to choose another."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from pleinair.app.texts import shortened


class ChoiceButton(QToolButton):
    """Shows a text of its own; its menu marks what was chosen."""

    chosen = Signal(str)
    """The name of what a person picked."""

    def __init__(self, purpose: str, choices: Mapping[str, str], parent: QWidget | None = None) -> None:
        """``choices``: what the menu says, by name."""
        super().__init__(parent)
        self.setAutoRaise(True)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolTip(purpose)
        self.setAccessibleName(purpose)
        menu = QMenu(self)
        group = QActionGroup(menu)
        self._actions: dict[str, QAction] = {}
        for name, text in choices.items():
            action = QAction(text, menu)
            action.setCheckable(True)
            action.setData(name)
            group.addAction(action)
            menu.addAction(action)
            self._actions[name] = action
        group.triggered.connect(lambda action: self.chosen.emit(str(action.data())))
        self.setMenu(menu)

    def render_choice(self, text: str, choice: str, enabled: bool) -> None:
        """Show ``text``, and mark the choice of this name unless another one is being made."""
        self.setText(shortened(text))
        self.setEnabled(enabled)
        if enabled and choice in self._actions:
            self._actions[choice].setChecked(True)

"""Qt's actions and menus, made from what can be done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from pleinair.app.window.action_spec import ActionSpec, Submenu, translate_action
from pleinair.app.window.actions import MENU

Actions = dict[ActionSpec, QAction]


def make_actions(parent: QWidget, specs: Iterable[ActionSpec], act: Callable[[ActionSpec], None]) -> Actions:
    """An action for each, with its key, which works wherever ``parent`` has the focus."""
    actions: Actions = {}
    for spec in specs:
        action = QAction(spec.name, parent, shortcut=QKeySequence(spec.shortcut), toolTip=spec.purpose)
        action.triggered.connect(partial(act, spec))
        action.setCheckable(spec.checked is not None)
        action.setAutoRepeat(spec.repeats)
        parent.addAction(action)
        actions[spec] = action
    return actions


def make_menu(parent: QWidget, actions: Actions) -> tuple[QMenu, dict[Submenu, QMenu]]:
    """The whole menu, and those within it."""
    menu, submenus = QMenu(parent), {}
    menu.setStyleSheet("QMenu { menu-scrollable: 1; }")  # or it becomes wider than a small screen
    for group in MENU:
        for item in group:
            if isinstance(item, Submenu):
                submenus[item] = menu.addMenu(translate_action(item.text))
                submenus[item].addActions([actions[spec] for spec in item.specs])
            else:
                menu.addAction(actions[item])
        menu.addSeparator()
    return menu, submenus


def make_short_menu(parent: QWidget, actions: Actions, *groups: Iterable[ActionSpec]) -> QMenu:
    """Some of the actions, in groups."""
    menu = QMenu(parent)
    for group in groups:
        menu.addActions([actions[spec] for spec in group])
        menu.addSeparator()
    return menu

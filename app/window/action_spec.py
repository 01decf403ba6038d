"""One thing that a person can do, as data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QKeySequence

from pleinair.app.translation import translate
from pleinair.app.window.state import WindowState

if TYPE_CHECKING:
    from pleinair.app.window.main_window import MainWindow


@dataclass(frozen=True)
class ActionSpec:
    """One thing that a person can do. The texts are marked for translation, in the context "Actions"."""

    text: str
    shortcut: str
    """As Qt writes it; empty for none."""
    tooltip: str
    handler: Callable[[MainWindow], Any]
    checked: Callable[[WindowState], bool] | None = None
    """Whether it is on, for what can be on or off."""
    repeats: bool = False
    """Whether it is done again and again while the key is held."""

    @property
    def name(self) -> str:
        """The text in the window's language, with the key for ``{key}``."""
        return translate_action(self.text).format(key=self.key)

    @property
    def purpose(self) -> str:
        """The tooltip in the window's language, with the key for ``{key}``."""
        return translate_action(self.tooltip).format(key=self.key)

    @property
    def key(self) -> str:
        """The shortcut as keyboards of this system and language have it."""
        return QKeySequence(self.shortcut).toString(QKeySequence.SequenceFormat.NativeText)


@dataclass(frozen=True)
class Submenu:
    """Actions in a menu of their own."""

    text: str
    specs: tuple[ActionSpec, ...]


def translate_action(text: str) -> str:
    """A text of actions and menus in the window's language."""
    return translate("Actions", text)


def tip(spec: ActionSpec) -> str:
    """The tooltip of a button that does this."""
    return f"{spec.purpose} ({spec.key})"

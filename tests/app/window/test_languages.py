"""The whole window in another language."""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import Any

import pytest

pytest.importorskip(
    "PySide6.QtWidgets", exc_type=ImportError, reason="Qt's system libraries are missing: see the README"
)
from PySide6.QtGui import QAccessible, QAction
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QMenu, QWidget

from pleinair.app.translation import LANGUAGES, speak
from pleinair.app.window.kept_files import recordings_folder
from pleinair.app.window.main_window import MINIMUM, MainWindow
from pleinair.app.window.state import Message, Preferences
from pleinair.app.window.widgets.message_bar import MessageBar
from tests.app.window.opened import DIALOGS, opened_dialog, opened_window, parts_of

NAME = f"Plein Air {version('pleinair')}"
SAME = {"Plein Air", NAME, "Pause", "Pause (P)", "Auto", "OK", "English", "Deutsch", "Esc"}
"""What is the same in both languages."""
LETTERS = re.compile(r"[^\W\d_]{2,}")


def _grandparent(widget: QWidget) -> QWidget | None:
    parent = widget.parentWidget()
    return None if parent is None else parent.parentWidget()


def texts_of(root: QWidget, dialog: bool) -> set[str]:
    """All that can be read or heard there."""
    found: set[str] = {root.windowTitle()}
    for part in parts_of(root) if dialog else [root, *root.findChildren(QWidget)]:
        found |= {part.toolTip(), part.accessibleName(), part.accessibleDescription()}
        if isinstance(_grandparent(part), MessageBar):
            continue  # sentences, also of the engine, which are English
        if isinstance(part, (QLabel, QAbstractButton)):
            found.add(part.text())
        elif isinstance(part, QLineEdit):
            found.add(part.placeholderText())
        elif isinstance(part, QMenu):
            found.add(part.title())
        elif isinstance(part, QComboBox):
            found |= {part.itemText(number) for number in range(part.count())}
    for action in root.findChildren(QAction):
        found |= {action.text(), action.toolTip()}
    return {line.strip() for text in found for line in text.split("\n") if LETTERS.search(line)}


def all_texts() -> set[str]:
    """Those of the window, with messages, and of its dialogs; without what paintings are
    called, and what the engine says."""
    with opened_window() as window:
        store = window.controller.store
        store.update(messages=tuple(Message(f"{number}?", True) for number in range(5)))
        found = texts_of(window, dialog=False)
        for name in DIALOGS:
            with opened_dialog(window, name) as dialog:
                found |= texts_of(dialog, dialog=True)
        names = {
            text for style in store.state.styles for text in (style.title, style.byline, f"({style.byline})")
        }
        names |= {store.state.device, str(recordings_folder(Preferences()))}
    return {text for text in found if not any(text.startswith(name) for name in names if name)}


def test_no_english_is_left_in_german(application: Any, own_folders: Any) -> None:
    english = all_texts()
    try:
        speak(application, "de")
        german = all_texts()
    finally:
        speak(application, "en")
    assert {"Record", "Preferences", "Keep colours", "Source"} <= english
    assert {"Aufnehmen", "Einstellungen", "Farben behalten", "Quelle"} <= german
    assert english & german <= SAME


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_fits_the_smallest_window(application: Any, language: str) -> None:
    try:
        speak(application, language)
        with opened_window() as window:
            assert window.minimumSizeHint().width() <= MINIMUM.width()
            for name in DIALOGS:
                with opened_dialog(window, name) as dialog:
                    room = dialog.minimumSizeHint()
                    # 1366x768, the smallest usual screen, at 200 %, without a title bar
                    assert room.width() <= 683 and room.height() <= 350, name
    finally:
        speak(application, "en")


def test_the_language_is_chosen_in_the_preferences_and_remembered(german: None) -> None:
    with opened_window() as window:
        with opened_dialog(window, "preferences") as dialog:
            box = dialog.language  # type: ignore[attr-defined]
            assert [box.itemText(number) for number in range(box.count())] == [
                "Wie das System",
                *LANGUAGES.values(),
            ]
            box.setCurrentIndex(box.findData("de"))
            dialog.accept()
        assert window.controller.settings.text("language", "") == "de"


def test_names_that_only_a_screen_reader_says_are_german_too(german: None) -> None:
    with opened_window() as window:
        slider = window.controls.strength.slider
        said = QAccessible.queryAccessibleInterface(slider).text(QAccessible.Text.Name)
        assert said == "Stärke"
        assert isinstance(window, MainWindow)

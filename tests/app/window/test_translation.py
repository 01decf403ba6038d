"""The translations are complete, and up to date with the code; ``python -m tests.translations`` helps."""

from __future__ import annotations

import ast
import re
import shutil
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

pytest.importorskip(
    "PySide6.QtWidgets", exc_type=ImportError, reason="Qt's system libraries are missing: see the README"
)
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QDialogButtonBox

from pleinair.app.names import KNOWN
from pleinair.app.translation import ENGLISH, LANGUAGES, choose_language, decimal, speak, translate
from pleinair.engine.backends.registry import backends
from pleinair.engine.files import GENERATORS, asset
from pleinair.engine.media.quality import Quality
from pleinair.engine.styles.controls import controls
from tests.translations import FOLDER, ROOT, collect, compile_into

WORD = re.compile(r"[A-Za-z]{2,}")
TRANSLATED = sorted(set(LANGUAGES) - {ENGLISH})


def messages(file: Path) -> Iterator[tuple[str, ElementTree.Element]]:
    """Every message of a .ts file, with its context."""
    for context in ElementTree.parse(file).iter("context"):
        for message in context.iter("message"):
            yield context.findtext("name", ""), message


def placeholders(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


SHOWS = {
    *("say", "complain", "tell_kept", "Offer", "Message", "announce"),
    *("QLabel", "QPushButton", "QCheckBox", "QAction", "QMenu", "addRow", "addItem", "addItems"),
    *("addMenu", "insertItem"),
    *(
        "setText",
        "setToolTip",
        "setTitle",
        "setWindowTitle",
        "setLabelText",
        "setPlaceholderText",
        "setItemText",
    ),
    *("setAccessibleName", "setAccessibleDescription", "setSpecialValueText", "show_message"),
}
"""Functions that show a text to a person."""


def words_in(node: ast.expr) -> bool:
    """Whether a text with words stands here as it is, and not in a function that translates it."""
    if isinstance(node, ast.JoinedStr):
        return any(words_in(part) for part in node.values)
    text = node.value if isinstance(node, ast.Constant) else ""
    return isinstance(text, str) and text != "Plein Air" and bool(WORD.search(text))


def test_no_text_is_shown_as_it_stands_in_the_code() -> None:
    found = []
    for path in sorted((ROOT / "app" / "window").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            first = node.args[:2] if name == "addRow" else node.args[:1]
            if name in SHOWS and any(words_in(argument) for argument in first):
                found.append(f"{path.name}:{node.lineno}")
    assert found == []


def test_there_is_a_file_for_every_language() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.ts")) == [f"pleinair_{code}" for code in TRANSLATED]


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated(language: str) -> None:
    for context, message in messages(FOLDER / f"pleinair_{language}.ts"):
        source, translation = message.findtext("source", ""), message.find("translation")
        assert translation is not None and translation.text, (context, source)
        assert translation.get("type") is None, (context, source)
        assert placeholders(translation.text) == placeholders(source), (context, source)
        assert translation.text.count("\n") == source.count("\n"), (context, source)
        assert translation.text.count("&") == source.count("&"), (context, source)


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_files_are_up_to_date(language: str, tmp_path: Path) -> None:
    shipped, new = FOLDER / f"pleinair_{language}.ts", tmp_path / f"pleinair_{language}.ts"
    shutil.copy(shipped, new)
    collect(new)
    listed, found = (
        {(context, message.findtext("source")) for context, message in messages(file)}
        for file in (shipped, new)
    )
    assert found == listed
    compiled = tmp_path / "new.qm"
    compile_into(shipped, compiled)
    assert asset("translations", f"pleinair_{language}.qm").read_bytes() == compiled.read_bytes()


def test_what_the_engine_calls_its_parts_is_known() -> None:
    words = [*GENERATORS, "auto", *(quality.name for quality in Quality)]
    texts = [text for spec in controls().values() for text in (spec.label, spec.help.capitalize())]
    texts += [word.capitalize() for word in words] + [spec.label for spec in backends().values()]
    assert set(texts) == set(KNOWN)


def test_the_language_is_the_one_that_was_chosen_or_else_the_systems() -> None:
    assert choose_language("de") == "de" and choose_language("en") == "en"
    assert choose_language("") in LANGUAGES
    assert choose_language("xx") == choose_language("")


def test_german_is_spoken_by_the_window_by_qt_and_in_numbers(
    application: QCoreApplication, german: None
) -> None:
    assert translate("Actions", "Record") == "Aufnehmen"
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    assert box.buttons()[0].text() == "Abbrechen"
    assert decimal(0.5, 2) == "0,50"
    assert speak(application, "en") == "en"
    assert translate("Actions", "Record") == "Record"
    assert decimal(0.5, 2) == "0.50"

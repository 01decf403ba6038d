"""Texts of strangers in the window: in style files, names of files and cameras, and addresses."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip(
    "PySide6.QtWidgets", exc_type=ImportError, reason="Qt's system libraries are missing: see the README"
)
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QToolTip,
    QWidget,
)

from pleinair.app.texts import tooltip
from pleinair.app.window.main_window import MainWindow
from pleinair.app.window.settings import REFUSED, Settings, settings_file
from pleinair.app.window.state import Job
from pleinair.engine.files import asset, user_styles_folder
from pleinair.engine.styles.style_file import read_style, write_style
from pleinair.engine.untrusted.texts import one_line
from tests.app.window.opened import DIALOGS, opened_dialog, opened_window, wait_until
from tests.support.cameras import Cameras

HOSTILE = "<img src='file:///etc/passwd'><b>&Open</b>\nInstalled: all\x1b[31m\u202egnp"
LONG = HOSTILE + "W" * 5000
NAME = "<img src=x>&\n\x1b[2J" + "W" * 200
ADDRESS = "rtsp://user:secret@127.0.0.1:1/<b>&x"
OUR_TAGS = {"<qt>", "</qt>", "<br>"}


@pytest.fixture
def window(cameras: Cameras, tmp_path: Path) -> Iterator[MainWindow]:
    """With a style, a camera, a file and an address of that kind."""
    style = read_style(asset("styles", "udnie.safetensors"))
    hostile = replace(style, title=LONG, artist=LONG, year=LONG, source=LONG)
    write_style(user_styles_folder() / "hostile.safetensors", hostile)
    film = tmp_path / f"{NAME[:200].replace('/', '')}.mp4"
    shutil.copy(asset("demo.mp4"), film)
    cameras.plug_in(LONG)
    Settings().keep(recent=f"{ADDRESS}\n{film}".replace("\nInstalled", " Installed"), style="hostile")
    with opened_window() as opened:
        store = opened.controller.store
        store.complain(f"No picture comes from {ADDRESS}. {LONG}")
        store.say(LONG)
        store.update(job=Job(LONG, 1, 2, 0.5), overlay=LONG, device=LONG, microphones=(LONG,))
        wait_until(lambda: any(choice.spec.startswith("camera") for choice in store.state.sources))
        yield opened


def texts(root: QWidget) -> Iterator[str]:
    """All that is written in it, but what a person types."""
    for widget in (root, *root.findChildren(QWidget)):
        yield from (widget.windowTitle(), widget.accessibleName(), widget.accessibleDescription())
        if isinstance(widget, (QLabel, QAbstractButton)):
            yield widget.text()
        if isinstance(widget, QComboBox):
            yield from (widget.itemText(number) for number in range(widget.count()))
        if isinstance(widget, QMenu):
            yield widget.title()
    yield from (action.text() for action in root.findChildren(QAction))


def tips(root: QWidget) -> Iterator[str]:
    """All tooltips in it."""
    for widget in (root, *root.findChildren(QWidget)):
        yield widget.toolTip()
        if isinstance(widget, QComboBox):
            yield from (
                str(widget.itemData(n, Qt.ItemDataRole.ToolTipRole) or "") for n in range(widget.count())
            )
    yield from (action.toolTip() for action in root.findChildren(QAction))
    if isinstance(root, MainWindow):
        yield from (root.strip.row.item(number).toolTip() for number in range(root.strip.row.count()))


def require_plain(root: QWidget) -> None:
    """Nothing in it is taken for HTML, nothing commands or hides, nothing is wider than the screen."""
    labels = [
        label for label in root.findChildren(QLabel) if label.textFormat() is not Qt.TextFormat.PlainText
    ]
    assert not labels, [label.text() for label in labels]
    for text in texts(root):
        assert "secret" not in text
        assert all(one_line(line, 5000) == line for line in text.split("\n")), text[:80]
    for tip in tips(root):
        tags = set(re.findall(r"<[^>]*>", tip))
        assert tags <= OUR_TAGS and ("<" not in tip or tip.startswith("<qt>")), tip[:80]
    widest = root.screen().availableGeometry().width()
    wide = [root, *(menu for menu in root.findChildren(QMenu))]
    assert all(part.sizeHint().width() <= max(widest, 800) for part in wide), wide
    assert all(part.width() <= root.width() for part in root.findChildren(QWidget) if part.isVisibleTo(root))


def test_the_window_shows_them_as_plain_text(window: MainWindow) -> None:
    assert any("<img" in text for text in texts(window))  # they are there
    require_plain(window)


def test_all_dialogs_do(window: MainWindow) -> None:
    for name in DIALOGS:
        with opened_dialog(window, name) as dialog:
            require_plain(dialog)
            lines = [line for line in dialog.findChildren(QLineEdit) if line.text()]
            assert all(one_line(line.text(), 5000) == line.text() for line in lines)


def test_a_tooltip_is_no_wider_than_the_screen(window: MainWindow) -> None:
    row = window.strip.row
    item = next(row.item(number) for number in range(row.count()) if "img" in row.item(number).toolTip())
    QToolTip.showText(QPoint(1, 1), item.toolTip(), window)
    shown = next(one for one in QApplication.topLevelWidgets() if one.inherits("QTipLabel"))
    assert isinstance(shown, QLabel) and "&lt;img" in shown.text()
    assert shown.sizeHint().width() <= window.screen().availableGeometry().width()
    QToolTip.hideText()
    wait_until(lambda: not shown.isVisible())


def test_a_tooltip_has_the_tags_of_ours_only() -> None:
    assert tooltip("a <b>&", "", "c\nd") == "<qt>a &lt;b&gt;&amp;<br>c d</qt>"


def test_foreign_settings_are_put_aside_and_the_window_says_so() -> None:
    settings_file().write_bytes(b"[General]\nlanguage=en\nstrength=@Variant(\\0\\0\\0\\x7f\\0\\0)\n")
    with opened_window() as window:
        (message,) = [one.text for one in window.controller.store.state.messages if one.error]
        assert REFUSED in message and window.controller.store.state.strength == 100
    assert settings_file().exists() and not Settings().notice

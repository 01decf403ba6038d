"""Texts from outside in widgets, which would take them for HTML, shortcuts, or as wide as the screen is not."""

from __future__ import annotations

import html

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from pleinair.engine.untrusted.texts import one_line

LONGEST_NAME = 40
"""Letters of a name in a menu or on a button."""


def shortened(text: str) -> str:
    """A name that does not make a menu or button wider than the screen, and has no shortcut in it."""
    text = " ".join(one_line(text).split())
    half = LONGEST_NAME // 2
    if len(text) > LONGEST_NAME:
        text = f"{text[:half]}\N{HORIZONTAL ELLIPSIS}{text[-half:]}"
    return text.replace("&", "&&")


def tooltip(*lines: str) -> str:
    """Lines below each other as Qt shows them in a tooltip, which it wraps; nothing in them is a tag."""
    return f"<qt>{'<br>'.join(html.escape(one_line(line)) for line in lines if line)}</qt>"


def make_plain(widget: QWidget) -> None:
    """Let all labels in it, those that Qt makes for a form too, show what they are given letter by letter."""
    for label in widget.findChildren(QLabel):
        label.setTextFormat(Qt.TextFormat.PlainText)

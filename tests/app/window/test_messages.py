"""Sentences over the picture, and the word below it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

pytest.importorskip(
    "PySide6.QtWidgets", exc_type=ImportError, reason="Qt's system libraries are missing: see the README"
)
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton

from pleinair.app.texts import shortened
from pleinair.app.window.report import without_person
from pleinair.app.window.state import MOST_MESSAGES, Message, Offer, Store, WindowState
from pleinair.app.window.widgets.condition import condition, figures
from pleinair.app.window.widgets.message_bar import MARGIN, MessageBar
from pleinair.app.window.widgets.preview import Preview
from pleinair.engine.live.stats import LiveStats
from pleinair.engine.timing import Percentiles

LONG = (
    "The recording could not be written because the disk is full, and here is a very long path: "
    + "/folder" * 30
)


@pytest.fixture
def picture() -> Iterator[Preview]:
    widget = Preview()
    widget.resize(480, 360)
    widget.show()
    yield widget
    widget.close()
    widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def test_a_sentence_goes_and_an_error_stays_until_it_is_put_away() -> None:
    store = Store()
    store.complain("The disk is full.")
    store.say("This is the demo clip.")
    store.say("This is Udnie.")
    assert [message.text for message in store.state.messages] == ["The disk is full.", "This is Udnie."]
    store._until = 0.0
    store.expire_messages()
    assert [message.text for message in store.state.messages] == ["The disk is full."]
    store.dismiss(store.state.messages[0])
    assert not store.state.messages
    for number in range(20):
        store.complain(f"Error {number}.")
    store.complain("Error 19.")
    assert [message.text for message in store.state.messages][-2:] == ["Error 18.", "Error 19."]
    assert len(store.state.messages) == MOST_MESSAGES


def test_every_sentence_is_shown_whole_within_the_picture(picture: Preview) -> None:
    bar = MessageBar(picture)
    assert not bar.isVisible()
    bar.render_state(WindowState(messages=(Message(LONG, True), Message("Short."))))
    for width in (480, 320, 900):
        picture.resize(width, 360)
        QCoreApplication.processEvents()
        assert picture.rect().contains(bar.geometry())
        assert bar.geometry().bottom() == picture.height() - MARGIN - 1
        for label in bar.findChildren(QLabel):
            if label.isVisible():
                assert label.height() >= label.heightForWidth(label.width()), width
    bar.render_state(WindowState(messages=()))
    assert not bar.isVisible()


def test_of_many_the_newest_are_shown_and_the_rest_counted(picture: Preview) -> None:
    bar = MessageBar(picture)
    bar.render_state(WindowState(messages=tuple(Message(f"Error {number}.", True) for number in range(5))))
    assert bar.text() == "Error 2.\nError 3.\nError 4."
    assert "2 more" in [label.text() for label in bar.findChildren(QLabel)]


def test_offers_and_putting_away(picture: Preview) -> None:
    bar = MessageBar(picture)
    message = Message("Kept: a.png", offers=(Offer("Show in folder", "folder", "/x/a.png"),))
    heard: list[object] = []
    bar.taken_up.connect(lambda what, about: heard.append((what, about)))
    bar.dismissed.connect(heard.append)
    bar.render_state(WindowState(messages=(message,)))
    next(one for one in bar.findChildren(QPushButton) if one.text() == "Show in folder").click()
    assert heard == [message, ("folder", "/x/a.png")]
    bar.findChildren(QToolButton)[0].click()
    assert heard[-1] == message


def test_what_a_file_says_is_never_markup(picture: Preview) -> None:
    bar = MessageBar(picture)
    bar.render_state(WindowState(messages=(Message("<img src='file:///etc/hostname'> <b>bold</b>"),)))
    assert bar.findChildren(QLabel)[0].textFormat().name == "PlainText"


STATS = LiveStats(100, 90, 3, 29.7, "fine", (640, 480), None, None, None, Percentiles(21.4, 30.0))


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({}, "Smooth"),
        ({"fps": 12.0}, "Slow: choose Fast"),
        ({"fps": 12.0, "generator": "fast"}, "Busy"),
        ({"painted_size": (267, 200)}, "Slow: choose Fast"),
        ({"painted": 0}, "Starting"),
    ],
)
def test_one_word_tells_how_it_goes(changes: dict[str, Any], word: str) -> None:
    state = WindowState(
        stats=replace(STATS, **changes), source_fps=30, source_lines=480, qualities=("fine", "fast")
    )
    assert condition(state) == word


def test_a_slow_source_is_no_slow_picture() -> None:
    state = WindowState(stats=replace(STATS, fps=9.8), source_fps=10, source_lines=480)
    assert condition(state) == "Smooth"


def test_the_figures_stand_behind_the_word() -> None:
    assert figures(WindowState()) == ""
    state = WindowState(stats=STATS, source_format="640x480 at 30 fps", device="CPU")
    assert figures(state).split("\n") == [
        "30 fps, 3 frames dropped",
        "21 ms from camera to picture",
        "filmed at 640x480 at 30 fps",
        "painted at 640x480",
        "by Fine on CPU",
    ]


def test_names_in_the_menu_are_short_and_no_shortcuts() -> None:
    assert shortened("Tom & Jerry") == "Tom && Jerry"
    assert len(shortened("x" * 5000)) <= 41
    assert shortened("two\nlines") == "two lines"


def test_a_report_tells_neither_home_nor_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/maria")
    monkeypatch.setattr("getpass.getuser", lambda: "maria")
    assert without_person("/home/maria/Videos of maria") == "~/Videos of (user)"

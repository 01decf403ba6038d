"""The row of styles, mixing them, and the bar below a clip."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip(
    "PySide6.QtWidgets", exc_type=ImportError, reason="Qt's system libraries are missing: see the README"
)
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from pleinair.app.studio import Studio
from pleinair.app.window.dialogs.mix_panel import MixPanel, mix_text, weights
from pleinair.app.window.state import WindowState
from pleinair.app.window.widgets.seek_bar import SeekBar, clock_time
from pleinair.app.window.widgets.style_strip import StyleStrip, star_place
from pleinair.engine.frame import Pixels
from pleinair.engine.styles.look import parse_mix
from tests.support.widgets import leave, point


@pytest.fixture
def state(studio: Studio) -> WindowState:
    return WindowState(ready=True, library=studio.library, style="udnie")


@pytest.fixture
def strip(state: WindowState) -> Iterator[StyleStrip]:
    widget = StyleStrip()
    widget.resize(900, 160)
    widget.render_state(state)
    widget.show()
    yield widget
    widget.show_thumbnails(None)
    widget.close()
    widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def titles(strip: StyleStrip) -> list[str]:
    items = [strip.row.item(number) for number in range(strip.row.count())]
    return [item.text() for item in items if not item.isHidden()]


def heard_from(strip: StyleStrip) -> list[tuple[str, str]]:
    heard: list[tuple[str, str]] = []
    strip.chosen.connect(lambda style: heard.append(("chosen", style)))
    strip.tried.connect(lambda style: heard.append(("tried", style)))
    strip.starred.connect(lambda style: heard.append(("starred", style)))
    return heard


def test_styles_stand_by_title_without_article_and_favourites_first(
    strip: StyleStrip, state: WindowState
) -> None:
    assert titles(strip)[:2] == ["Café Terrace at Night", "The Church at Auvers"]
    assert titles(strip).index("The Great Wave off Kanagawa") < titles(strip).index(
        "Horse Mackerel and Prawns"
    )
    strip.render_state(replace(state, favourites=frozenset({"udnie", "the-scream"})))
    assert titles(strip)[:3] == ["The Scream", "Udnie", "Café Terrace at Night"]
    assert strip.row.currentItem().text() == "Udnie"


def test_search_finds_titles_and_artists(strip: StyleStrip) -> None:
    QTest.keyClicks(strip.search, "gogh night")
    assert titles(strip) == ["Café Terrace at Night", "The Starry Night"]
    strip.search.clear()
    assert len(titles(strip)) > 15


def test_pointing_tries_clicking_keeps_and_the_star_is_for_the_star(strip: StyleStrip) -> None:
    heard = heard_from(strip)
    item = strip.row.item(2)
    style, cell = item.data(Qt.ItemDataRole.UserRole), strip.row.visualItemRect(item)
    view = strip.row.viewport()
    point(view, cell.center())
    assert heard == [("tried", style)]
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=star_place(cell).center())
    assert heard[-1] == ("starred", style)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=cell.center() + QPoint(0, 10))
    assert heard[-1] == ("chosen", style)
    leave(strip.row)
    assert heard[-1] == ("tried", "")
    QTest.keyClick(strip.row, Qt.Key.Key_Right)
    assert heard[-1] == ("chosen", strip.row.item(3).data(Qt.ItemDataRole.UserRole))


def test_showing_a_state_sends_nothing(strip: StyleStrip, state: WindowState) -> None:
    heard = heard_from(strip)
    for style in ("the-scream", "udnie:0.5,the-scream:0.5", "udnie"):
        strip.render_state(replace(state, style=style))
    assert not heard


def test_pictures_of_the_person_take_the_place_of_previews(strip: StyleStrip, state: WindowState) -> None:
    red: Pixels = np.full((90, 120, 3), (0, 0, 250), np.uint8)
    strip.show_thumbnails(lambda: {"udnie": red})
    strip._refresh()

    def middle() -> tuple[int, int, int]:
        color = strip.row.currentItem().icon().pixmap(40, 30).toImage().pixelColor(20, 15)
        return color.red(), color.green(), color.blue()

    assert middle() == (250, 0, 0)
    strip.render_state(replace(state, favourites=frozenset({"udnie"})))
    assert middle() == (250, 0, 0)


@given(
    st.floats(0, 1), st.floats(0, 1), st.lists(st.sampled_from(["", "a", "b", "c"]), min_size=4, max_size=4)
)
def test_shares_of_a_mix_add_up(across: float, down: float, styles: list[str]) -> None:
    shares = weights(across, down, styles)
    assert not shares or sum(shares.values()) == pytest.approx(1)
    assert "" not in shares and set(shares) <= set(styles)


def test_in_a_corner_there_is_one_style_alone() -> None:
    assert weights(1, 0, ["a", "b", "c", "d"]) == {"b": 1} and mix_text({"b": 1}) == "b"
    assert weights(0.5, 0, ["a", "b", "", ""]) == {"a": 0.5, "b": 0.5}


def test_a_mix_is_chosen_with_the_keys_and_with_the_pointer(studio: Studio, state: WindowState) -> None:
    parent = QWidget()
    panel = MixPanel(parent)
    heard: list[str] = []
    panel.mixed.connect(heard.append)
    panel.render_state(state)
    assert not heard and panel.field.is_line and panel.corners[0].currentData() == "udnie"
    panel.show()
    for _ in range(5):
        QTest.keyClick(panel.field, Qt.Key.Key_Right)
    assert parse_mix(heard[-1], studio.library)[0][1] == pytest.approx(0.75, abs=0.01)
    panel.corners[3].setCurrentIndex(panel.corners[3].findData("the-scream"))
    assert not panel.field.is_line
    QTest.mouseClick(panel.field, Qt.MouseButton.LeftButton, pos=panel.field.rect().center())
    shares = {style.id: share for style, share in parse_mix(heard[-1], studio.library)}
    assert shares["the-scream"] == pytest.approx(1 / 3, abs=0.02) and len(shares) == 3
    assert "The Scream 33%" in panel.shares.text()
    again = MixPanel(parent)  # begins with what is painted
    again.render_state(replace(state, style="udnie:0.80,the-scream:0.20"))
    assert "80%" in again.shares.text() and again.field.across == pytest.approx(0.2)
    parent.deleteLater()


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (65.9, "1:05"), (3605, "1:00:05")])
def test_times_are_written_as_on_a_clock(seconds: float, text: str) -> None:
    assert clock_time(seconds) == text


def test_the_bar_shows_where_a_clip_is_and_moves_it() -> None:
    bar = SeekBar()
    heard: list[object] = []
    bar.moved.connect(heard.append)
    bar.pause_toggled.connect(lambda: heard.append("pause"))
    bar.render_state(WindowState())
    bar.render_state(WindowState(duration=90.0, position=30.0, paused=True))
    assert bar.time.text() == "0:30 / 1:30" and bar.pause.toolTip() == "Play (P)"
    assert not heard
    bar.slider.setValue(600)
    bar.pause.click()
    assert heard == [60.0, "pause"]
    bar.deleteLater()

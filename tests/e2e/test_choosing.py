"""Styles, clips and pictures, as a person plays with them in the window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip(
    "PySide6.QtWidgets", exc_type=ImportError, reason="Qt's system libraries are missing: see the README"
)
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from pleinair.app.window.dialogs.mix_panel import MixPanel
from pleinair.app.window.kept_files import recordings_folder
from pleinair.app.window.main_window import MainWindow
from pleinair.app.window.settings import Settings
from pleinair.app.window.state import Preferences, Recording
from pleinair.engine.clock import now
from pleinair.engine.files import asset
from tests.e2e.player import painting, play
from tests.support.cameras import Cameras
from tests.support.pictures import demo_frame, write_clip
from tests.support.widgets import drop, on_screen

Waits = Iterator[Callable[[], bool]]


def style_shown(window: MainWindow) -> str:
    return window.preview.newest.style if window.preview.newest is not None else ""


def standing(window: MainWindow) -> Callable[[], bool]:
    """Waits until a frame was shown with the same picture as the one before."""
    last = window.preview.newest

    def check() -> bool:
        nonlocal last
        before, last = last, window.preview.newest
        if before is None or last is None or before is last:
            return False
        return np.array_equal(before.frame.pixels, last.frame.pixels)

    return check


def test_a_style_is_tried_while_the_pointer_is_over_it_and_not_while_recording() -> None:
    def act(window: MainWindow) -> Waits:
        yield painting(window, 2)
        window.strip.tried.emit("the-scream")
        yield lambda: style_shown(window) == "the-scream"
        assert window.controller.store.state.style == "starry-night"
        window.strip.tried.emit("")
        yield lambda: style_shown(window) == "starry-night"
        window.strip.tried.emit("the-scream")
        yield lambda: style_shown(window) == "the-scream"
        QTest.keyClick(window, Qt.Key.Key_R)
        yield lambda: window.controller.store.state.recording is Recording.RUNNING
        yield lambda: style_shown(window) == "starry-night"
        window.strip.tried.emit("the-scream")
        yield painting(window, 5)
        assert style_shown(window) == "starry-night"
        QTest.keyClick(window, Qt.Key.Key_R)
        yield lambda: window.controller.store.state.recording is Recording.IDLE

    play(["live", "--source", "demo"], act)


def test_favourites_come_first_and_are_remembered_and_digits_choose() -> None:
    def act(window: MainWindow) -> Waits:
        yield painting(window, 2)
        window.strip.starred.emit("udnie")
        QTest.keyClick(window, Qt.Key.Key_1)
        yield lambda: style_shown(window) == "udnie"
        QTest.keyClick(window, Qt.Key.Key_3)
        assert window.controller.store.state.style == window.controller.store.state.styles[2].id
        QTest.keyClick(window, Qt.Key.Key_F)
        favourites.update(window.controller.store.state.favourites)
        assert len(favourites) == 2
        before = window.controller.store.state.style
        QTest.keyClick(window, Qt.Key.Key_X)
        assert window.controller.store.state.style != before

    def again(window: MainWindow) -> Waits:
        yield painting(window, 2)
        assert window.controller.store.state.favourites == favourites
        assert {style.id for style in window.controller.store.state.styles[:2]} == favourites
        assert window.controls.styles.itemData(0) == window.controller.store.state.styles[0].id

    favourites: set[str] = set()
    play(["live", "--source", "demo"], act)
    play(["live", "--source", "demo"], again)


def test_the_row_shows_the_person_in_every_style_and_hides_in_a_small_window() -> None:
    def act(window: MainWindow) -> Waits:
        window.resize(900, 700)
        yield painting(window, 2)
        live = window.controller.live
        assert live is not None
        yield lambda: window.strip.isVisible()
        yield lambda: len(live.thumbnails.painted) == window.strip.row.count()
        window.resize(600, 500)
        yield lambda: not window.strip.isVisible()
        window.resize(900, 700)
        yield lambda: window.strip.isVisible()
        QTest.keyClick(window, Qt.Key.Key_F9)
        assert not window.strip.isVisible()
        yield lambda: not live.thumbnails.painted

    play(["live", "--source", "demo"], act, seconds=60)
    assert not Settings().flag("strip", True)


def test_styles_are_mixed_beside_the_picture() -> None:
    def act(window: MainWindow) -> Waits:
        yield painting(window, 2)
        window.mix()
        panel = window.findChild(MixPanel)
        assert panel is not None
        panel.corners[1].setCurrentIndex(panel.corners[1].findData("udnie"))
        panel.field.place(0.5, 0.5)
        yield lambda: style_shown(window) == "starry-night:0.5,udnie:0.5"
        assert window.controls.styles.currentText() == "Mix"
        window.mix()
        assert len(window.findChildren(MixPanel)) == 1
        panel.reject()
        yield lambda: window.findChild(MixPanel) is None

    play(["live", "--source", "demo"], act)


def test_a_clip_is_paused_and_moved_within_and_a_camera_is_frozen(cameras: Cameras, tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    write_clip(clip, frames=60)

    def act(window: MainWindow) -> Waits:
        state = window.controller.store
        yield painting(window, 2)
        assert window.seek_bar.isHidden()
        QTest.keyClick(window, Qt.Key.Key_P)
        yield standing(window)
        assert window.preview.newest is not None and state.state.paused
        still = window.preview.newest.frame.pixels
        yield painting(window, 3)
        np.testing.assert_array_equal(window.preview.newest.frame.pixels, still)
        window.controller.choose_source(str(clip))
        yield lambda: state.state.source == str(clip) and not window.seek_bar.isHidden()
        assert not state.state.paused and abs(state.state.duration - 2.0) < 0.1
        window.seek_bar.pause.click()
        window.seek_bar.slider.setValue(15)
        yield lambda: abs(state.state.position - 1.5) < 0.06
        yield painting(window, 3)
        assert abs(state.state.position - 1.5) < 0.06 and window.seek_bar.time.text() == "0:01 / 0:02"
        QTest.keyClick(window, Qt.Key.Key_P)
        yield lambda: state.state.position < 1.4

    cameras.plug_in()
    play([], act)


def test_before_and_after(cameras: Cameras) -> None:
    def act(window: MainWindow) -> Waits:
        preview = window.preview
        yield painting(window, 2)
        QTest.keyClick(window, Qt.Key.Key_P)
        yield standing(window)
        after = on_screen(window.preview)
        QTest.keyPress(window, Qt.Key.Key_B)
        before = on_screen(window.preview)
        QTest.keyRelease(window, Qt.Key.Key_B)
        assert np.abs(before.astype(int) - after).mean() > 10
        np.testing.assert_array_equal(on_screen(window.preview), after)
        QTest.keyClick(window, Qt.Key.Key_D)
        middle = after.shape[1] // 2
        both = on_screen(window.preview)
        np.testing.assert_array_equal(both[:, : middle - 3], before[:, : middle - 3])
        np.testing.assert_array_equal(both[:, middle + 3 :], after[:, middle + 3 :])
        assert preview.newest is not None
        place, y = preview.picture_rect(preview.newest.pixels), preview.height() // 2
        QTest.mousePress(preview, Qt.MouseButton.LeftButton, pos=QPoint(place.left() + middle, y))
        QTest.mouseMove(preview, QPoint(place.left() + 10, y))
        QTest.mouseRelease(preview, Qt.MouseButton.LeftButton, pos=QPoint(place.left() + 10, y))
        QTest.keyClick(window, Qt.Key.Key_D)
        np.testing.assert_array_equal(on_screen(window.preview), after)

    cameras.plug_in()
    play([], act)


def test_the_picture_is_turned_and_cut_and_that_is_remembered() -> None:
    def act(window: MainWindow) -> Waits:
        picture, preview = window.controller.picture, window.preview
        yield painting(window, 2)
        QTest.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
        yield lambda: preview.newest is not None and preview.newest.pixels.shape == (640, 480, 3)
        picture.choose_crop((1, 1))
        yield lambda: preview.newest is not None and preview.newest.pixels.shape == (480, 480, 3)
        picture.toggle_flip()

    def again(window: MainWindow) -> Waits:
        yield painting(window, 2)
        assert window.preview.newest is not None and window.preview.newest.pixels.shape == (480, 480, 3)
        arrangement = window.controller.store.state.arrangement
        assert arrangement.flip and arrangement.rotation == 90

    play(["live", "--source", "demo"], act)
    play(["live", "--source", "demo"], again)


def test_a_full_screen_shows_nothing_but_the_picture_until_the_pointer_moves() -> None:
    def act(window: MainWindow) -> Waits:
        yield painting(window, 2)
        window.preview.double_clicked.emit()
        assert window.isFullScreen()
        window.full_screen.idle.setInterval(50)
        window.preview.pointed.emit()
        yield lambda: not window.controls.isVisible() and window.statusBar().isHidden()
        window.preview.pointed.emit()
        assert window.controls.isVisible() and window.statusBar().isVisible()
        yield lambda: not window.controls.isVisible()
        QTest.keyClick(window, Qt.Key.Key_Control)  # as good as any that does nothing
        assert window.controls.isVisible()
        window.strip.search.setFocus()  # where letters are typed
        shown = now()
        yield lambda: now() > shown + 0.3
        assert window.controls.isVisible()
        window.controls.styles.setFocus()
        yield lambda: not window.controls.isVisible()
        QTest.keyClick(window, Qt.Key.Key_Escape)
        yield lambda: window.controls.isVisible() and not window.isFullScreen()

    play(["live", "--source", "demo"], act)


def test_several_files_are_painted_beside_the_picture(tmp_path: Path) -> None:
    photo, clip, bad = tmp_path / "me.jpg", tmp_path / "clip.mov", tmp_path / "bad.jpg"
    cv2.imwrite(str(photo), demo_frame())
    write_clip(tmp_path / "clip.mp4")
    (tmp_path / "clip.mp4").rename(clip)
    bad.write_bytes(b"bad")

    def act(window: MainWindow) -> Waits:
        yield painting(window, 2)
        drop(window, photo, bad, clip)
        yield lambda: window.message.job.isVisible()
        yield lambda: "2 files" in window.message.text()
        assert "bad.jpg" in window.message.text() and window.message.job.isHidden()
        assert window.controls.source.name == "Demo clip"

    play(["live", "--source", "demo", "--style", "udnie"], act, seconds=60)
    assert sorted(path.name for path in recordings_folder(Preferences()).iterdir()) == [
        "clip udnie.mp4",
        "me udnie.jpg",
    ]


def test_painting_files_can_be_cancelled() -> None:
    def act(window: MainWindow) -> Waits:
        yield painting(window, 2)
        drop(window, asset("demo.mp4"), asset("demo.mp4"))
        yield lambda: window.message.job.bar.value() > 0
        window.message.job.cancel.click()
        yield lambda: window.controller.store.state.job is None
        assert "What was painted until then is in" in window.message.text()

    play(["live", "--source", "demo"], act, seconds=60)
    kept = list(recordings_folder(Preferences()).iterdir())
    assert len(kept) == 1 and "unfinished" in kept[0].name

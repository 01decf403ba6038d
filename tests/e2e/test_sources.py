"""Sources, screens and what the menu opens, in the window as a person starts it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

pytest.importorskip(
    "PySide6.QtWidgets", exc_type=ImportError, reason="Qt's system libraries are missing: see the README"
)
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog

from pleinair.app.window.kept_files import recordings_folder
from pleinair.app.window.main_window import MainWindow
from pleinair.app.window.settings import Settings
from pleinair.app.window.state import Preferences, Recording
from pleinair.engine.files import asset
from pleinair.engine.frame import Pixels
from tests.e2e.player import painting, play
from tests.engine.sources.test_waiting import answering
from tests.support.cameras import Cameras
from tests.support.pictures import write_clip
from tests.support.widgets import drop, on_screen


def test_the_window_closes_while_an_address_does_not_answer() -> None:
    began = 0.0

    def act(window: MainWindow) -> Iterator[Callable[[], bool]]:
        nonlocal began
        yield painting(window, 2)
        window.controller.choose_source(address)
        yield lambda: window.controller.store.state.opening == address
        began = time.monotonic()

    with answering(then_wait=True) as address:
        play(["live", "--source", "demo"], act)
    assert time.monotonic() - began < 3  # an address is waited for for 5 seconds


def test_the_end_of_a_film_stays_said_and_ends_the_recording(tmp_path: Path) -> None:
    path, recorded = tmp_path / "clip.mp4", tmp_path / "recorded.mp4"
    write_clip(path)

    def act(window: MainWindow) -> Iterator[Callable[[], bool]]:
        store = window.controller.store
        yield painting(window, 2)
        yield lambda: store.state.recording is Recording.RUNNING
        path.unlink()
        yield lambda: "can no longer be read" in store.state.overlay
        yield lambda: store.state.recording is Recording.IDLE
        assert recorded.exists()
        window.controller.choose_source("demo")
        yield lambda: store.state.overlay == ""
        yield painting(window, 2)

    play(["live", "--source", str(path), "--record", str(recorded)], act)


def test_a_camera_can_be_asked_for_another_size(cameras: Cameras) -> None:
    def act(window: MainWindow) -> Iterator[Callable[[], bool]]:
        yield painting(window, 2)
        assert window.controller.live is not None
        before = window.controller.live.source
        window.controls.source.size_chosen.emit(1280, 720)
        yield lambda: window.controller.live is not None and window.controller.live.source is not before
        yield lambda: "does not offer 1280x720" in window.message.text()
        painted = window.controller.live.stats.painted
        yield (
            lambda: window.controller.live is not None and window.controller.live.stats.painted > painted + 2
        )

    cameras.plug_in()
    play([], act)


def test_without_what_was_asked_for_another_source_can_be_chosen() -> None:
    def act(window: MainWindow) -> Iterator[Callable[[], bool]]:
        yield lambda: "choose another source" in window.preview.message
        window.controls.source.offered["demo"].trigger()
        yield painting(window, 2)
        assert window.preview.message == ""

    play(["live", "--source", "camera"], act)


def test_the_demo_is_a_makeshift_and_a_camera_that_is_gone_gives_way_to_another(cameras: Cameras) -> None:
    def painting_only(window: MainWindow) -> Iterator[Callable[[], bool]]:
        yield painting(window, 2)

    play([], painting_only)
    assert Settings().text("source", "") == ""
    Settings().keep(source="camera:Gone")
    cameras.plug_in("Other")

    def act(window: MainWindow) -> Iterator[Callable[[], bool]]:
        yield painting(window, 2)
        assert window.controls.source.name == "Other"

    play([], act)


def test_another_source_is_chosen_while_the_first_one_does_not_answer() -> None:
    def act(window: MainWindow) -> Iterator[Callable[[], bool]]:
        controller = window.controller
        yield lambda: controller.store.state.library is not None
        controller.choose_source("demo")
        yield painting(window, 2)
        live = controller.live
        yield lambda: not any(thread.name == "open source" for thread in threading.enumerate())
        yield painting(window, 2)
        assert controller.live is live and controller.store.state.source == "demo"
        assert controller.store.state.overlay == "" and window.message.text() == ""

    with answering(then_wait=True) as address:
        play(["live", "--source", address], act)


def test_a_camera_in_use_elsewhere_is_told_and_stays_remembered(cameras: Cameras) -> None:
    Settings().keep(source="camera:Mine")
    cameras.plug_in("Other")
    cameras.plug_in("Mine", works=False)

    def act(window: MainWindow) -> Iterator[Callable[[], bool]]:
        yield painting(window, 2)
        assert window.controls.source.name == "Other"
        yield lambda: "This is another camera." in window.message.text()

    play([], act)
    assert Settings().text("source", "") == "camera:Mine"


def test_a_file_is_remembered_by_its_whole_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_clip(tmp_path / "clip.mp4")
    monkeypatch.chdir(tmp_path)

    def act(window: MainWindow) -> Iterator[Callable[[], bool]]:
        yield painting(window, 2)

    play(["live", "--source", "clip.mp4"], act)
    assert Settings().text("recent", "") == str(tmp_path / "clip.mp4")


def test_a_microphone_that_is_not_there_this_time_stays_remembered() -> None:
    Settings().keep(sound=True, microphone="Unplugged")

    def act(window: MainWindow) -> Iterator[Callable[[], bool]]:
        yield painting(window, 2)
        yield lambda: "Unplugged" in window.message.text()

    play(["live", "--source", "demo"], act)
    assert Settings().flag("sound", False) and Settings().text("microphone", "") == "Unplugged"


def test_full_screen_leads_back_to_what_was() -> None:
    def act(window: MainWindow) -> Iterator[Callable[[], bool]]:
        yield painting(window, 2)
        window.showMaximized()
        for leave in (window.full_screen.toggle, window.full_screen.leave):
            window.full_screen.toggle()
            assert window.isFullScreen()
            leave()
            assert not window.isFullScreen() and window.isMaximized()

    play(["live", "--source", "demo"], act)


def test_the_window_fits_the_screen_wherever_it_was() -> None:
    def act(window: MainWindow) -> Iterator[Callable[[], bool]]:
        yield painting(window, 2)
        room = window.screen().availableGeometry()
        assert window.width() <= max(560, room.width() * 0.9) and window.height() <= room.height() * 0.9 + 1
        window.setGeometry(3000, 2000, 4000, 3000)

    def again(window: MainWindow) -> Iterator[Callable[[], bool]]:
        yield painting(window, 2)
        room = window.screen().availableGeometry()
        border = 4  # of the window's frame, which is known only once the window is shown
        assert room.adjusted(-border, -border, border, border).contains(window.geometry())
        window.resize(560, 300)
        yield lambda: window.width() == 560
        row = window.controls
        for widget in (row.styles, row.source, row.snapshot, row.record, row.menu, row.keep_colors):
            assert row.rect().contains(widget.geometry()), widget.accessibleName()

    play(["live", "--source", "demo"], act)
    play(["live", "--source", "demo"], again)


def test_what_is_dropped_is_painted_or_installed(tmp_path: Path) -> None:
    path, mine = tmp_path / "clip.mp4", tmp_path / "mine.safetensors"
    write_clip(path)
    mine.write_bytes(asset("styles", "udnie.safetensors").read_bytes())
    (tmp_path / "bad.safetensors").write_bytes(b"bad")

    def act(window: MainWindow) -> Iterator[Callable[[], bool]]:
        yield painting(window, 2)
        drop(window, mine, tmp_path / "bad.safetensors")
        yield lambda: window.controls.styles.findData("mine") >= 0
        yield lambda: "bad.safetensors" in window.message.text()
        drop(window, path)
        yield lambda: window.controls.source.name == "clip.mp4" and window.controls.source.isEnabled()
        assert str(path) in window.controls.source.offered

    play(["live", "--source", "demo"], act)

    def remembered(window: MainWindow) -> Iterator[Callable[[], bool]]:
        yield painting(window, 2)
        assert str(path) in window.controls.source.offered

    play(["live", "--source", "demo"], remembered)


def test_a_snapshot_that_cannot_be_kept_ends_in_a_sentence_that_stays(own_folders: Path) -> None:
    def act(window: MainWindow) -> Iterator[Callable[[], bool]]:
        yield painting(window, 2)
        folder = recordings_folder(Preferences())
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.write_text("in the way")
        window.controller.recordings.keep_picture(window.preview.newest)
        yield lambda: "cannot be made" in window.message.text()
        assert window.controller.store.state.messages[-1].error

    play(["live", "--source", "demo"], act)


def test_the_menu_opens_what_it_says() -> None:
    def act(window: MainWindow) -> Iterator[Callable[[], bool]]:
        yield painting(window, 2)
        for opening, title in (
            (window.show_keys, "Keys"),
            (window.show_about, "About Plein Air"),
            (window.open_file, "Open a video or photo"),
            (window.open_address, "Open an address"),
        ):
            opening()
            dialogs = window.findChildren(QDialog)
            assert [dialog.windowTitle() for dialog in dialogs] == [title]
            dialogs[0].reject()
            yield lambda: not window.findChildren(QDialog)
        window.controller.errands.copy_report()
        yield lambda: "in the clipboard" in window.message.text()
        text = QGuiApplication.clipboard().text()
        assert "processor" in text and str(Path.home()) not in text

    play(["live", "--source", "demo"], act, seconds=60)


def test_a_camera_is_shown_as_in_a_mirror_and_recorded_as_it_is(cameras: Cameras, tmp_path: Path) -> None:
    def left_and_right(picture: Pixels) -> float:
        """How much brighter the right half is."""
        half = picture.shape[1] // 2
        return float(picture[:, half:].mean() - picture[:, :half].mean())

    def newest(window: MainWindow) -> float:
        assert window.preview.newest is not None
        return left_and_right(window.preview.newest.pixels)

    def shown(window: MainWindow) -> float:
        return left_and_right(on_screen(window.preview))

    def act(window: MainWindow) -> Iterator[Callable[[], bool]]:
        window.controller.looks.choose_strength(0)
        yield painting(window, 3)
        yield lambda: window.preview.newest is not None and window.controller.store.state.ready
        assert window.preview.newest is not None and window.preview.mirrored
        natural = left_and_right(window.preview.newest.pixels)
        assert abs(natural) > 5
        yield lambda: abs(shown(window) + natural) < abs(natural) / 2
        window.controller.picture.toggle_mirror_recordings()
        yield lambda: newest(window) * natural < 0
        assert not window.preview.mirrored
        window.controller.picture.toggle_mirror()
        yield lambda: newest(window) * natural > 0
        yield lambda: abs(shown(window) - natural) < abs(natural) / 2

    cameras.plug_in()
    play([], act)
    assert not Settings().flag("mirror", True) and Settings().flag("mirror_recordings", False)


def test_on_a_screen_that_is_too_narrow_controls_move_sideways_and_never_overlap() -> None:
    def act(window: MainWindow) -> Iterator[Callable[[], bool]]:
        yield painting(window, 2)
        window.setMinimumSize(0, 0)
        window.resize(400, 300)
        yield lambda: window.width() == 400 and window.sideways.horizontalScrollBar().maximum() > 0
        row = window.controls
        first = (row.styles, row.source, row.snapshot, row.record, row.menu)
        for left, right in pairwise(first):
            assert left.geometry().right() < right.geometry().left()
        bar = window.sideways.horizontalScrollBar()
        yield lambda: bar.isVisible() and window.sideways.height() >= row.sizeHint().height() + bar.height()

    play(["live", "--source", "demo"], act)

"""Recordings, the last seconds, calls and preferences, as a person uses them in the window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

pytest.importorskip(
    "PySide6.QtWidgets", exc_type=ImportError, reason="Qt's system libraries are missing: see the README"
)
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from pleinair.app.window.dialogs.preferences import PreferencesDialog
from pleinair.app.window.kept_files import new_file, recordings_folder
from pleinair.app.window.launch_options import LaunchOptions
from pleinair.app.window.main_window import MainWindow
from pleinair.app.window.remembering import first_state, keep_state
from pleinair.app.window.settings import Settings
from pleinair.app.window.state import Preferences, Recording, WindowState
from pleinair.engine.media.quality import Quality
from tests.e2e.player import active, painting, play
from tests.support.pictures import read_picture
from tests.support.virtual_cameras import VirtualCameras

Waits = Iterator[Callable[[], bool]]
DEMO = ["live", "--source", "demo", "--style", "udnie"]


def test_preferences_hold_at_once_and_next_time(tmp_path: Path) -> None:
    folder = tmp_path / "mine"

    def act(window: MainWindow) -> Waits:
        yield painting(window, 2)
        window.show_preferences()
        dialog = window.findChild(PreferencesDialog)
        assert dialog is not None and dialog.preferences == Preferences(language="en")
        dialog.folder.setText(str(folder))
        dialog.pattern.setText("Me as {style}/?")
        assert dialog.example.text() == "Like: Me as great-wave.mp4"
        dialog.quality.setCurrentIndex(dialog.quality.findData(Quality.BEST.name.lower()))
        dialog.countdown.setValue(2)
        dialog.side_by_side.setChecked(True)
        dialog.both_pictures.setChecked(True)
        dialog.accept()
        yield lambda: window.findChild(PreferencesDialog) is None
        yield active(window)
        QTest.keyClick(window, Qt.Key.Key_S)
        yield lambda: "Kept: " in window.message.text()
        yield active(window)
        QTest.keyClick(window, Qt.Key.Key_R)
        sign = window.preview.recording
        assert sign is not None and sign.about_to_begin and sign.text == "2"
        QTest.keyClick(window, Qt.Key.Key_R)  # not yet, after all
        assert window.preview.recording is None
        QTest.keyClick(window, Qt.Key.Key_R)
        yield lambda: window.controller.store.state.recorded_seconds > 0.5
        QTest.keyClick(window, Qt.Key.Key_R)
        yield lambda: "Recorded: " in window.message.text()

    def again(window: MainWindow) -> Waits:
        yield painting(window, 2)
        preferences = window.controller.store.state.preferences
        assert preferences.folder == str(folder) and preferences.countdown == 2 and preferences.both_pictures

    play(DEMO, act)
    assert sorted(path.name for path in folder.iterdir()) == [
        "Me as udnie (unpainted).png",
        "Me as udnie.mp4",
        "Me as udnie.png",
    ]
    painted, unpainted = (read_picture(folder / f"Me as udnie{end}.png") for end in ("", " (unpainted)"))
    assert painted.shape == unpainted.shape and np.abs(painted.astype(int) - unpainted).mean() > 10
    with av.open(str(folder / "Me as udnie.mp4")) as file:
        assert (file.streams.video[0].width, file.streams.video[0].height) == (1280, 480)
    play(DEMO, again)


def test_names_of_files_are_free_and_allowed_everywhere(tmp_path: Path) -> None:
    preferences = Preferences(folder=str(tmp_path), name_pattern='a<>:"/\\|?*b {style}.')
    path = new_file(preferences, "x:0.5,y:0.5", ".png")
    assert path == tmp_path / "a b x 0.5 y 0.5.png"
    path.touch()
    assert new_file(preferences, "x:0.5,y:0.5", ".png").name == "a b x 0.5 y 0.5 (2).png"
    # Which may be under way: it is not given twice.
    assert new_file(preferences, "x:0.5,y:0.5", ".png").name == "a b x 0.5 y 0.5 (3).png"
    assert recordings_folder(Preferences(folder="~/films")) == Path("~/films").expanduser()
    # What the system does not even look at is told when something is to be kept there.
    assert new_file(Preferences(folder="x" * 300), "x", ".png").name.endswith(".png")
    assert (
        new_file(Preferences(folder=str(tmp_path), name_pattern="..."), "x", ".png").name == "Plein Air.png"
    )


def test_the_last_seconds_are_saved_after_they_happened() -> None:
    def act(window: MainWindow) -> Waits:
        yield painting(window, 2)
        QTest.keyClick(window, Qt.Key.Key_L)
        assert "From now on" in window.message.text() and window.controller.store.state.replay
        yield painting(window, 15)
        for key in (Qt.Key.Key_L, Qt.Key.Key_G):
            QTest.keyClick(window, key)
            yield lambda: "Saved: " in window.message.text()
        window.controller.replays.toggle()
        assert not window.controller.store.state.replay

    play(DEMO, act, seconds=60)
    video, gif = sorted(
        recordings_folder(Preferences()).iterdir(), key=lambda path: path.suffix, reverse=True
    )
    with av.open(str(video)) as file:
        assert float(file.duration or 0) / av.time_base > 0.3
    with Image.open(gif) as image:
        assert getattr(image, "n_frames", 1) > 2


def test_other_programs_film_the_painting(virtual_cameras: VirtualCameras) -> None:
    def act(window: MainWindow) -> Waits:
        yield painting(window, 2)
        QTest.keyClick(window, Qt.Key.Key_V)
        yield lambda: "virtual camera" in window.message.text().lower()
        offer = window.controller.store.state.messages[-1].offers[0]
        assert offer.text == "Try again"
        virtual_cameras.install()
        window.message.taken_up.emit(offer.what, offer.about)
        yield lambda: bool(window.controller.store.state.virtual_camera)
        camera = window.controller.cameras.camera
        assert camera is not None
        yield lambda: camera.sent > 5
        QTest.keyClick(window, Qt.Key.Key_V)
        assert not window.controller.store.state.virtual_camera

    play(DEMO, act)


def test_a_window_that_was_closed_while_recording_tells_where_the_file_is() -> None:
    def act(window: MainWindow) -> Waits:
        yield painting(window, 2)
        QTest.keyClick(window, Qt.Key.Key_R)
        yield lambda: window.controller.store.state.recording is Recording.RUNNING
        yield painting(window, 5)

    def again(window: MainWindow) -> Waits:
        yield lambda: "Your last recording: " in window.message.text()
        assert [offer.text for offer in window.controller.store.state.messages[-1].offers] == [
            "Show in folder",
            "Open",
        ]

    def third(window: MainWindow) -> Waits:
        yield painting(window, 2)
        assert "Your last recording" not in window.message.text()

    for one in (act, again, third):
        play(DEMO, one)


def test_the_person_and_the_backdrop_are_chosen_and_remembered(tmp_path: Path) -> None:
    def act(window: MainWindow) -> Waits:
        yield painting(window, 2)
        live, looks = window.controller.live, window.controller.looks
        assert live is not None
        actions = {action.text(): action for action in window.strip.person.menu().actions()}
        actions["Paint the person"].trigger()
        assert live.look.region == "person"
        looks.choose_backdrop(str(tmp_path / "nowhere.jpg"))
        yield lambda: "nowhere.jpg" in window.message.text()
        assert actions["Background as filmed"].isChecked()
        actions["Blur the background"].trigger()
        yield lambda: live.look.backdrop.kind == "blurred"
        looks.choose_backdrop("#203040")
        yield lambda: window.controller.store.state.backdrop == "#203040"
        yield painting(window, 3)

    def again(window: MainWindow) -> Waits:
        yield painting(window, 2)
        live = window.controller.live
        assert live is not None and live.look.region == "person" and live.look.backdrop.picture is not None
        assert live.look.backdrop.picture.ravel().tolist() == [0x40, 0x30, 0x20]

    def photo_gone(window: MainWindow) -> Waits:
        yield lambda: "it is blurred" in window.message.text()
        yield painting(window, 2)
        assert window.controller.live is not None and window.controller.live.look.backdrop.kind == "blurred"

    play(DEMO, act)
    play(DEMO, again)
    Settings().keep(backdrop=str(tmp_path / "gone.jpg"))
    play(DEMO, photo_gone)


def test_favourites_are_remembered_whatever_their_files_are_called() -> None:
    favourites = frozenset({"my own style", "udnie"})
    keep_state(WindowState(favourites=favourites), LaunchOptions(), Settings(), False, False)
    assert first_state(LaunchOptions(), Settings())["favourites"] == favourites
    keep_state(WindowState(), LaunchOptions(), Settings(), False, False)
    assert first_state(LaunchOptions(), Settings())["favourites"] == frozenset()

"""The window, started as a person starts it: with main(argv)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

pytest.importorskip(
    "PySide6.QtWidgets", exc_type=ImportError, reason="Qt's system libraries are missing: see the README"
)
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest

from pleinair.app.window.main_window import MainWindow
from pleinair.app.window.settings import Settings
from pleinair.engine.backends.selection import automatic_backends
from pleinair.engine.files import asset
from tests.e2e.player import painting, play
from tests.support.cameras import Cameras
from tests.support.pictures import read_picture
from tests.support.printed import one_sentence


def test_without_a_camera_the_demo_plays_and_the_window_says_so() -> None:
    def act(window: MainWindow) -> Iterator[Callable[[], bool]]:
        yield lambda: "demo clip" in window.message.text()
        yield painting(window, 5)
        assert window.controls.source.name == "Demo clip"
        assert window.preview.newest is not None
        assert window.preview.newest.style == "starry-night"
        # The first second's figures may be from before anything was painted.
        yield lambda: "painted at" in window.condition.figures.text()
        for part in (" fps", "ms", "dropped", "640x480", "painted at "):
            assert part in window.condition.figures.text()
        assert "CPU" in window.backend.text()

    play([], act)


def test_the_backend_can_be_switched_and_one_that_does_not_run_changes_nothing() -> None:
    def act(window: MainWindow) -> Iterator[Callable[[], bool]]:
        yield painting(window, 3)
        assert window.controller.live is not None
        live = window.controller.live
        before = live.stylizer
        offered = [str(action.data()) for action in window.backend.menu().actions()]
        assert offered[0] == "auto" and {"cpu", "openvino"} <= set(offered)
        other = "cpu" if before.generator.session.backend != "cpu" else "openvino"
        window.backend.menu().actions()[offered.index(other)].trigger()
        yield lambda: live.stylizer.generator.session.backend == other
        assert live.stylizer is not before
        yield painting(window, 3)
        yield lambda: window.backend.isEnabled()
        missing = next(name for name in ("coreml", "webgpu") if name not in offered)
        window.backend.chosen.emit(missing)  # what a menu of another computer would offer
        yield lambda: "another backend" in window.message.text()
        assert window.backend.isEnabled() and live.stylizer.generator.session.backend == other
        assert window.backend.menu().actions()[offered.index(other)].isChecked()
        yield painting(window, 3)
        chosen.append(other)

    def again(window: MainWindow) -> Iterator[Callable[[], bool]]:
        yield painting(window, 2)
        live = window.controller.live
        assert live is not None and live.stylizer.generator.session.backend == chosen[0]

    chosen: list[str] = []
    play(["live", "--source", "demo"], act)
    play(["live", "--source", "demo"], again)


def test_a_remembered_backend_that_is_gone_does_not_keep_the_window_shut(own_folders: Path) -> None:
    def act(window: MainWindow) -> Iterator[Callable[[], bool]]:
        yield lambda: "another backend" in window.message.text()
        yield painting(window, 3)

    missing = next(name for name in ("coreml", "webgpu") if name not in automatic_backends())
    Settings().keep(backend=missing)
    play(["live", "--source", "demo"], act)


def test_styles_strength_and_colours_change_the_picture_at_once() -> None:
    def act(window: MainWindow) -> Iterator[Callable[[], bool]]:
        controls = window.controls
        yield painting(window, 2)
        assert not controls.styles.itemIcon(0).isNull()
        for index in range(controls.styles.count()):
            controls.styles.setCurrentIndex(index)
            wanted = controls.styles.itemData(index)
            yield lambda wanted=wanted: window.preview.newest.style == wanted  # type: ignore[misc, union-attr]
        QTest.keyClick(window, Qt.Key.Key_PageDown)
        assert controls.styles.currentIndex() == 0
        controls.strength.slider.setValue(0)
        yield painting(window, 3)
        newest = window.preview.newest
        assert newest is not None
        np.testing.assert_array_equal(newest.pixels, newest.frame.pixels)
        QTest.keyClick(window, Qt.Key.Key_C)
        assert window.controller.live is not None and window.controller.live.look.keep_colors
        for key, percent in ((Qt.Key.Key_Plus, 10), (Qt.Key.Key_Minus, 0), (Qt.Key.Key_Minus, 0)):
            QTest.keyClick(window, key)
            assert controls.strength.value == percent

    play(["live", "--source", "demo"], act)


def test_recording_and_snapshot(own_folders: Path) -> None:
    def act(window: MainWindow) -> Iterator[Callable[[], bool]]:
        yield painting(window, 3)
        QTest.keyClick(window, Qt.Key.Key_R)
        yield lambda: window.controls.record.text().startswith("Stop 0:01")
        QTest.keyClick(window, Qt.Key.Key_S)
        yield lambda: window.message.text().startswith("Kept: ")
        QTest.mouseClick(window.controls.record, Qt.MouseButton.LeftButton)
        yield lambda: window.message.text().startswith("Recorded: ")
        assert window.controls.record.text() == "Record" and window.controls.record.isEnabled()

    play(["live", "--source", "demo", "--style", "udnie"], act)
    kept = sorted(own_folders.rglob("udnie *"))
    assert [path.suffix for path in kept] == [".mp4", ".png"]
    assert read_picture(kept[1]).shape == (480, 640, 3)
    with av.open(str(kept[0])) as file:
        assert float(file.duration or 0) / av.time_base >= 1.0


def test_closing_finishes_the_recording(tmp_path: Path) -> None:
    out = tmp_path / "out.mp4"

    def act(window: MainWindow) -> Iterator[Callable[[], bool]]:
        recordings = window.controller.recordings
        yield lambda: recordings.recorder is not None and recordings.recorder.written > 10

    play(["live", "--source", "demo", "--record", str(out)], act)
    data = out.read_bytes()
    assert b"mvex" not in data[data.rfind(b"moov") :]


def test_closing_at_once_forgets_nothing() -> None:
    def act(window: MainWindow) -> Iterator[Callable[[], bool]]:
        yield lambda: True

    Settings().keep(backend="cpu", style="udnie", source="camera:3", strength=40)
    play([], act)
    kept = Settings()
    found = (kept.text("backend", ""), kept.text("style", ""), kept.text("source", ""))
    assert found == ("cpu", "udnie", "camera:3") and kept.number("strength", 0, 0, 100) == 40


@pytest.mark.parametrize("wait", [0.0, 0.05, 0.1, 0.2])
def test_closing_at_any_moment_of_the_start_leaves_nothing_behind(wait: float) -> None:
    def act(window: MainWindow) -> Iterator[Callable[[], bool]]:
        end = time.monotonic() + wait
        yield lambda: time.monotonic() >= end

    play(["live", "--source", "demo"], act)


def test_settings_are_kept() -> None:
    def change(window: MainWindow) -> Iterator[Callable[[], bool]]:
        yield painting(window, 2)
        window.controls.styles.setCurrentIndex(window.controls.styles.findData("the-scream"))
        window.controls.strength.slider.setValue(70)
        window.controls.keep_colors.setChecked(True)
        window.resize(790, 560)

    def look(window: MainWindow) -> Iterator[Callable[[], bool]]:
        yield painting(window, 2)
        assert window.controller.store.state.style == "the-scream"
        assert window.controls.strength.value == 70
        assert window.controls.keep_colors.isChecked()
        assert (window.width(), window.height()) == (790, 560)

    play(["live", "--source", "demo"], change)
    play([], look)


def test_a_style_file_dropped_into_the_folder_appears_without_a_restart(own_folders: Path) -> None:
    def act(window: MainWindow) -> Iterator[Callable[[], bool]]:
        yield painting(window, 2)
        assert window.controller.studio is not None
        folder = window.controller.studio.folders[-1]
        assert own_folders in folder.parents
        chosen = window.controller.store.state.style
        (folder / "mine.safetensors").write_bytes(asset("styles", "udnie.safetensors").read_bytes())
        yield lambda: window.controls.styles.findData("mine") >= 0
        assert window.controller.store.state.style == chosen
        (folder / "bad.safetensors").write_bytes(b"bad")
        yield lambda: "bad.safetensors" in window.message.text()
        (folder / "mine.safetensors").unlink()
        yield lambda: window.controls.styles.findData("mine") < 0

    play(["live", "--source", "demo"], act)


def test_another_source_takes_over_and_a_bad_one_does_not(tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    cv2.imwrite(str(photo), np.full((120, 160, 3), 90, np.uint8))

    def act(window: MainWindow) -> Iterator[Callable[[], bool]]:
        yield painting(window, 2)
        source = window.controls.source
        for words in (str(photo), str(tmp_path / "gone.mp4")):
            window.controller.choose_source(words)
            yield lambda: source.isEnabled()
        assert "gone.mp4" in window.message.text()
        assert source.name == "photo.png"
        # Frames of the old source may still be on their way.
        yield (
            lambda: window.preview.newest is not None and window.preview.newest.pixels.shape == (120, 160, 3)
        )

    play(["live", "--source", "demo"], act)


def test_a_camera_plugged_in_later_is_offered(cameras: Cameras) -> None:
    def act(window: MainWindow) -> Iterator[Callable[[], bool]]:
        yield painting(window, 2)
        source = window.controls.source
        cameras.plug_in("New camera")
        yield lambda: "New camera was plugged in." in window.message.text()  # seen by itself
        cameras.plug_in("Broken camera", works=False)
        source.opening.emit()
        yield lambda: "camera:Broken camera" in source.offered
        assert source.name == "Demo clip"
        for name, says in (("Broken camera", "camera 1"), ("New camera", "This is New camera")):
            source.offered[f"camera:{name}"].trigger()
            yield lambda says=says: says in window.message.text()  # type: ignore[misc]
            assert source.name == ("Demo clip" if name == "Broken camera" else "New camera")
        yield painting(window, 3)

    play(["live", "--source", "demo"], act)


def test_a_camera_is_filmed_when_there_is_one(cameras: Cameras) -> None:
    def act(window: MainWindow) -> Iterator[Callable[[], bool]]:
        yield painting(window, 3)
        assert window.controls.source.name == "Synthetic camera"

    cameras.plug_in()
    play([], act)


def test_what_cannot_start_is_told_in_the_picture_and_at_the_end(capfd: pytest.CaptureFixture[str]) -> None:
    def act(window: MainWindow) -> Iterator[Callable[[], bool]]:
        yield lambda: "nowhere.mp4" in window.preview.message
        assert not window.controls.record.isEnabled()

    play(["live", "--source", "nowhere.mp4"], act, code=1)
    assert "There is no file nowhere.mp4" in one_sentence(capfd.readouterr().err)

    def unknown(window: MainWindow) -> Iterator[Callable[[], bool]]:
        yield lambda: "mona-lisa" in window.preview.message

    play(["live", "--source", "demo", "--style", "mona-lisa"], unknown, code=1)


def test_what_was_asked_for_once_is_not_remembered_and_what_was_changed_is() -> None:
    Settings().keep(style="the-scream", strength=40, keep_colors=True, stroke=0.5)
    asked = ["live", "--source", "demo", "--strength", "0.9", "--style", "udnie", "--stroke", "-1"]

    def leave(window: MainWindow) -> Iterator[Callable[[], bool]]:
        yield painting(window, 2)
        assert window.controls.strength.value == 90 and window.controls.keep_colors.isChecked()

    def change(window: MainWindow) -> Iterator[Callable[[], bool]]:
        yield painting(window, 2)
        window.controls.strength.slider.setValue(70)

    def remembered() -> tuple[str, int, bool, float]:
        s = Settings()
        return (
            s.text("style", ""),
            s.number("strength", 0, 0, 100),
            s.flag("keep_colors", False),
            s.real("stroke", 0.0, -1.0, 1.0),
        )

    play(asked, leave)
    assert remembered() == ("the-scream", 40, True, 0.5)
    play(asked, change)
    assert remembered() == ("the-scream", 70, True, 0.5)


@pytest.mark.timing
def test_the_window_never_freezes_while_it_opens_records_and_saves() -> None:
    gaps: list[float] = []

    def act(window: MainWindow) -> Iterator[Callable[[], bool]]:
        last = [time.monotonic()]

        def beat() -> None:
            gaps.append(time.monotonic() - last[0])
            last[0] = time.monotonic()

        pulse = QTimer(window)
        pulse.timeout.connect(beat)
        pulse.start(5)
        yield painting(window, 3)
        QTest.mouseClick(window.controls.record, Qt.MouseButton.LeftButton)
        yield lambda: window.controls.record.text().startswith("Stop")
        yield painting(window, 10)
        QTest.mouseClick(window.controls.record, Qt.MouseButton.LeftButton)
        yield lambda: window.message.text().startswith("Recorded: ")

    play(["live", "--source", "demo"], act)
    # Far below what opening a source or closing a file takes on a slow disk.
    assert max(gaps) < 0.5

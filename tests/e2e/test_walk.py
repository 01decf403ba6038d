"""One person's first hour with the program, from the first start to a style of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import av
import pytest

pytest.importorskip(
    "PySide6.QtWidgets", exc_type=ImportError, reason="Qt's system libraries are missing: see the README"
)
pytest.importorskip("torch")
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from pleinair.app.window.actions import TEACH
from pleinair.app.window.dialogs.mix_panel import MixPanel
from pleinair.app.window.kept_files import recordings_folder
from pleinair.app.window.main_window import MainWindow
from pleinair.app.window.state import Preferences, Recording
from pleinair.app.window.teaching.dialog import TeachDialog
from tests.e2e.player import active, painting, play
from tests.e2e.test_teaching import my_painting, one_thread, small  # noqa: F401 (fixtures)
from tests.support.cameras import Cameras
from tests.support.pictures import read_picture, write_clip
from tests.support.widgets import drop, leave, point

Waits = Iterator[Callable[[], bool]]


def shown(window: MainWindow, style: str) -> Callable[[], bool]:
    """Waits until the picture is painted in this style or mix."""
    return lambda: window.preview.newest is not None and window.preview.newest.style == style


def choose_in_strip(window: MainWindow, place: int) -> str:
    """Point at the style at this place, look at it, and click; returns its id."""
    item = window.strip.row.item(place)
    window.strip.row.scrollToItem(item)
    return str(item.data(Qt.ItemDataRole.UserRole))


def look_around(window: MainWindow) -> Waits:
    """Try a style, keep it, mix it with another."""
    style = choose_in_strip(window, 1)
    cell = window.strip.row.visualItemRect(window.strip.row.item(1)).center()
    first = window.controller.store.state.style
    point(window.strip.row.viewport(), cell)
    yield shown(window, style)
    leave(window.strip.row)
    yield shown(window, first)
    QTest.mouseClick(window.strip.row.viewport(), Qt.MouseButton.LeftButton, pos=cell + QPoint(0, 15))
    yield shown(window, style)
    QTest.mouseClick(window.strip.mix, Qt.MouseButton.LeftButton)
    panel = window.findChild(MixPanel)
    assert panel is not None
    panel.corners[1].setCurrentIndex(panel.corners[1].findData("udnie"))
    for _ in range(10):
        QTest.keyClick(panel.field, Qt.Key.Key_Right)
    yield shown(window, f"{style}:0.5,udnie:0.5")
    panel.reject()
    yield active(window)


def change_strokes(window: MainWindow) -> Waits:
    """With the generator that has them."""
    names = [str(action.data()) for action in window.quality.menu().actions()]
    window.quality.menu().actions()[names.index("fine")].trigger()
    slider = window.controls.sliders["stroke"]
    yield slider.isEnabled
    slider.slider.setValue(100)
    live = window.controller.live
    assert live is not None and live.look.controls["stroke"] == 1.0
    yield painting(window, 2)
    window.quality.menu().actions()[names.index("fast")].trigger()
    yield lambda: live.stats.generator == "fast"


def record(window: MainWindow) -> Waits:
    """With sound, a pause, and a snapshot on the way."""
    store = window.controller.store
    window.microphones.chosen.emit("pattern")
    yield lambda: window.loudness.isVisible() and store.state.microphone == "pattern"
    QTest.mouseClick(window.controls.record, Qt.MouseButton.LeftButton)
    yield lambda: store.state.recorded_seconds > 1.5
    QTest.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ShiftModifier)
    yield lambda: store.state.recording is Recording.PAUSED
    paused_at = store.state.recorded_seconds
    QTest.mouseClick(window.controls.snapshot, Qt.MouseButton.LeftButton)
    yield lambda: "Kept: " in window.message.text()
    yield painting(window, 10)
    assert store.state.recorded_seconds - paused_at < 0.5
    QTest.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ShiftModifier)
    yield lambda: store.state.recorded_seconds > paused_at + 1
    QTest.mouseClick(window.controls.record, Qt.MouseButton.LeftButton)
    yield lambda: "Recorded: " in window.message.text()


def teach(window: MainWindow, picture: Path, options: list[str]) -> Waits:
    """A style of one's own, in four steps."""
    taught = window.controller.teaching
    taught.options = [*options, "--steps", "4"]
    window._actions[TEACH].trigger()
    dialog = window.findChild(TeachDialog)
    assert dialog is not None
    dialog.form.take_painting(str(picture))
    dialog.form.take_folder(str(picture.parent))
    QTest.mouseClick(dialog.teach, Qt.MouseButton.LeftButton)
    yield dialog.paint.isVisible
    QTest.mouseClick(dialog.paint, Qt.MouseButton.LeftButton)
    yield shown(window, "my-one")
    assert window.strip.row.currentItem().text() == "My one"


@pytest.mark.timeout(240)
def test_a_person_walks_through_the_window(
    cameras: Cameras,
    tmp_path: Path,
    small: list[str],  # noqa: F811
    my_painting: Path,  # noqa: F811
) -> None:
    clip = tmp_path / "holiday.mp4"
    write_clip(clip)
    cameras.plug_in("Front camera")

    def act(window: MainWindow) -> Waits:
        store = window.controller.store
        window.resize(1000, 800)
        yield painting(window, 3)
        assert window.controls.source.name == "Front camera" and window.strip.isVisible()
        yield from look_around(window)
        yield from change_strokes(window)
        yield from record(window)
        # The camera's clip is over by now and again: lost, told, and back by itself.
        yield lambda: "goes on by itself" in store.state.overlay
        yield lambda: store.state.overlay == "" and "is back" in window.message.text()
        yield painting(window, 2)
        drop(window, clip)
        yield lambda: window.controls.source.name == "holiday.mp4" and window.seek_bar.isVisible()
        yield from teach(window, my_painting, small)

    play([], act, seconds=200)
    kept = sorted(recordings_folder(Preferences()).iterdir())
    assert [path.suffix for path in kept] == [".mp4", ".png"]
    assert read_picture(kept[1]).shape == (480, 640, 3)
    with av.open(str(kept[0])) as file:
        picture, sound = file.streams.video[0], file.streams.audio[0]
        lengths = [float(one.duration * one.time_base) for one in (picture, sound)]  # type: ignore[operator]
        assert abs(lengths[0] - lengths[1]) < 0.2 and 2.0 < lengths[0] < 10.0

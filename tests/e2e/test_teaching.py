"""Teach a style, as a person does: through the dialog, with the training program as a process beside the window."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip(
    "PySide6.QtWidgets", exc_type=ImportError, reason="Qt's system libraries are missing: see the README"
)
torch = pytest.importorskip("torch")
from PySide6.QtCore import QProcess
from PySide6.QtGui import QGuiApplication

from pleinair.app.commands.train import INSTALL
from pleinair.app.window.actions import TEACH
from pleinair.app.window.main_window import MainWindow
from pleinair.app.window.teaching import teaching
from pleinair.app.window.teaching.dialog import TeachDialog
from pleinair.app.window.teaching.state import Phase
from pleinair.engine.files import asset
from pleinair.engine.styles.style_file import read_style
from tests.e2e.player import painting, play

DEMO = ["live", "--source", "demo", "--generator", "fast", "--backend", "cpu", "--work-size", "96"]
SMALL = ["--stroke-size", "64", "--size", "32", "--photos-per-step", "1", "--save-every", "0"]
SECONDS = 110
"""That a test may take on a busy computer."""
Waits = Iterator[Callable[[], bool]]


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the process, which has little to compute here."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")


@pytest.fixture
def small(loss_network_file: Path) -> list[str]:
    """Options that make every step short, and the search for the nearest style unnecessary."""
    start = asset("styles", "udnie.safetensors")
    return [*SMALL, "--start", str(start), "--loss-network", str(loss_network_file)]


def open_dialog(window: MainWindow) -> TeachDialog:
    window._actions[TEACH].trigger()
    (dialog,) = [child for child in window.findChildren(TeachDialog) if child.isVisible()]
    return dialog


def fill(dialog: TeachDialog, painting: Path, photos: Path | None) -> None:
    assert not dialog.teach.isEnabled()
    dialog.form.take_painting(str(painting))
    assert dialog.form.title.text() == "My one"
    if photos is not None:
        dialog.form.take_folder(str(photos))


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.fixture
def my_painting(studio_folder: Path, tmp_path: Path) -> Path:
    path = tmp_path / "my-one.png"
    path.write_bytes((studio_folder / "one.png").read_bytes())
    return path


def test_a_style_is_learned_shown_and_painted_with(
    small: list[str], my_painting: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From what is filmed, with a name that is taken already."""
    monkeypatch.setattr(teaching, "LOOKS", 3)
    monkeypatch.setattr(teaching, "LOOK_MS", 50)
    phases: list[Phase] = []

    def act(window: MainWindow) -> Waits:
        yield painting(window, 2)
        taught = window.controller.teaching
        taught.options = [*small, "--steps", "4"]
        taught.changed.connect(lambda state: phases.append(state.phase))
        assert taught.folder is not None
        older = asset("styles", "ink.safetensors").read_bytes()
        (taught.folder / "my-one.safetensors").write_bytes(older)
        dialog = open_dialog(window)
        fill(dialog, my_painting, None)
        dialog.form.artist.setText("--an artist")
        dialog.teach.click()
        yield lambda: "Loss" in dialog.said.text() and " left." in dialog.said.text()
        assert dialog.stop.isVisible() and not dialog.teach.isVisible()
        yield lambda: dialog.paint.isVisible()
        assert dialog.said.text() == "Learned: My one. It is among the styles now."
        assert dialog.picture.image.width() == 2 * 320  # the person's frame, and painted
        style = read_style(taught.folder / "my-one-2.safetensors")
        assert (style.title, style.artist, style.training["steps"]) == ("My one", "--an artist", 4)
        assert set(style.vectors) == {"fast"}  # which paints here
        assert (taught.folder / "my-one.safetensors").read_bytes() == older
        yield lambda: window.controls.styles.findData("my-one-2") >= 0
        dialog.paint.click()
        yield lambda: window.preview.newest is not None and window.preview.newest.style == "my-one-2"
        dialog.another.click()
        assert dialog.teach.isVisible() and not dialog.form.title.text()

    play(DEMO, act, SECONDS)
    assert list(dict.fromkeys(phases)) == [
        Phase.COLLECTING,
        Phase.PREPARING,
        Phase.LEARNING,
        Phase.STOPPING,
        Phase.DONE,
    ]


def test_stopped_early_the_style_is_kept_and_cancelled_nothing_is(
    small: list[str], my_painting: Path, studio_folder: Path
) -> None:
    def act(window: MainWindow) -> Waits:
        yield painting(window, 2)
        taught = window.controller.teaching
        taught.options = small
        assert taught.folder is not None
        dialog = open_dialog(window)
        fill(dialog, my_painting, studio_folder / "photos")
        dialog.teach.click()
        yield lambda: dialog.stop.isEnabled()
        process = taught.findChild(QProcess)
        assert process is not None
        pid = process.processId()
        if hasattr(os, "getpriority"):
            assert os.getpriority(os.PRIO_PROCESS, pid) > os.getpriority(os.PRIO_PROCESS, 0)
        assert "Only 5 pictures" in dialog.said.text()
        dialog.stop.click()
        assert not dialog.stop.isEnabled() and dialog.cancel.isVisible()
        yield lambda: dialog.paint.isVisible()
        assert gone(pid)
        steps = read_style(taught.folder / "my-one.safetensors").training["steps"]
        assert isinstance(steps, int) and 0 < steps < teaching.STEPS
        dialog.another.click()
        fill(dialog, my_painting, studio_folder / "photos")
        dialog.teach.click()
        yield lambda: taught.findChild(QProcess) is not None
        process = taught.findChild(QProcess)
        assert process is not None
        pid = process.processId()
        assert open_dialog(window) is dialog
        dialog.close()
        reopened = open_dialog(window)
        assert reopened.cancel.isVisible()  # it went on
        reopened.cancel.click()
        yield lambda: reopened.teach.isVisible()
        assert gone(pid)
        assert [path.name for path in taught.folder.iterdir()] == ["my-one.safetensors"]

    play(DEMO, act, SECONDS)


def test_closing_the_window_ends_the_process_and_keeps_the_style(
    small: list[str], my_painting: Path, studio_folder: Path
) -> None:
    found: list[tuple[int, Path]] = []

    def act(window: MainWindow) -> Waits:
        yield painting(window, 2)
        taught = window.controller.teaching
        taught.options = small
        dialog = open_dialog(window)
        fill(dialog, my_painting, studio_folder / "photos")
        dialog.teach.click()
        yield lambda: dialog.stop.isEnabled()
        process = taught.findChild(QProcess)
        assert process is not None and taught.folder is not None
        found.append((process.processId(), taught.folder))

    play(DEMO, act, SECONDS)
    (pid, folder), *_ = found
    assert gone(pid)
    assert read_style(folder / "my-one.safetensors").title == "My one"


def test_what_goes_wrong_is_told_in_a_sentence_and_can_be_tried_again(
    small: list[str], my_painting: Path, studio_folder: Path, tmp_path: Path
) -> None:
    def act(window: MainWindow) -> Waits:
        yield painting(window, 2)
        taught = window.controller.teaching
        taught.options = [*small, "--loss-network", str(tmp_path / "missing.safetensors")]
        dialog = open_dialog(window)
        fill(dialog, my_painting, studio_folder / "photos")
        dialog.teach.click()
        yield lambda: dialog.teach.isVisible()
        assert dialog.said.text().startswith("The loss network ") and "\n" not in dialog.said.text()
        assert dialog.said.text() in window.message.text()
        assert dialog.teach.isEnabled() and dialog.form.title.text() == "My one"

    play(DEMO, act, SECONDS)


def test_without_torch_the_command_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def act(window: MainWindow) -> Waits:
        yield lambda: True
        dialog = open_dialog(window)
        assert dialog.command.isVisible() and dialog.command.text() == INSTALL
        assert not dialog.teach.isVisible() and not dialog.form.isVisible()
        dialog.copy.click()
        assert QGuiApplication.clipboard().text() == INSTALL

    monkeypatch.setattr("pleinair.app.commands.train.importlib.util.find_spec", lambda name: None)
    play(DEMO, act)

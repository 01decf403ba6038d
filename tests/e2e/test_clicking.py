"""Everything that a person can do, one thing after the other in one window, as ``tests.clicking`` measures it."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip(
    "PySide6.QtWidgets", exc_type=ImportError, reason="Qt's system libraries are missing: see the README"
)
from PySide6.QtWidgets import QApplication

from pleinair.app.window.main_window import MainWindow
from tests.e2e.player import play
from tests.support.abilities import ABILITIES
from tests.support.cameras import Cameras
from tests.support.person import Person, Surroundings, Waits
from tests.support.pulse import Pulse
from tests.support.virtual_cameras import VirtualCameras

SECONDS = 240
"""That it may take on a busy computer."""


@pytest.mark.timeout(SECONDS + 20)
@pytest.mark.usefixtures("no_leaked_widgets")
def test_all_abilities_come_to_their_end_without_a_complaint_and_leave_nothing_behind(
    tmp_path: Path, cameras: Cameras, virtual_cameras: VirtualCameras
) -> None:
    QApplication.instance() or QApplication([])
    pulse = Pulse()

    def act(window: MainWindow) -> Waits:
        person = Person(window, pulse, around)
        for name, ability in ABILITIES.items():
            yield from person.do(name, ability)

    folder = tmp_path / "around"
    folder.mkdir()
    around = Surroundings(folder, cameras, virtual_cameras)
    pulse.start()
    try:
        play(["live", "--source", "demo"], act, SECONDS)
    finally:
        pulse.stop()
    assert set(ABILITIES) <= set(pulse.gaps)

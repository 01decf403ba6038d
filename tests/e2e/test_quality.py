"""The window, when another generator is chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

pytest.importorskip(
    "PySide6.QtWidgets", exc_type=ImportError, reason="Qt's system libraries are missing: see the README"
)

from pleinair.app.window.main_window import MainWindow
from tests.e2e.player import painting, play


def test_quality_chooses_the_generator_and_is_remembered() -> None:
    def act(window: MainWindow) -> Iterator[Callable[[], bool]]:
        yield painting(window, 2)
        actions = {str(action.data()): action for action in window.quality.menu().actions()}
        assert list(actions) == ["auto", "fine", "fast"] and actions["auto"].isChecked()
        stroke = window.controls.sliders["stroke"]
        actions["fine"].trigger()
        yield lambda: window.quality.text() == "Quality: Fine" and stroke.isEnabled()
        stroke.slider.setValue(100)
        yield (
            lambda: window.controller.live is not None and window.controller.live.look.controls["stroke"] == 1
        )
        actions["fast"].trigger()
        yield lambda: window.quality.text() == "Quality: Fast" and not stroke.isEnabled()
        assert "choose the quality Fine" in stroke.toolTip()

    def look(window: MainWindow) -> Iterator[Callable[[], bool]]:
        yield painting(window, 2)
        assert window.controller.store.state.quality == "fast"
        assert window.controls.sliders["stroke"].value == 1

    play(["live", "--source", "demo"], act)
    play([], look)

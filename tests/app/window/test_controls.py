from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

pytest.importorskip(
    "PySide6.QtWidgets", exc_type=ImportError, reason="Qt's system libraries are missing: see the README"
)
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from pleinair.app.studio import Studio
from pleinair.app.window.state import Recording, SourceChoice, WindowState
from pleinair.app.window.widgets.controls import Controls, record_text
from pleinair.engine.styles.controls import ControlSpec, register_control


@pytest.fixture
def row() -> Iterator[Controls]:
    row = Controls()
    yield row
    row.deleteLater()


@pytest.fixture
def state(studio: Studio) -> WindowState:
    sources = (SourceChoice("camera:0", "Front"), SourceChoice("demo", "Demo clip"))
    return WindowState(
        ready=True, library=studio.library, style="udnie", strength=70, sources=sources, source="demo"
    )


def test_the_state_is_shown_without_a_signal(row: Controls, state: WindowState) -> None:
    heard: list[object] = []
    for signal in (row.style_chosen, row.strength_chosen, row.keep_colors_chosen, row.source.chosen):
        signal.connect(heard.append)
    row.render_state(replace(state, keep_colors=True))
    assert row.styles.currentText().startswith("Udnie (") and row.source.name == "Demo clip"
    assert row.strength.value == 70 and row.keep_colors.isChecked() and row.snapshot.isEnabled()
    assert not heard
    row.strength.slider.setValue(20)
    row.styles.setCurrentIndex(row.styles.findData("the-scream"))
    assert heard == [20, "the-scream"]


def test_a_mix_stands_first_in_the_list(row: Controls, state: WindowState) -> None:
    row.render_state(replace(state, style="udnie:0.5,great-wave:0.5"))
    assert (row.styles.currentIndex(), row.styles.currentText()) == (0, "Mix")
    count = row.styles.count()
    for mix in ("udnie:0.5,great-wave:0.5", "udnie:0.7,great-wave:0.3"):
        row.render_state(replace(state, style=mix))
        assert (row.styles.count(), row.styles.currentText()) == (count, "Mix")


def test_a_source_that_is_being_opened_is_shown_and_no_other_can_be_chosen(
    row: Controls, state: WindowState
) -> None:
    row.render_state(replace(state, opening="camera:0"))
    assert row.source.name == "Front" and not row.source.isEnabled()
    row.render_state(state)  # it was refused
    assert row.source.name == "Demo clip" and row.source.isEnabled()


@pytest.mark.parametrize(
    ("recording", "text", "enabled"),
    [
        (Recording.IDLE, "Record", True),
        (Recording.STARTING, "Record", False),
        (Recording.RUNNING, "Stop 1:05 (2 lost)", True),
        (Recording.SAVING, "Saving...", False),
    ],
)
def test_the_button_that_records_tells_what_happens(
    row: Controls, state: WindowState, recording: Recording, text: str, enabled: bool
) -> None:
    state = replace(state, recording=recording, recorded_seconds=65.4, recording_dropped=2)
    row.render_state(state)
    assert record_text(state) == row.record.text() == text and row.record.isEnabled() == enabled


def test_a_registered_control_has_a_slider(state: WindowState, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pleinair.engine.styles.controls._registered", {})
    register_control(ControlSpec("haze", "Haze", -1, 1, 0, "How hazy it is"))
    row = Controls()
    heard: list[tuple[str, float]] = []
    row.control_chosen.connect(lambda name, value: heard.append((name, value)))
    row.render_state(replace(state, why_unavailable="Fast paints without it"))
    slider = row.sliders["haze"]
    assert not slider.isEnabled() and slider.toolTip() == "Fast paints without it"
    state = replace(state, available_controls=frozenset({"haze"}))
    row.render_state(state)
    assert slider.isEnabled() and slider.value == 0 and slider.toolTip().startswith("How hazy it is;")
    slider.slider.setValue(75)
    assert heard == [("haze", 0.5)]
    row.render_state(replace(state, controls={"haze": -1.0}))
    assert slider.value == -1
    QTest.mouseDClick(slider.slider, Qt.MouseButton.LeftButton)
    assert slider.value == 0 and heard[-1] == ("haze", 0.0)
    row.deleteLater()

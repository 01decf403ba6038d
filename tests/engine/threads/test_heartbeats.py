"""A thread that stands still is named, in the log and by ``doctor``."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from pleinair.app.studio import Studio
from pleinair.engine.backends.trials import TrialMemory
from pleinair.engine.doctor import examine
from pleinair.engine.files import recordings_folder
from pleinair.engine.threads import heartbeats
from pleinair.engine.threads.heartbeats import Beat, Heart, beats


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeats, "STILL_SECONDS", 0.1)
    monkeypatch.setattr(heartbeats, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(heartbeats, "_looking", heartbeats._Looking())


def test_who_rests_does_not_stand_still() -> None:
    heart = Heart("one")

    def found() -> list[Beat]:
        return [
            beat for beat in beats() if beat.name == "one"
        ]  # other tests may leave threads that stand still

    assert found() == []
    with heart:
        (beat,) = found()
        assert not beat.still
        heart.rest()
        time.sleep(0.15)
        assert found() == []
        heart.beat()
        time.sleep(0.15)
        assert found()[0].still
        heart.beat()
        assert not found()[0].still
    assert found() == []


def test_a_thread_that_stands_still_is_named(
    studio: Studio, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pleinair.engine.doctor._backends", lambda candidates, memory: iter(()))
    released, stands = threading.Event(), threading.Event()

    def hang() -> None:
        with Heart("reading camera 7"):
            stands.set()
            released.wait()

    thread = threading.Thread(target=hang)
    thread.start()
    try:
        assert stands.wait(5)
        memory = TrialMemory(tmp_path / "backend.json")
        time.sleep(0.15)
        with Heart("engine") as heart:
            for _ in range(5):
                time.sleep(0.02)
                heart.beat()
            findings = list(examine([], studio.library, studio.folders[-1], recordings_folder(), memory))
    finally:
        released.set()
        thread.join()
    assert caplog.messages.count("The thread 'reading camera 7' stands still") == 1
    told = [finding.text for finding in findings if finding.topic == "thread" and finding.advice]
    assert any("'reading camera 7' has stood still" in text for text in told)

"""Recordings whose process was killed, found and made whole."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from pleinair.engine.errors import RecordingError
from pleinair.engine.files import recordings_in_progress
from pleinair.engine.sinks import Recorder, left_behind, repair
from tests.engine.sinks.test_recorder import painted, record
from tests.faults.recordings.recorded import child, mend, play
from tests.faults.recordings.recorded import record as record_until_killed
from tests.support.clock import ManualClock


def notes() -> list[Path]:
    return list(recordings_in_progress().glob("*"))


@pytest.mark.parametrize("ending", [".mp4", ".mov", ".mkv", ".webm"])
def test_a_killed_recording_is_found_and_made_whole(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a{ending}"
    with child(tmp_path, record_until_killed, path, 30, True) as recording:
        recording.hear()
        time.sleep(1.0)
        with child(tmp_path, left_of) as other:  # what is being recorded is left alone
            assert other.hear() == ("done", [])
    before = play(path)
    assert before.pictures and not before.torn and not before.plain
    with child(tmp_path, mend) as next_start:
        assert next_start.hear() == ("done", [path])
    after = play(path)
    assert after.plain and after.pictures == before.pictures
    assert after.end == pytest.approx(before.end, abs=0.001)
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == [path.name]


def left_of(talk: object) -> list[Path]:
    return left_behind()


def test_what_is_finished_is_not_noted(tmp_path: Path, clock: ManualClock) -> None:
    recorder = Recorder(tmp_path / "a.mp4", clock=clock)
    assert len(notes()) == 1
    record(recorder, clock, 5)
    assert notes() == [] and left_behind() == []
    recorder = Recorder(tmp_path / "b.mp4")
    with pytest.raises(RecordingError, match="Nothing was recorded"):
        recorder.stop()
    assert notes() == []


@pytest.mark.parametrize(
    "note", [b"", b"[" * 50_000, b"[1, 2]", b"{}", b'["a"]', b'["\\u0000", "\\u0000"]', b"\xff" * 200_000]
)
def test_notes_of_somebody_else_do_no_harm(note: bytes) -> None:
    recordings_in_progress().mkdir(parents=True)
    (recordings_in_progress() / "a.json").write_bytes(note)
    assert left_behind() == []


def test_what_cannot_be_repaired_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.mkv"
    path.write_bytes(b"no film")
    with pytest.raises(RecordingError, match="stays as it is"):
        repair(path)
    assert path.read_bytes() == b"no film" and list(tmp_path.glob("*.mkv")) == [path]


def test_what_is_being_recorded_is_not_repaired(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    recorder = Recorder(path).start()
    recorder.offer(painted(0, recorder.started_at))
    with pytest.raises(RecordingError, match="Another run"):
        repair(path)
    recorder.stop()

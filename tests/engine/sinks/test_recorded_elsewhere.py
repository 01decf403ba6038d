"""Recordings whose file is renamed, deleted, replaced, or was never there: links, pipes."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest

from pleinair.engine.errors import OutputExists, RecordingError
from pleinair.engine.files import recordings_folder
from pleinair.engine.sinks import Recorder
from tests.engine.sinks.test_recorder import painted, played, record
from tests.support.clock import ManualClock


@pytest.mark.skipif(os.name == "nt", reason="Windows lets nobody rename or delete a file that is written")
@pytest.mark.parametrize("how", ["folder removed", "deleted", "replaced"])
def test_a_recording_that_somebody_deletes_is_kept_elsewhere_and_told(
    tmp_path: Path, clock: ManualClock, how: str
) -> None:
    path = tmp_path / "films" / "a.mp4"
    recorder = began(path, clock)
    path.unlink()
    if how == "folder removed":
        path.parent.rmdir()
    elif how == "replaced":
        path.write_bytes(b"somebody else's")
    with pytest.raises(RecordingError, match="moved or deleted") as told:
        recorder.stop()
    copy = next(recordings_folder().iterdir())
    assert str(copy) in str(told.value) and played(copy)[1][:20] == list(range(20))
    assert how != "replaced" or path.read_bytes() == b"somebody else's"


@pytest.mark.skipif(os.name == "nt", reason="Windows lets nobody rename or delete a file that is written")
def test_a_recording_that_is_renamed_is_found(tmp_path: Path, clock: ManualClock) -> None:
    path = tmp_path / "films" / "a.mp4"
    recorder = began(path, clock)
    path.parent.rename(tmp_path / "other")
    with pytest.raises(RecordingError) as told:
        recorder.stop()
    assert str(tmp_path / "other" / "a.mp4") in str(told.value)
    assert played(tmp_path / "other" / "a.mp4")[1][:20] == list(range(20))
    assert not recordings_folder().exists()


def test_what_came_in_the_way_meanwhile_is_kept_and_the_recording_too(
    tmp_path: Path, clock: ManualClock
) -> None:
    for name, force in (("a.mp4", False), ("b.mp4", True)):
        path = tmp_path / name
        if force:
            path.write_bytes(b"to be replaced")
        recorder = Recorder(path, clock=clock, force=force)
        if force:
            path.unlink()
            os.mkfifo(path)
        else:
            path.write_bytes(b"somebody else's")
        with pytest.raises(RecordingError, match=f"{name} is .* The recording is in") as told:
            record(recorder, clock, 5)
        assert stat.S_ISFIFO(path.stat().st_mode) if force else path.read_bytes() == b"somebody else's"
        other = next(tmp_path.glob(f"{path.stem}.recording-*"))
        assert str(other) in str(told.value) and played(other)[1][:5] == list(range(5))


def test_a_link_is_replaced_and_not_what_it_leads_to(tmp_path: Path, clock: ManualClock) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(b"precious")
    for name, target in (("a.mp4", film), ("b.mp4", tmp_path / "nothing.mp4")):
        link = tmp_path / name
        link.symlink_to(target)
        with pytest.raises(OutputExists, match="--force"):
            Recorder(link)
        record(Recorder(link, force=True, clock=clock), clock, 5)
        assert not link.is_symlink() and len(played(link)[1]) >= 5
    assert film.read_bytes() == b"precious" and not (tmp_path / "nothing.mp4").exists()


def began(path: Path, clock: ManualClock) -> Recorder:
    """A recording of 20 pictures, some of which are on the disk."""
    recorder = Recorder(path, clock=clock).start()
    for number in range(20):
        clock.advance(0.03)
        recorder.offer(painted(number, clock.now()))
        while recorder.written <= number:
            time.sleep(0.001)
    assert path.exists()
    return recorder

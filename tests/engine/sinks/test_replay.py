from __future__ import annotations

import time
from pathlib import Path

import av
import numpy as np
import pytest

from pleinair.engine.errors import OutputExists, PictureError, RecordingError
from pleinair.engine.frame import Frame, PaintedFrame, Sound
from pleinair.engine.media.kinds import open_clip
from pleinair.engine.sinks import Replay, replay
from pleinair.engine.sound.base import PIECE
from pleinair.engine.sound.pattern import PatternSound
from pleinair.engine.sources.pattern import PatternSource, read_number
from tests.engine.sinks.test_recorder import played
from tests.support.clock import ManualClock
from tests.support.pictures import read_video
from tests.sync import offsets, read


def fill(kept: Replay, seconds: float, mute: bool = False) -> None:
    """Show and let hear the test pattern that long, on a clock of their own."""
    clock = ManualClock(1000.0)
    source, sound = PatternSource(160, 120, 30, clock), PatternSound(ManualClock(1000.0))
    for number in range(round(seconds * 30)):
        while not mute and (piece := sound.read()) is not None:
            kept.hear(piece)
            if piece.ended_at > 1000 + number / 30:
                break
        frame = source.read()
        assert frame is not None
        kept.offer(PaintedFrame(frame, frame.pixels, "none", frame.captured_at))
        while kept.written + kept.dropped <= number:
            time.sleep(0.0001)


@pytest.fixture
def kept() -> Replay:
    return Replay(seconds=3.5)


def test_the_last_seconds_are_written_with_their_sound(kept: Replay, tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    kept.start()
    fill(kept, 7.9)
    assert kept.seconds == pytest.approx(3.5, abs=0.05)
    assert kept.save(path) == pytest.approx(3.5, abs=0.05)
    kept.stop()
    times, numbers, duration = played(path)
    assert numbers == list(range(237 - len(numbers), 237))
    np.testing.assert_allclose(np.diff(times), 1 / 30, atol=1e-4)
    assert duration == pytest.approx(3.53, abs=0.05)
    seen, heard = read(path)
    assert len(seen) == len(heard) == 3 and np.abs(offsets(seen, heard)).max() < 0.005
    kept.save(tmp_path / "short.mp4", seconds=1.0)
    assert read_video(tmp_path / "short.mp4")[2] == pytest.approx(1.03, abs=0.05)


@pytest.mark.parametrize("ending", [".gif", ".webp"])
def test_they_are_written_as_a_picture_that_moves(kept: Replay, tmp_path: Path, ending: str) -> None:
    kept.start()
    fill(kept, 2)
    kept.save(tmp_path / f"a{ending}", seconds=1.0)
    kept.stop()
    clip = open_clip(tmp_path / f"a{ending}")
    pictures = list(clip.pictures())
    clip.close()
    numbers = [read_number(picture.pixels) for picture in pictures]
    assert numbers[0] >= 28 and np.diff(numbers).max() <= 3 and 14 <= len(numbers) <= 17
    lasted = sum(float(picture.duration or 0) for picture in pictures)
    assert lasted == pytest.approx(1.0, abs=0.1)


def test_the_memory_is_bounded(kept: Replay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "MEMORY", 100_000)
    kept.start()
    fill(kept, 3, mute=True)
    kept.stop()
    assert 0.2 < kept.seconds < 2.0
    assert sum(len(packed) for _, packed in kept._pictures) <= 100_000


def test_sound_alone_is_bounded_too(kept: Replay) -> None:
    for number in range(1000):
        kept.hear(Sound(np.zeros(PIECE, np.float32), number * 0.02))
    assert len(kept._heard) <= 3.5 * 50 + 2


def test_what_cannot_be_written_is_told(kept: Replay, tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="no picture was painted"):
        kept.save(tmp_path / "a.mp4")
    kept.start()
    fill(kept, 0.5, mute=True)
    kept.stop()
    (tmp_path / "a.mp4").write_bytes(b"precious")
    with pytest.raises(OutputExists):
        kept.save(tmp_path / "a.mp4")
    with pytest.raises(PictureError, match="cannot be written"):
        kept.save(tmp_path / "a.txt")
    with pytest.raises(RecordingError, match="choose another folder"):
        kept.save(tmp_path / "none" / "a.mp4")
    assert (tmp_path / "a.mp4").read_bytes() == b"precious"
    kept.save(tmp_path / "a.mp4", force=True)
    with av.open(str(tmp_path / "a.mp4")) as file:
        assert not file.streams.audio


def test_frame_and_painting_side_by_side(tmp_path: Path) -> None:
    frame = Frame(np.zeros((32, 48, 3), np.uint8), 0, 1.0)
    kept = Replay(side_by_side=True).start()
    kept.offer(PaintedFrame(frame, np.full((32, 48, 3), 200, np.uint8), "none", 1.0))
    kept.stop()
    kept.save(tmp_path / "a.mp4")
    picture = read_video(tmp_path / "a.mp4")[1][0]
    assert picture.shape == (32, 96, 3) and picture[:, :46].mean() < 5 and picture[:, 50:].mean() > 190

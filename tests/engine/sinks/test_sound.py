"""Recordings with sound: flash and beep keep together, whatever happens."""

from __future__ import annotations

import time
from pathlib import Path

import av
import numpy as np
import pytest

from pleinair.engine.frame import SOUND_RATE, Sound
from pleinair.engine.media.containers import CONTAINERS
from pleinair.engine.sinks import Recorder
from pleinair.engine.sinks.recorder import SOUND_WAIT_SECONDS
from tests.engine.sinks.test_recorder import painted, played, record_and_kill
from tests.support.clock import ManualClock
from tests.sync import Evening, offsets, read

TOGETHER = 0.04
"""Seconds that sound may be off the picture before people notice (ITU-R BT.1359: 45 ms early, 125 ms late)."""


@pytest.mark.parametrize("ending", [ending for ending, one in CONTAINERS.items() if one.recordable])
def test_flash_and_beep_are_together(tmp_path: Path, ending: str) -> None:
    evening = Evening(tmp_path / f"a{ending}")
    evening.go_on(4.5)
    evening.recorder.stop()
    seen, heard = read(tmp_path / f"a{ending}")
    assert len(seen) == len(heard) == 5
    assert np.abs(offsets(seen, heard)).max() < TOGETHER
    assert np.abs(offsets(seen, heard)[1:]).max() < 0.005  # the first beep is cut: the encoder begins there


def test_they_stay_together_with_lost_frames_pauses_and_a_sound_card_that_drifts(tmp_path: Path) -> None:
    """As far in half a minute as a common card drifts in five; ``python -m tests.sync`` records ten."""
    evening = Evening(tmp_path / "a.mp4", ppm=1000)
    for _ in range(2):
        evening.go_on(14.81, frames_lost=0.3)
        evening.recorder.pause()
        evening.go_on(7.71)
        evening.recorder.resume()
        evening.go_on(0.51, frames_lost=0.9)
    evening.recorder.stop()
    assert evening.recorder.seconds == pytest.approx(2 * 15.32)
    seen, heard = read(tmp_path / "a.mp4")
    assert min(len(seen), len(heard)) >= 30
    late = offsets(seen, heard)
    assert np.abs(late).max() < TOGETHER
    assert np.abs(late[1:]).max() < 0.01


def test_a_microphone_that_is_lost_leaves_silence_and_the_picture_goes_on(tmp_path: Path) -> None:
    evening = Evening(tmp_path / "a.mp4")
    evening.go_on(2.5)
    evening.go_on(5.0, sound_lost=True)
    evening.go_on(3.0)
    recorder = evening.recorder
    recorder.stop()
    seen, heard = read(tmp_path / "a.mp4")
    assert len(seen) == 11 and len(heard) == 6
    assert np.abs(offsets(seen, heard)[1:]).max() < 0.01
    assert recorder.sound_seconds == pytest.approx(5.5, abs=0.1)
    with av.open(str(tmp_path / "a.mp4")) as file:  # one track from the first moment to the last
        frames = list(file.decode(audio=0))
    assert sum(frame.samples for frame in frames) / SOUND_RATE == pytest.approx(recorder.seconds, abs=0.05)
    silent = [np.abs(f.to_ndarray()).max() for f in frames if f.time is not None and 3 < f.time < 7]
    assert max(silent) < 0.001


def test_nothing_of_a_pause_is_recorded(tmp_path: Path, clock: ManualClock) -> None:
    path = tmp_path / "a.mp4"
    recorder = Recorder(path, clock=clock, with_sound=True).start()

    def go_on(numbers: range, loud: float) -> None:
        for number in numbers:
            recorder.hear(Sound(np.full(SOUND_RATE // 10, loud, np.float32), clock.now()))
            clock.advance(0.1)
            recorder.offer(painted(number, clock.now()))
            time.sleep(0.005)

    go_on(range(10), 0.0)
    recorder.pause()
    assert recorder.paused
    go_on(range(100, 150), 0.9)
    assert recorder.seconds == pytest.approx(1.0)
    recorder.resume()
    go_on(range(10, 20), 0.0)
    clock.advance(0.1)
    recorder.stop()
    assert recorder.seconds == pytest.approx(2.1)
    times, numbers, duration = played(path)
    assert sorted(set(numbers)) == list(range(20)) and duration == pytest.approx(2.1, abs=0.001)
    assert times[10] == pytest.approx(1.1, abs=0.001)
    with av.open(str(path)) as file:
        sound = np.concatenate([frame.to_ndarray()[0] for frame in file.decode(audio=0)])
    assert np.abs(sound).max() < 0.01
    assert len(sound) / SOUND_RATE == pytest.approx(2.1, abs=0.05)


def test_sound_goes_on_where_no_picture_comes(tmp_path: Path) -> None:
    """A camera that is lost must not keep sound in memory: it is in the file soon after it was heard."""
    path = tmp_path / "a.mp4"
    evening = Evening(path)
    evening.go_on(1.0)
    before = evening.recorder.sound_seconds
    evening.hear_until(evening.clock.now() + 20, lost=False)
    evening.clock.advance(20)
    end = time.monotonic() + 5
    while evening.recorder.sound_seconds < before + 19:
        assert time.monotonic() < end
        time.sleep(0.01)
    with av.open(str(path)) as file:  # while it grows
        written = sum(frame.samples for frame in file.decode(audio=0)) / SOUND_RATE
    assert written > 19
    evening.recorder.stop()


CHILD = """
import sys, time
from pathlib import Path
from pleinair.engine.clock import now
from pleinair.engine.sinks import Recorder
from pleinair.engine.sound import Microphone, open_sound
from tests.engine.sinks.test_recorder import painted
recorder = Recorder(Path(sys.argv[1]), with_sound=True).start()
if sys.argv[2] == "heard":
    microphone = Microphone(lambda: open_sound("pattern"))
    microphone.add_listener(recorder.hear)
    microphone.start()
for number in range(10_000):
    recorder.offer(painted(number, now()))
    time.sleep(1 / 30)
"""


@pytest.mark.parametrize("microphone", ["heard", "lost"])
def test_a_killed_recording_plays_and_misses_less_than_a_second(tmp_path: Path, microphone: str) -> None:
    path = tmp_path / "killed.mp4"
    lasted = record_and_kill(CHILD, path, microphone, seconds=3.0)
    with av.open(str(path)) as file:
        sound = list(file.decode(audio=0))
    assert sound[-1].time is not None and lasted - sound[-1].time < 1.0 + SOUND_WAIT_SECONDS
    if microphone == "heard":
        assert np.concatenate([frame.to_ndarray()[0] for frame in sound]).max() > 0.4

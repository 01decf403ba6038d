import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import av
import numpy as np
import pytest

from pleinair.engine.errors import OutputExists, RecordingError
from pleinair.engine.frame import Frame, PaintedFrame, now
from pleinair.engine.sinks import Recorder
from pleinair.engine.sources.pattern import draw, read_number


def painted(number: int, at: float, size: tuple[int, int] = (320, 240)) -> PaintedFrame:
    frame = Frame(draw(number, *size), number, at)
    return PaintedFrame(frame, frame.pixels, "none", at)


def played(path: Path) -> tuple[list[float], list[int], float]:
    """Time stamps, the numbers in the pictures, and the duration in seconds."""
    with av.open(str(path)) as file:
        frames = [(frame.time, frame.to_ndarray(format="bgr24")) for frame in file.decode(video=0)]
        duration = float(file.streams.video[0].duration * file.streams.video[0].time_base)
    return [t for t, _ in frames], [read_number(picture) for _, picture in frames], duration


def test_it_plays_at_true_speed_whatever_the_frame_rate_did(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    recorder = Recorder(path, fps=30)
    waits = [0.03, 0.2, 0.01, 0.01, 0.15, 0.03, 0.3, 0.03, 0.03]
    stamps = []
    for number, wait in enumerate(waits):
        time.sleep(wait)
        stamps.append(now())
        recorder.offer(painted(number, stamps[-1]))
    time.sleep(0.25)
    assert recorder.stop() == path
    times, numbers, duration = played(path)
    assert numbers[: len(waits)] == list(range(len(waits)))
    assert set(numbers[len(waits) :]) <= {len(waits) - 1}  # the last picture, held until the end
    wanted = [0.0, *(stamp - recorder.started_at for stamp in stamps[1:])]
    np.testing.assert_allclose(times[: len(waits)], wanted, atol=0.001)
    assert duration == pytest.approx(recorder.seconds, abs=1 / 30)
    assert (recorder.recorded, recorder.dropped) == (len(waits), 0)


def test_a_clean_stop_leaves_a_plain_mp4(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    recorder = Recorder(path)
    for number in range(10):
        recorder.offer(painted(number, now()))
        time.sleep(0.02)
    recorder.stop()
    data = path.read_bytes()
    assert b"moov" in data and b"mvex" not in data[data.rfind(b"moov") :]


CHILD = """
import sys, time
from pathlib import Path
from tests.engine.test_recorder import painted
from pleinair.engine.frame import now
from pleinair.engine.sinks import Recorder
recorder = Recorder(Path(sys.argv[1]))
for number in range(10_000):
    recorder.offer(painted(number, now()))
    time.sleep(1 / 30)
"""


def test_a_killed_recording_plays_and_misses_less_than_a_second(tmp_path: Path) -> None:
    path = tmp_path / "killed.mp4"
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(path)], cwd=Path(__file__).parents[2])
    while not path.exists():
        time.sleep(0.005)
        assert child.poll() is None
    began = time.monotonic()
    time.sleep(3.0)
    child.send_signal(signal.SIGKILL)
    lasted = time.monotonic() - began
    child.wait()
    times, numbers, _ = played(path)
    assert lasted - times[-1] < 1.0
    assert numbers == list(range(len(numbers)))


def test_a_file_in_the_way_is_kept_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"precious")
    with pytest.raises(OutputExists, match="--force"):
        Recorder(path)
    recorder = Recorder(path, force=True)
    for number in range(5):
        recorder.offer(painted(number, now()))
        time.sleep(0.02)
    assert path.read_bytes() == b"precious"
    recorder.stop()
    assert played(path)[1][0] == 0
    assert [p.name for p in tmp_path.glob("*.mp4")] == ["a.mp4"]


def test_odd_sizes_and_changing_sizes(tmp_path: Path) -> None:
    path = tmp_path / "odd.mp4"
    recorder = Recorder(path)
    for number in range(4):
        recorder.offer(painted(number, now(), (321, 241)))
        time.sleep(0.01)
    recorder.offer(painted(9, now(), (480, 480)))  # another camera took over
    recorder.stop()
    assert (recorder.recorded, recorder.dropped) == (5, 0)
    with av.open(str(path)) as file:
        assert (file.streams.video[0].width, file.streams.video[0].height) == (320, 240)
        last = list(file.decode(video=0))[4].to_ndarray(format="bgr24")
    assert last[:, :30].max() < 20 and last[:, -30:].max() < 20  # letterboxed, not stretched
    assert last[60:180, 60:260].mean() > 50


def test_nothing_recorded_leaves_nothing(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "a.mp4")
    with pytest.raises(RecordingError, match="Nothing was recorded"):
        recorder.stop()
    assert not (tmp_path / "a.mp4").exists()


def test_an_encoder_that_is_behind_costs_frames_that_are_counted_and_no_time(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "a.mp4")
    pictures = [painted(number, now() + number / 1000, (1280, 720)) for number in range(60)]
    began = time.perf_counter()
    for picture in pictures:
        recorder.offer(picture)
    offered = time.perf_counter() - began
    recorder.stop()
    assert offered < 0.05
    assert recorder.dropped > 0 and recorder.recorded + recorder.dropped == 60


def test_a_folder_that_cannot_be_written_ends_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RecordingError, match="choose another folder"):
        Recorder(tmp_path / "file" / "a.mp4")


FULL_DISK = """
import resource, signal, sys, time
from pathlib import Path
from tests.engine.test_recorder import painted
from pleinair.engine.errors import RecordingError
from pleinair.engine.frame import now
from pleinair.engine.sinks import Recorder
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))
heard = []
recorder = Recorder(Path(sys.argv[1]), on_error=heard.append)
end = time.monotonic() + 20
while not heard and time.monotonic() < end:
    recorder.offer(painted(int(time.monotonic() * 1000) % 100_000, now()))
    time.sleep(0.01)
try:
    recorder.stop()
except RecordingError as error:
    assert str(error) == heard[0]
    print(error)
"""


@pytest.mark.skipif(os.name == "nt", reason="needs a limit on file sizes, which stands in for a full disk")
def test_a_full_disk_is_told_and_what_was_written_plays(tmp_path: Path) -> None:
    path = tmp_path / "full.mp4"
    run = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(path)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "disk is full" in run.stdout, run.stderr
    assert len(played_frames(path)) > 3


def played_frames(path: Path) -> list[float]:
    stamps = []
    with av.open(str(path)) as file:
        try:
            for frame in file.decode(video=0):
                stamps.append(frame.time)
        except av.FFmpegError:
            pass  # the torn end
    return stamps

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import av
import numpy as np
import pytest

from pleinair.engine.clock import now
from pleinair.engine.errors import OutputExists, RecordingError
from pleinair.engine.frame import Frame, PaintedFrame
from pleinair.engine.media.quality import Quality
from pleinair.engine.media.writer import cut_torn_end
from pleinair.engine.sinks import Recorder
from pleinair.engine.sources.pattern import draw, read_number
from tests.support.clock import ManualClock
from tests.support.pictures import read_video


def record(recorder: Recorder, clock: ManualClock, count: int) -> None:
    """Record ``count`` pictures, 20 ms apart."""
    recorder.start()
    for number in range(count):
        clock.advance(0.02)
        recorder.offer(painted(number, clock.now()))
    recorder.stop()


def painted(number: int, at: float, size: tuple[int, int] = (320, 240)) -> PaintedFrame:
    frame = Frame(draw(number, *size), number, at)
    return PaintedFrame(frame, frame.pixels, "none", at)


def played(path: Path) -> tuple[list[float], list[int], float]:
    """Time stamps, the numbers in the pictures, and the duration in seconds."""
    stamps, pictures, duration = read_video(path)
    return stamps, [read_number(picture) for picture in pictures], duration


def test_it_plays_at_true_speed_whatever_the_frame_rate_did(tmp_path: Path, clock: ManualClock) -> None:
    path = tmp_path / "a.mp4"
    recorder = Recorder(path, fps=30, clock=clock).start()
    waits = [0.03, 0.2, 0.01, 0.01, 0.15, 0.03, 0.3]
    stamps = []
    for number, wait in enumerate(waits):
        clock.advance(wait)
        stamps.append(clock.now())
        recorder.offer(painted(number, stamps[-1]))
    clock.advance(0.25)
    recorder.stop()
    times, numbers, duration = played(path)
    assert numbers == [*range(len(waits)), len(waits) - 1]  # the last picture is held until the end
    wanted = [0.0, *(stamp - recorder.started_at for stamp in stamps[1:])]
    np.testing.assert_allclose(times[: len(waits)], wanted, atol=1e-4)
    assert recorder.seconds == pytest.approx(sum(waits) + 0.25)
    assert duration == pytest.approx(recorder.seconds, abs=1e-3)
    assert (recorder.written, recorder.dropped) == (len(waits), 0)


def test_what_was_captured_before_the_recording_began_is_left_out(tmp_path: Path, clock: ManualClock) -> None:
    path = tmp_path / "a.mp4"
    recorder = Recorder(path, clock=clock).start()
    for number, at in enumerate((-0.2, -0.1, 0.1)):
        recorder.offer(painted(number, recorder.started_at + at))
    clock.advance(0.2)
    recorder.stop()
    assert recorder.written == 2
    assert played(path)[1][:2] == [0, 2]  # the first is shown from the start


def test_a_clean_stop_leaves_a_plain_mp4(tmp_path: Path, clock: ManualClock) -> None:
    path = tmp_path / "a.mp4"
    record(Recorder(path, clock=clock), clock, 7)
    data = path.read_bytes()
    assert b"moov" in data and b"mvex" not in data[data.rfind(b"moov") :]


def test_frame_and_painting_side_by_side(tmp_path: Path, clock: ManualClock) -> None:
    recorder = Recorder(tmp_path / "a.mp4", clock=clock, side_by_side=True).start()
    for number in range(3):
        clock.advance(0.1)
        frame = Frame(draw(number, 320, 240), number, clock.now())
        recorder.offer(PaintedFrame(frame, 255 - frame.pixels, "none", clock.now()))
    recorder.stop()
    for number, picture in enumerate(read_video(tmp_path / "a.mp4")[1]):
        assert picture.shape == (240, 640, 3)
        left, right = picture[:, :320], 255 - picture[:, 320:]
        assert read_number(left) == read_number(right) == min(number, 2)


def test_the_better_the_larger(tmp_path: Path, clock: ManualClock) -> None:
    sizes = {}
    rng = np.random.default_rng(0)
    pictures = [rng.integers(0, 256, (240, 320, 3), np.uint8) for _ in range(10)]
    for quality in Quality:
        path = tmp_path / f"{quality.name}.mp4"
        recorder = Recorder(path, clock=clock, quality=quality).start()
        for number, pixels in enumerate(pictures):
            clock.advance(0.1)
            frame = Frame(pixels, number, clock.now())
            recorder.offer(PaintedFrame(frame, pixels, "none", clock.now()))
            while recorder.written <= number:
                time.sleep(0.001)
        recorder.stop()
        sizes[quality] = path.stat().st_size
    assert (
        sizes[Quality.SMALL] * 1.2 < sizes[Quality.GOOD] and sizes[Quality.GOOD] * 1.2 < sizes[Quality.BEST]
    )


CHILD = """
import sys, time
from pathlib import Path
from tests.engine.sinks.test_recorder import painted
from pleinair.engine.clock import now
from pleinair.engine.sinks import Recorder
recorder = Recorder(Path(sys.argv[1])).start()
for number in range(10_000):
    recorder.offer(painted(number, now()))
    time.sleep(1 / 30)
"""


def record_and_kill(code: str, path: Path, *words: str, seconds: float) -> float:
    """Run ``code``, which records to ``path``, and kill it after so many seconds of recording; returns how many it
    really were. What there is plays, and misses less than 0.7 s of pictures."""
    child = subprocess.Popen([sys.executable, "-c", code, str(path), *words], cwd=Path(__file__).parents[3])
    while not path.exists():
        time.sleep(0.005)
        assert child.poll() is None
    began = time.monotonic()
    time.sleep(seconds)
    child.send_signal(signal.SIGKILL)
    lasted = time.monotonic() - began
    child.wait()
    times, numbers, _ = played(path)
    assert lasted - times[-1] < 0.7
    assert numbers == list(range(len(numbers)))
    return lasted


def test_a_killed_recording_plays_and_misses_less_than_a_second(tmp_path: Path) -> None:
    record_and_kill(CHILD, tmp_path / "killed.mp4", seconds=2.0)


def test_a_file_in_the_way_is_kept_until_the_new_one_is_whole(tmp_path: Path, clock: ManualClock) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"precious")
    with pytest.raises(OutputExists, match="--force"):
        Recorder(path)
    recorder = Recorder(path, force=True, clock=clock)
    assert path.read_bytes() == b"precious"
    record(recorder, clock, 5)
    assert played(path)[1][0] == 0
    assert [p.name for p in tmp_path.glob("*.mp4")] == ["a.mp4"]


def test_odd_sizes_and_changing_sizes(tmp_path: Path, clock: ManualClock) -> None:
    path = tmp_path / "odd.mp4"
    recorder = Recorder(path, clock=clock).start()
    for number in range(4):
        clock.advance(0.01)
        recorder.offer(painted(number, clock.now(), (321, 241)))
    clock.advance(0.01)
    recorder.offer(painted(9, clock.now(), (480, 480)))  # another camera took over
    recorder.stop()
    assert (recorder.written, recorder.dropped) == (5, 0)
    with av.open(str(path)) as file:
        assert (file.streams.video[0].width, file.streams.video[0].height) == (320, 240)
        last = list(file.decode(video=0))[4].to_ndarray(format="bgr24")
    assert last[:, :30].max() < 20 and last[:, -30:].max() < 20  # letterboxed, not stretched
    assert last[60:180, 60:260].mean() > 50


def test_nothing_recorded_leaves_nothing(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "a.mp4").start()
    with pytest.raises(RecordingError, match="Nothing was recorded"):
        recorder.stop()
    assert not (tmp_path / "a.mp4").exists()


def test_a_folder_that_cannot_be_written_ends_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RecordingError, match="choose another folder"):
        Recorder(tmp_path / "file" / "a.mp4")


def test_few_pictures_are_soon_on_the_disk_and_what_comes_late_is_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    recorder = Recorder(path, fps=1).start()
    recorder.offer(painted(0, now()))
    time.sleep(0.7)
    assert played_frames(path)[0] == 0
    late = now()
    time.sleep(0.4)
    recorder.offer(painted(1, late))  # painted slowly: it was held meanwhile that there was no other
    time.sleep(0.1)
    recorder.stop()
    assert recorder.written == 2 and 1 in played(path)[1]


FULL_DISK = """
import resource, signal, sys, time
from pathlib import Path
from tests.engine.sinks.test_recorder import painted
from pleinair.engine.errors import RecordingError
from pleinair.engine.clock import now
from pleinair.engine.sinks import Recorder
from tests.support.pictures import read_video
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))
heard = []
recorder = Recorder(Path(sys.argv[1]), on_error=heard.append).start()
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
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "disk is full" in run.stdout, run.stderr
    assert len(played_frames(path)) > 3


def test_a_recording_torn_anywhere_plays(tmp_path: Path, clock: ManualClock) -> None:
    """A disk may be full at any byte, also inside the table of a fragment."""
    growing, torn = tmp_path / "growing.mp4", tmp_path / "torn.mp4"
    recorder = Recorder(growing, clock=clock).start()
    for number in range(40):
        clock.advance(0.03)
        recorder.offer(painted(number, clock.now()))
        while recorder.written <= number:
            time.sleep(0.001)
    content = growing.read_bytes()
    recorder.stop()
    table = content.rindex(b"moof") - 4
    for end in (table + 3, table + 8, table + 42, table + 104, table + 150, len(content)):
        torn.write_bytes(content[:end])
        with torn.open("r+b", buffering=0) as file:
            cut_torn_end(file)
        assert len(played_frames(torn)) >= 20, end
    for whole in (growing, torn):  # nothing to cut
        before = whole.read_bytes()
        with whole.open("r+b", buffering=0) as file:
            cut_torn_end(file)
        assert whole.read_bytes() == before


def played_frames(path: Path) -> list[float]:
    stamps = []
    with av.open(str(path)) as file:
        try:
            for frame in file.decode(video=0):
                stamps.append(frame.time)
        except av.FFmpegError:
            pass  # the torn end
    return stamps

import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pleinair.engine.clock import now
from pleinair.engine.errors import PictureError, SourceLost, SourceNotFound
from pleinair.engine.files import asset
from pleinair.engine.sources import list_cameras, open_source
from pleinair.engine.sources.base import Pace
from pleinair.engine.sources.pattern import draw, read_number
from tests.clock import ManualClock


def test_a_file_plays_in_real_time_with_its_own_time_stamps_and_ends() -> None:
    source = open_source(str(asset("demo.mp4")), loop=False)
    began = now()
    frames = []
    while (frame := source.read()) is not None:
        frames.append(frame)
    source.close()
    assert (source.format.width, source.format.height, len(frames)) == (640, 480, 120)
    assert now() - began == pytest.approx(119 / 29.97, abs=0.3)
    assert [frame.index for frame in frames] == list(range(120))
    steps = np.diff([frame.captured_at for frame in frames])
    assert np.median(steps) == pytest.approx(1 / 29.97, abs=0.004)
    assert not frames[0].pixels.flags.writeable and frames[0].pixels.flags.c_contiguous


def test_the_demo_begins_again() -> None:
    source = open_source("demo")
    first = [source.read() for _ in range(122)]
    source.close()
    assert all(frame is not None for frame in first)
    assert np.array_equal(first[0].pixels, first[120].pixels)  # type: ignore[union-attr]
    assert not np.array_equal(first[0].pixels, first[60].pixels)  # type: ignore[union-attr]


def test_a_video_that_breaks_off_plays_up_to_there(tmp_path: Path) -> None:
    torn = tmp_path / "torn.mkv"
    import av

    with av.open(str(torn), "w") as out:
        stream = out.add_stream("libx264", rate=100)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(40):
            picture = av.VideoFrame.from_ndarray(draw(number, 64, 48), format="bgr24")
            out.mux(stream.encode(picture))
        out.mux(stream.encode(None))
    torn.write_bytes(torn.read_bytes()[:-600])
    source = open_source(str(torn), loop=False)
    count = 0
    while source.read() is not None:
        count += 1
    source.close()
    assert 0 < count < 40


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**24 - 1), st.sampled_from([(640, 480), (321, 99), (1280, 720)]))
def test_the_pattern_carries_its_number(number: int, size: tuple[int, int]) -> None:
    picture = draw(number, *size)
    assert picture.shape == (size[1], size[0], 3)
    assert read_number(picture) == number
    noisy = picture.astype(int) + np.random.default_rng(number).integers(-40, 40, picture.shape)
    assert read_number(np.clip(noisy, 0, 255).astype(np.uint8)) == number


def test_a_still_comes_again_and_again(tmp_path: Path) -> None:
    path = tmp_path / "ä still.png"
    path.write_bytes(cv2.imencode(".png", draw(3, 160, 48))[1].tobytes())
    source = open_source(str(path))
    frames = [source.read() for _ in range(3)]
    source.close()
    assert all(read_number(frame.pixels) == 3 for frame in frames if frame)
    assert source.format.fps == 30


class Broadcast(BaseHTTPRequestHandler):
    """A network camera: thirty JPEGs, then the line goes dead."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
        self.end_headers()
        for number in range(30):
            picture = cv2.imencode(".jpg", draw(number, 320, 240))[1].tobytes()
            head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
            self.wfile.write(head.encode() + picture + b"\r\n")
            time.sleep(0.01)

    def log_message(self, format: str, *args: object) -> None:
        pass


def test_a_stream_from_the_network_is_filmed_until_it_is_lost() -> None:
    server = HTTPServer(("127.0.0.1", 0), Broadcast)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        source = open_source(f"http://127.0.0.1:{server.server_port}/camera")
        assert source.live and (source.format.width, source.format.height) == (320, 240)
        numbers = []
        with pytest.raises(SourceLost, match="stopped"):
            while (frame := source.read()) is not None:
                numbers.append(read_number(frame.pixels))
        source.close()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert len(numbers) > 15 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


@pytest.mark.parametrize("words", ["nowhere.mp4", "camera:97", "camera:no such name"])
def test_what_is_not_there_ends_in_a_sentence(words: str) -> None:
    with pytest.raises(SourceNotFound) as caught:
        open_source(words)
    assert words.removeprefix("camera:") in str(caught.value)


def test_files_that_are_no_pictures_end_in_a_sentence(tmp_path: Path) -> None:
    for name, error in (("a.mp4", SourceNotFound), ("a.png", PictureError), ("empty.jpg", PictureError)):
        path = tmp_path / name
        path.write_bytes(b"" if name == "empty.jpg" else b"no picture" * 50)
        with pytest.raises(error, match=name):
            open_source(str(path))


def test_cameras_have_numbers_and_names() -> None:
    for camera in list_cameras():
        assert camera.number >= 0 and camera.name


def test_a_pace_waits_until_each_frame_is_due() -> None:
    clock = ManualClock()
    pace = Pace(clock)
    assert [pace.wait(seconds) - 1000 for seconds in (0.0, 0.04, 0.08)] == pytest.approx([0.0, 0.04, 0.08])
    assert clock.now() - 1000 == pytest.approx(0.08)


def test_a_pace_that_is_a_little_late_catches_up() -> None:
    clock = ManualClock()
    pace = Pace(clock)
    pace.wait(0.0)
    clock.advance(0.1)
    assert pace.wait(0.04) - 1000 == pytest.approx(0.1)
    assert pace.wait(0.12) - 1000 == pytest.approx(0.12)


def test_a_pace_that_fell_behind_does_not_hurry() -> None:
    clock = ManualClock()
    pace = Pace(clock)
    pace.wait(0.0)
    clock.advance(10)  # a sleeping laptop
    assert pace.wait(0.03) - 1000 == pytest.approx(10)
    assert pace.wait(0.06) - 1000 == pytest.approx(10.03)

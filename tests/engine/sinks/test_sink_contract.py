"""What every sink must do: those that ship, and a dummy one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from pleinair.engine.clock import now
from pleinair.engine.errors import PleinAirError, SinkError
from pleinair.engine.frame import Frame, PaintedFrame
from pleinair.engine.live.pipeline import LivePipeline
from pleinair.engine.sinks import Recorder, Replay, Sink, VirtualCamera
from pleinair.engine.sinks.base import QUEUE
from pleinair.engine.sources.pattern import PatternSource
from pleinair.engine.styles.look import Look
from pleinair.engine.stylizer import Stylizer
from tests.engine.sinks.test_recorder import painted
from tests.support.virtual_cameras import VirtualCameras


class DummySink(Sink):
    """A sink of one file: keeps the numbers of the frames; takes ``seconds`` for each."""

    def __init__(self, seconds: float = 0.0, on_error: Callable[[str], None] | None = None) -> None:
        super().__init__("dummy", on_error)
        self.numbers: list[int] = []
        self._seconds = seconds

    def consume(self, frames: Iterator[PaintedFrame]) -> None:
        for frame in frames:
            time.sleep(self._seconds)
            if min(frame.pixels.shape[:2]) < 2:
                raise ValueError("too small")
            self.numbers.append(frame.frame.index)
            self.count(self._seconds)


Make = Callable[[Callable[[str], None] | None], Sink]


@pytest.fixture(params=["dummy", "recorder", "replay", "virtual camera"])
def make(request: pytest.FixtureRequest, tmp_path: Path, virtual_cameras: VirtualCameras) -> Make:
    if request.param == "dummy":
        return lambda on_error: DummySink(on_error=on_error)
    if request.param == "recorder":
        return lambda on_error: Recorder(tmp_path / "a.mp4", on_error=on_error)
    if request.param == "replay":
        return lambda on_error: Replay(on_error=on_error)
    virtual_cameras.install()
    return lambda on_error: VirtualCamera(320, 240, on_error=on_error)


def broken() -> PaintedFrame:
    """One that no file takes: a single pixel, which no video can have."""
    frame = Frame(np.zeros((1, 1, 3), np.uint8), 0, now())
    return PaintedFrame(frame, frame.pixels, "none", frame.captured_at)


def test_every_frame_is_dealt_with_or_counted_as_dropped(make: Make) -> None:
    sink = make(None).start()
    for number in range(60):
        sink.offer(painted(number, now() + number / 30))
    sink.stop()
    assert sink.written + sink.dropped == 60 and sink.written >= QUEUE
    assert sink.error is None and sink.times.percentiles() is not None


def test_stopping_waits_for_what_is_queued_and_may_be_repeated(make: Make) -> None:
    sink = make(None).start()
    for number in range(QUEUE):
        sink.offer(painted(number, now() + number / 30))
    sink.stop()
    assert sink.written == QUEUE
    sink.offer(painted(QUEUE, now()))
    sink.stop()
    assert (sink.written, sink.dropped) == (QUEUE, 0)


def test_before_its_start_it_takes_nothing_and_stopping_leaves_nothing(make: Make, tmp_path: Path) -> None:
    sink = make(None)
    sink.offer(painted(0, now()))
    try:
        sink.stop()
    except PleinAirError as error:
        assert "Nothing" in str(error)
    assert (sink.written, sink.dropped) == (0, 0)
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_an_error_is_told_once_and_later_frames_are_ignored(
    make: Make, virtual_cameras: VirtualCameras
) -> None:
    told: list[str] = []
    sink = make(told.append).start()
    virtual_cameras.break_all()
    sink.offer(broken())
    while sink.error is None:
        time.sleep(0.001)
    dropped = sink.dropped
    for number in range(3 * QUEUE):
        sink.offer(painted(number, now()))
    with pytest.raises(SinkError) as caught:
        sink.stop()
    assert told == [str(caught.value)] and told[0].endswith(".")
    assert sink.dropped == dropped


def test_a_sink_that_is_behind_drops_frames_and_never_delays_the_one_who_offers() -> None:
    frames = [painted(number, now()) for number in range(100)]
    sink = DummySink(seconds=0.01).start()
    for frame in frames:
        sink.offer(frame)
    sink.stop()
    assert sink.dropped >= 100 - 2 * QUEUE and sink.numbers == sorted(sink.numbers)


def test_the_live_path_feeds_any_number_of_sinks(stylizer: Stylizer, look: Look) -> None:
    first, second = DummySink().start(), DummySink().start()
    with LivePipeline(lambda: PatternSource(160, 120), stylizer, look) as live:
        live.add_sink(first)
        live.add_sink(second)
        while second.written < 5:
            time.sleep(0.005)
        live.remove_sink(second)
        kept = second.written + second.dropped
        while first.written < second.written + 5:
            time.sleep(0.005)
    first.stop()
    second.stop()
    assert second.written + second.dropped <= kept + 1  # one may have been on its way
    assert first.numbers[:3] == second.numbers[:3]


def test_stopping_does_not_wait_for_a_sink_that_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    class Hangs(Sink):
        patience = 0.2

        def consume(self, frames: Iterator[PaintedFrame]) -> None:
            for _ in frames:
                released.wait()

    sink = Hangs("hangs").start()
    for number in range(2 * QUEUE):
        sink.offer(painted(number, now()))
    began = time.monotonic()
    sink.stop()
    assert time.monotonic() - began < 2
    released.set()
    assert Recorder.patience is None  # whose file is not cut short, however long it takes

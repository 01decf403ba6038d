"""Measuring: networks in turn at several sizes, and the live path stage by stage."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from pleinair.engine.backends import Network
from pleinair.engine.backends.onnx import open_reference
from pleinair.engine.backends.selection import SETTLE_SECONDS, time_painting
from pleinair.engine.frame import Paint
from pleinair.engine.live.governor import Governor
from pleinair.engine.live.pipeline import Live
from pleinair.engine.options import Target
from pleinair.engine.sinks import Recorder
from pleinair.engine.sources import Source
from pleinair.engine.sources.pattern import draw
from pleinair.engine.styles import Look
from pleinair.engine.stylizer import LARGEST, Stylizer

ROUNDS = 3


@dataclass
class Contestant:
    """A network that is measured, and what came of it."""

    name: str
    paint: Paint
    load_s: float
    device: str
    precision: str
    parity: float | None = None
    """Mean difference in grey levels from the same generator on ONNX Runtime's CPU; None for others."""
    times: dict[tuple[int, int], list[float]] = field(default_factory=dict)
    """Seconds of each picture, by width and height."""
    medians: dict[tuple[int, int], list[float]] = field(default_factory=dict)
    """Median seconds of each round."""

    def ms(self, size: tuple[int, int], percent: float = 50) -> float:
        """Milliseconds a picture."""
        return float(np.percentile(self.times[size], percent)) * 1e3


def enter(name: str, open_network: Callable[[], Network], look: Look) -> Contestant:
    """Load one of ours. Raises GeneratorError, BackendError."""
    began = time.perf_counter()
    network = open_network()
    loaded = time.perf_counter() - began
    return Contestant(
        name,
        lambda pixels: network.paint(pixels, look.vector),
        loaded,
        network.device,
        network.precision,
    )


def enter_reference(name: str, path: Path) -> Contestant:
    """Load a network to compare with, on ONNX Runtime's CPU."""
    began = time.perf_counter()
    paint = open_reference(path)
    return Contestant(name, paint, time.perf_counter() - began, "CPU", "float32")


def set_parity(contestants: list[Contestant], checked: Paint) -> None:
    """Compare the pictures of ours with those of ``checked``."""
    pixels = draw(1, 320, 240)
    wanted = checked(pixels).astype(int)
    for contestant in contestants:
        contestant.parity = float(np.abs(contestant.paint(pixels).astype(int) - wanted).mean())


def race(contestants: list[Contestant], size: tuple[int, int], seconds: float) -> None:
    """Paint pictures of ``size`` (width, height) over and over, each in turn, ``seconds`` each in all.

    Raises what painting raises.
    """
    pixels = draw(0, *size)
    for contestant in contestants:
        contestant.paint(pixels)  # gets ready for the size
        contestant.times[size], contestant.medians[size] = [], []
    for _ in range(ROUNDS):
        for contestant in contestants:
            time.sleep(SETTLE_SECONDS)  # the threads of the one before spin for a while
            times = time_painting(contestant.paint, pixels, seconds / ROUNDS, least=3)
            contestant.times[size] += times
            contestant.medians[size].append(float(np.median(times)))


def ratio(slow: Contestant, fast: Contestant, size: tuple[int, int]) -> float:
    """How many times faster: the median over the rounds, which both shared."""
    rounds = zip(slow.medians[size], fast.medians[size], strict=True)
    return float(np.median([one / other for one, other in rounds]))


def growth(contestant: Contestant) -> float | None:
    """The exponent e in time ~ pixels^e, fitted over the sizes; None with fewer than three."""
    if len(contestant.times) < 3:
        return None
    pixels = np.log([width * height for width, height in contestant.times])
    times = np.log([contestant.ms(size) for size in contestant.times])
    return float(np.polyfit(pixels, times, 1)[0])


@dataclass(frozen=True)
class Stage:
    """One part of the live path: its milliseconds for one frame."""

    name: str
    p50: float
    p95: float


@dataclass(frozen=True)
class LivePath:
    """What the live path did: frames, frames a second, and its stages."""

    captured: int
    painted: int
    dropped: int
    fps: float
    painted_size: tuple[int, int]
    stages: list[Stage]


def time_live(
    open_source: Callable[[], Source], stylizer: Stylizer, look: Look, seconds: float, governed: bool
) -> LivePath:
    """Film, paint and record for ``seconds``; the recording is thrown away.

    Without ``governed`` every frame is painted at its own size. Raises SourceError, PleinAirError.
    """
    with tempfile.TemporaryDirectory() as folder, _live(open_source, stylizer, look, governed) as live:
        recorder = Recorder(Path(folder) / "bench.mp4", live.source.format.fps)
        live.record(recorder)
        began = time.perf_counter()
        live.finished.wait(seconds)
        passed = time.perf_counter() - began
        live.record(None)
        recorder.stop()
        named = {
            "capture (processor time)": live.capturing,
            "waiting to be painted": live.waiting,
            "painting": live.infer,
            "from camera to painted": live.latency,
            "recording": recorder.encoding,
        }
        stages = []
        for name, timings in named.items():
            p50, p95 = timings.percentile(50), timings.percentile(95)
            if p50 is not None and p95 is not None:
                stages.append(Stage(name, p50, p95))
        return LivePath(
            live.captured_count,
            live.painted_count,
            live.dropped,
            live.painted_count / passed,
            live.painted_size,
            stages,
        )


@contextmanager
def _live(
    open_source: Callable[[], Source], stylizer: Stylizer, look: Look, governed: bool
) -> Iterator[Live]:
    governor = Governor(Target(), None if governed else LARGEST)
    live = Live(open_source, stylizer, look, governor=governor)
    try:
        yield live
    finally:
        live.stop()

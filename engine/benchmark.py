"""Measuring: networks in turn at several sizes, and the live path stage by stage."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from pleinair.engine.backends.registry import find_backend
from pleinair.engine.backends.session import Session
from pleinair.engine.backends.trials import REFERENCE, SETTLE_SECONDS, draw_trial_frame, time_painting
from pleinair.engine.files import GENERATORS
from pleinair.engine.frame import Paint, Pixels
from pleinair.engine.generator import GeneratorFile, open_generator
from pleinair.engine.live.governor import Governor, Target
from pleinair.engine.live.pipeline import LivePipeline
from pleinair.engine.live.stats import LiveStats
from pleinair.engine.sinks import Recorder
from pleinair.engine.sources import SourceOpener
from pleinair.engine.sources.pattern import draw
from pleinair.engine.styles.look import Look
from pleinair.engine.stylizer import LARGEST, Stylizer
from pleinair.engine.timing import Percentiles

WARM_UP = 2
"""Paintings of each round that do not count: the caches hold what others painted last."""
ROUNDS = 3
NAMED = " on "
"""Between generator and backend in the name of a network, but for the cheapest generator."""


@dataclass
class Entry:
    """A network that is timed, and its times."""

    name: str
    generator: str | None
    """The generator's name; None for a network of others."""
    paint: Paint
    load_s: float
    session: Session
    parity: float | None = None
    """Mean difference in grey levels from the same generator on the reference backend; None for others."""
    times: dict[tuple[int, int], list[float]] = field(default_factory=dict)
    """Seconds of each frame, by width and height."""
    medians: dict[tuple[int, int], list[float]] = field(default_factory=dict)
    """Median seconds of each round."""

    def ms(self, size: tuple[int, int], percent: float = 50) -> float:
        """Milliseconds a frame."""
        return float(np.percentile(self.times[size], percent)) * 1e3


def load_entry(backend: str, file: GeneratorFile, look: Look) -> Entry:
    """Load our generator on a backend. Raises GeneratorError, BackendError."""
    began = time.perf_counter()
    generator = open_generator(file, backend)
    loaded = time.perf_counter() - began
    vector, session = look.vector_for(file.digest), generator.session
    return Entry(
        backend if file.name == GENERATORS[-1] else f"{file.name}{NAMED}{backend}",
        file.name,
        lambda pixels: generator.paint(pixels, vector),
        loaded,
        session,
    )


def load_reference(name: str, path: Path) -> Entry:
    """Load a network to compare with, from ``frame`` to ``painted``, on the reference backend."""
    began = time.perf_counter()
    session = find_backend(REFERENCE).open(path.read_bytes())

    def paint(pixels: Pixels) -> Pixels:
        return np.asarray(session.run({"frame": pixels[None]})["painted"][0], np.uint8)

    loaded = time.perf_counter() - began
    return Entry(name, None, paint, loaded, session)


def set_parity(entries: list[Entry], reference: Paint) -> None:
    """Compare the pictures of our generator with those of ``reference``."""
    pixels = draw_trial_frame()
    wanted = reference(pixels).astype(int)
    for entry in entries:
        entry.parity = float(np.abs(entry.paint(pixels).astype(int) - wanted).mean())


def time_in_turn(entries: list[Entry], size: tuple[int, int], seconds: float) -> None:
    """Paint frames of ``size`` (width, height) over and over, each entry in turn, ``seconds`` each in all.

    Raises what painting raises.
    """
    pixels = draw(0, *size)
    for entry in entries:
        entry.paint(pixels)  # gets ready for the size
        entry.session.settle()
        entry.times[size], entry.medians[size] = [], []
    for _ in range(ROUNDS):
        for entry in entries:
            time.sleep(SETTLE_SECONDS)
            for _ in range(WARM_UP):
                entry.paint(pixels)
            times = time_painting(partial(entry.paint, pixels), seconds / ROUNDS, least=3)
            entry.times[size] += times
            entry.medians[size].append(float(np.median(times)))


def ratio(slow: Entry, fast: Entry, size: tuple[int, int]) -> float:
    """How many times faster: the median over the rounds, which both shared."""
    rounds = zip(slow.medians[size], fast.medians[size], strict=True)
    return float(np.median([one / other for one, other in rounds]))


def growth(entry: Entry) -> float | None:
    """The exponent e in time ~ pixels^e, fitted over the sizes; None with fewer than three."""
    if len(entry.times) < 3:
        return None
    pixels = np.log([width * height for width, height in entry.times])
    times = np.log([entry.ms(size) for size in entry.times])
    return float(np.polyfit(pixels, times, 1)[0])


@dataclass(frozen=True)
class LivePath:
    """How the live path did for ``seconds``, and its recording; milliseconds for one frame."""

    seconds: float
    stats: LiveStats
    recording: Percentiles | None
    encoder: str | None
    """FFmpeg's name of what the recording was made with."""

    @property
    def stages(self) -> dict[str, Percentiles]:
        """The parts of the path that were timed, by name."""
        named = {
            "capture (processor time)": self.stats.capture,
            "waiting to be painted": self.stats.waiting,
            "painting": self.stats.painting,
            "from camera to painted": self.stats.latency,
            "recording": self.recording,
        }
        return {name: times for name, times in named.items() if times is not None}


def time_live(open_source: SourceOpener, stylizer: Stylizer, look: Look, seconds: float) -> LivePath:
    """Film, paint and record for ``seconds``; the recording is thrown away.

    Every frame is painted at its own size. Raises SourceError, PleinAirError.
    """
    pinned = Governor(Target(), LARGEST)
    with (
        tempfile.TemporaryDirectory() as folder,
        LivePipeline(open_source, stylizer, look, governor=pinned) as live,
    ):
        recorder = Recorder(Path(folder) / "bench.mp4", live.source.format.fps).start()
        live.add_sink(recorder)
        began = time.perf_counter()
        live.finished.wait(seconds)
        passed = time.perf_counter() - began
        live.remove_sink(recorder)
        recorder.stop()
        return LivePath(passed, live.stats.snapshot(), recorder.times.percentiles(), recorder.encoder)

"""Trying generators on backends: do they run here, do they paint right, and how fast; and what is remembered."""

from __future__ import annotations

import hashlib
import json
import math
import platform
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from pleinair.engine.backends.registry import backends, find_backend
from pleinair.engine.errors import BackendError, NoAnswer, WrongPicture
from pleinair.engine.frame import Pixels
from pleinair.engine.generator import Generator, GeneratorFile, open_generator
from pleinair.engine.outputs import write_atomically
from pleinair.engine.system import cores, gpu_names, package_version, processor_name
from pleinair.engine.threads.ending import before_the_end
from pleinair.engine.threads.worker import Worker
from pleinair.engine.untrusted.data import parse_json
from pleinair.engine.untrusted.files import MEGABYTE, read_file
from pleinair.engine.untrusted.texts import one_line

T = TypeVar("T")

TRIAL_SIZE = (640, 480)
"""Width and height of the frame that backends are tried with."""
SMALL_SIZE = (320, 240)
"""In place of that, where a larger one would keep a person waiting."""
PARITY_LIMIT = 1.0
"""Grey levels by which a picture may differ on average from the one of the processor in float32. bfloat16
differs by up to 0.48; a provider with a fault in its convolutions differed by 3.7 (onnxruntime #29651)."""
LEAST = 2
"""Paintings that are timed at least."""
SETTLE_SECONDS = 0.1
"""Pause between two sessions: the threads of the last one spin for a while."""
OPEN_SECONDS = 60.0
"""The longest wait for a generator on a backend, but for those that build for minutes."""
ENDINGS = 2
"""Trials that were begun and never came to an end after which a backend is left alone."""
READY_SECONDS = 120
"""The longest wait for a session to get ready for its first frame."""
LARGEST_MEMORY = MEGABYTE
"""Bytes of the file that remembers trials."""
LARGEST_NUMBER = 1e6
"""Milliseconds, or grey levels, that a trial can have found."""
REFERENCE = "cpu"
"""The backend that the others are compared with."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """A generator that may paint, with a vector float32 (S,) to try it with: an unlikely one shows no faults."""

    file: GeneratorFile
    vector: npt.NDArray[np.float32]


@dataclass(frozen=True)
class Trial:
    """What came of one generator on one backend."""

    generator: str
    """SHA-256 of its file."""
    backend: str
    ms: float | None = None
    """Median milliseconds for a 640x480 frame, or four times those for a quarter of it; None where it was not timed."""
    parity: float | None = None
    """Mean difference from the reference in grey levels; None where there was nothing to compare."""
    error: str | None = None
    """Why it can't be used."""


class TrialRun:
    """Tries backends with one generator, comparing their pictures with the reference backend's."""

    def __init__(self, candidate: Candidate, seconds: float, size: tuple[int, int] = TRIAL_SIZE) -> None:
        """``seconds``: how long each is timed, with frames of this ``size``."""
        self._candidate, self._seconds, self._size = candidate, seconds, size
        self._frame = draw_trial_frame(size)
        self._reference: npt.NDArray[np.int16] | None = None

    def open(
        self, backend: str, limit: float = math.inf, wait: float = OPEN_SECONDS
    ) -> tuple[Generator, Trial]:
        """The generator on this backend, and what the trial found. One that takes more than ``limit`` milliseconds
        is not timed further; ``wait``: as for ``open_tried``.

        Raises GeneratorError; BackendError where it doesn't run, NoAnswer where it hangs, and WrongPicture where it
        paints wrongly.
        """
        return _in_time(backend, lambda: self._open(backend, limit), lambda opened: opened[0].close(), wait)

    def _open(self, backend: str, limit: float) -> tuple[Generator, Trial]:
        generator = open_generator(self._candidate.file, backend)
        try:
            parity = self._compare(generator)  # this warms it up too
            if backend != REFERENCE:
                time.sleep(SETTLE_SECONDS)
            larger = math.prod(TRIAL_SIZE) / math.prod(self._size)
            times = time_painting(lambda: self._paint(generator), self._seconds, LEAST, limit / larger / 1e3)
        except BackendError:
            generator.close()
            raise
        ms = float(np.median(times)) * larger * 1e3
        return generator, Trial(self._candidate.file.digest, backend, ms, parity)

    def _compare(self, generator: Generator) -> float:
        """Grey levels off the reference on average; the reference itself is kept."""
        if generator.session.backend == REFERENCE:
            self._reference = self._paint(generator).astype(np.int16)
            return 0.0
        if self._reference is None:
            self._reference = self._paint_reference(generator)
        painted, backend = self._paint(generator).astype(np.int16), generator.session.backend
        parity = float(np.abs(painted - self._reference).mean())
        if parity > PARITY_LIMIT:
            raise WrongPicture(
                f"{find_backend(backend).label} paints wrongly here: its picture is {parity:.1f} grey levels "
                f"off the processor's on average ({PARITY_LIMIT:g} at most); update its driver and package, "
                "or choose another backend.",
                parity,
            )
        return parity

    def _paint_reference(self, other: Generator) -> npt.NDArray[np.int16]:
        """The reference backend's picture, while another generator gets ready, which takes as long."""
        worker = Worker("trial")
        ready = worker.begin(lambda: other.prepare(*self._size))
        worker.leave()
        with closing(open_generator(self._candidate.file, REFERENCE)) as reference:
            painted = self._paint(reference).astype(np.int16)
        if not ready.wait(READY_SECONDS):
            raise BackendError(f"{other.session.device} is not ready to paint after {READY_SECONDS} s.")
        ready.result()
        return painted

    def _paint(self, generator: Generator) -> Pixels:
        return generator.paint(self._frame, self._candidate.vector)


def open_tried(file: GeneratorFile, backend: str, wait: float = OPEN_SECONDS) -> Generator:
    """A generator that was tried on this backend before. ``wait``: seconds after which it hangs, but for backends that
    build for minutes. Raises GeneratorError, BackendError, NoAnswer."""
    return _in_time(backend, lambda: open_generator(file, backend, tried=True), Generator.close, wait)


def _in_time(backend: str, open_it: Callable[[], T], close: Callable[[T], None], wait: float) -> T:
    """What ``open_it`` returns; what comes too late is closed. Raises NoAnswer then, and what ``open_it`` raises."""
    spec, worker = find_backend(backend), Worker("opening a backend")
    job = worker.begin(open_it)
    worker.leave()
    if not job.wait(wait if spec.only_by_name is None else threading.TIMEOUT_MAX):
        job.forsake(close)
        raise NoAnswer(
            f"{spec.label} gives no answer; restart the computer, update its driver and package, or choose another "
            "backend."
        )
    return job.result()


@cache
def draw_trial_frame(size: tuple[int, int] = TRIAL_SIZE) -> Pixels:
    """Noise with the spectrum of photos, whose amplitudes fall with frequency (Field, 1987); always the same.

    Where a picture is flat, norms make strokes out of rounding errors: on ramps of colour, bfloat16 differs by
    up to 9.8 grey levels, on photos by 0.7.
    """
    width, height = size
    rng = np.random.default_rng(0)
    frequencies = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width))
    frequencies[0, 0] = np.inf
    spectra = np.fft.rfft2(rng.normal(size=(3, height, width))) / frequencies
    planes = np.fft.irfft2(spectra, (height, width))
    grey = planes.mean(axis=0)
    muted = grey + 0.3 * (planes - grey)  # photos have less colour than light
    levels = 128 + 50 * muted / muted.std()
    return np.ascontiguousarray(levels.clip(0, 255).astype(np.uint8).transpose(1, 2, 0))


def time_painting(
    paint: Callable[[], object], seconds: float, least: int, limit: float = math.inf
) -> list[float]:
    """Seconds of each painting of a frame, again and again for ``seconds``, but ``least`` times at least; no more
    once two have taken longer than ``limit`` each. The first paintings in a session are slower: make them before.

    Raises what ``paint`` raises.
    """
    times: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < least:
        began = time.perf_counter()
        paint()
        times.append(time.perf_counter() - began)
        if len(times) == 2 and min(times) > limit:
            break
    return times


class TrialMemory:
    """The trials of this machine with these package versions, kept in a file. A file that makes no sense, or is of
    other circumstances, counts as empty."""

    def __init__(self, path: Path) -> None:
        self._path, self._key = path, fingerprint()
        self._trials: dict[tuple[str, str], Trial] = {}
        self._begun: dict[tuple[str, str], int] = {}
        try:
            entry: Any = parse_json(read_file(path, LARGEST_MEMORY))
            if entry["key"] == self._key:
                for trial in map(_read_trial, entry["trials"]):
                    self._trials[trial.generator, trial.backend] = trial
                for generator, backend, times in entry.get("begun", []):
                    self._begun[str(generator), str(backend)] = int(times)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError):
            self.clear()  # not there yet, or edited by hand

    def get(self, generator: str, backend: str) -> Trial | None:
        """The trial of the generator with this SHA-256 on this backend."""
        return self._trials.get((generator, backend))

    def forget(self, generator: str, backend: str) -> None:
        """This trial no longer holds."""
        self._trials.pop((generator, backend), None)

    def clear(self) -> None:
        """No trial holds any longer."""
        self._trials.clear()
        self._begun.clear()

    def begun(self, generator: str, backend: str) -> int:
        """How often a trial was begun that never came to its end: a driver's fault can end the whole program."""
        return self._begun.get((generator, backend), 0)

    def refusal(self, generator: str, backend: str) -> str | None:
        """Why this must not be tried unless a person asks for it; None where it may."""
        if self.begun(generator, backend) < ENDINGS:
            return None
        return (
            f"{find_backend(backend).label} hung or ended the program when it was tried; update its driver and "
            "package, or choose it yourself to try it again."
        )

    @contextmanager
    def trying(self, generator: str, backend: str) -> Iterator[None]:
        """A trial. That it begins, and that it is over, unless it raises NoAnswer, is written at once. The reference is
        not suspected: without it, there would be nothing to paint with."""
        if backend == REFERENCE:
            yield
            return
        which = generator, backend
        self._begun[which] = self.begun(*which) + 1
        self.save()
        _under_way.append((self, *which))
        hung = False
        try:
            yield
        except NoAnswer:
            hung = True
            raise
        finally:
            self.end(*which, hung)
            self.save()

    def end(self, generator: str, backend: str, hung: bool = False) -> None:
        """The trial is over, or no longer waited for."""
        _under_way[:] = [one for one in _under_way if one != (self, generator, backend)]
        if not hung:
            self._begun.pop((generator, backend), None)

    def put(self, trial: Trial) -> None:
        """Keep a trial, for now; ``save`` keeps it for good."""
        self._trials[trial.generator, trial.backend] = trial

    def save(self) -> None:
        """Write the file, where that is possible: else they are tried again next time."""
        entry = {
            "key": self._key,
            "trials": [asdict(trial) for trial in self._trials.values()],
            "begun": [[*which, times] for which, times in self._begun.items()],
        }
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path, json.dumps(entry, indent=1).encode())
        except OSError:
            pass


_under_way: list[tuple[TrialMemory, str, str]] = []


def _give_up() -> None:
    """The person ends the program during trials, which is no fault of theirs."""
    for memory, generator, backend in list(_under_way):
        memory.end(generator, backend)
        memory.save()


before_the_end(_give_up)


def _read_trial(entry: dict[str, Any]) -> Trial:
    ms, parity = (None if entry[name] is None else float(entry[name]) for name in ("ms", "parity"))
    error = None if entry["error"] is None else one_line(str(entry["error"]))
    if any(number is not None and not 0 <= number <= LARGEST_NUMBER for number in (ms, parity)):
        raise ValueError("impossible times")
    return Trial(str(entry["generator"]), str(entry["backend"]), ms, parity, error)


def fingerprint() -> str:
    """Changes when what was tried may no longer hold: with another processor, GPU, driver or package."""
    packages = sorted({package for spec in backends().values() for package in spec.packages})
    facts = [
        platform.machine(),
        processor_name(),
        str(cores()),
        *gpu_names(),
        *(f"{name} {package_version(name)}" for name in packages),
    ]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()

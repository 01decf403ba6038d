"""Which backend runs the generator: the one that was asked for, or the fastest that really runs here."""

from __future__ import annotations

import hashlib
import json
import platform
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pleinair.engine.backends.registry import backends, find_backend
from pleinair.engine.errors import BackendError, WrongPicture
from pleinair.engine.files import write_atomically
from pleinair.engine.frame import Paint, Pixels
from pleinair.engine.generator import Generator, GeneratorFile, open_generator
from pleinair.engine.sources.pattern import draw
from pleinair.engine.system import cores, gpu_names, package_version, processor_name

TRIAL_SIZE = (640, 480)
"""Width and height of the frame that backends are tried with."""
PARITY_LIMIT = 2.0
"""Grey levels by which a picture may differ on average from the one of the processor in float32. bfloat16
differs by up to 0.95; a provider with a fault in its convolutions differed by 3.7 (onnxruntime #29651)."""
SETTLE_SECONDS = 0.2
"""Pause between two sessions: the threads of the last one spin for a while."""
REFERENCE = "cpu"
"""The backend that the others are compared with."""


@dataclass(frozen=True)
class Candidate:
    """A generator that may paint, with a vector float32 (S,) to try it with: an unlikely one shows no faults."""

    file: GeneratorFile
    vector: npt.NDArray[np.float32]


@dataclass(frozen=True)
class Trial:
    """What came of one generator on one backend."""

    generator: str
    backend: str
    ms: float | None = None
    """Median milliseconds for a 640x480 frame; None where it was not timed."""
    parity: float | None = None
    """Mean difference from the reference in grey levels; None where there was nothing to compare."""
    error: str | None = None
    """Why it can't be used."""


@dataclass(frozen=True)
class Choice:
    """The generator and backend that ``auto`` took, and all trials; ``remembered`` from an earlier start."""

    generator: str
    backend: str
    trials: tuple[Trial, ...]
    remembered: bool = False

    @property
    def summary(self) -> str:
        """One sentence for people."""
        timed = {trial.backend: trial.ms for trial in self.trials if trial.ms is not None and not trial.error}
        label = backends()[self.backend].label
        text = f"Painting with {label}, {timed.pop(self.backend):.1f} ms a picture"
        others = [f"{backends()[name].label} {ms:.1f}" for name, ms in timed.items()]
        return f"{text} ({', '.join(others)})." if others else f"{text}."

    @property
    def warnings(self) -> list[str]:
        """What paints wrongly here, and what does not run though people count on it; a sentence each."""
        return [
            f"Not used: {trial.error}"
            for trial in self.trials
            if trial.error and (trial.parity is not None or backends()[trial.backend].expected)
        ]


class TrialRun:
    """Tries backends with one generator, comparing their pictures with the reference backend's."""

    def __init__(self, candidate: Candidate, seconds: float) -> None:
        """``seconds``: how long each is timed; 0 for one picture only."""
        self._candidate, self._seconds = candidate, seconds
        self._frame = draw(0, *TRIAL_SIZE)
        self._reference: npt.NDArray[np.int16] | None = None

    def open(self, backend: str) -> tuple[Generator, Trial]:
        """The generator on this backend, and what the trial found.

        Raises GeneratorError; BackendError where it doesn't run, and WrongPicture where it paints wrongly.
        """
        if backend != REFERENCE and self._reference is None:
            self.open(REFERENCE)[0].close()
        generator = open_generator(self._candidate.file, backend)
        try:
            trial = self._run(generator)
        except BackendError:
            generator.close()
            raise
        return generator, trial

    def _run(self, generator: Generator) -> Trial:
        backend = generator.session.backend
        painted = self._paint(generator, self._frame).astype(np.int16)
        if backend == REFERENCE:
            self._reference = painted
        assert self._reference is not None
        parity = float(np.abs(painted - self._reference).mean())
        if parity > PARITY_LIMIT:
            raise WrongPicture(
                f"{find_backend(backend).label} paints wrongly here: its picture is {parity:.1f} grey levels "
                f"off the processor's on average ({PARITY_LIMIT:g} at most); update its driver and package, "
                "or choose another backend.",
                parity,
            )
        ms = None
        if self._seconds:
            time.sleep(SETTLE_SECONDS)
            times = time_painting(lambda pixels: self._paint(generator, pixels), self._frame, self._seconds)
            ms = float(np.median(times)) * 1e3
        return Trial(self._candidate.file.name, backend, ms, parity)

    def _paint(self, generator: Generator, pixels: Pixels) -> Pixels:
        return generator.paint(pixels, self._candidate.vector)


def time_painting(paint: Paint, pixels: Pixels, seconds: float, least: int = 5) -> list[float]:
    """Seconds of each painting of one frame, again and again, without the first two.

    Raises what ``paint`` raises.
    """
    paint(pixels)
    paint(pixels)
    times: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < least:
        began = time.perf_counter()
        paint(pixels)
        times.append(time.perf_counter() - began)
    return times


def automatic_backends() -> list[str]:
    """What ``auto`` tries here, the reference first."""
    names = [name for name, spec in backends().items() if spec.automatic and spec.unavailable() is None]
    return sorted(names, key=lambda name: name != REFERENCE)


def select(candidates: Sequence[Candidate], memory: Path, seconds: float = 0.5) -> tuple[Generator, Choice]:
    """Open the fastest pair of generator and backend.

    Each is timed for ``seconds``; the answer is kept in the file ``memory``, for this machine, these
    package versions and these generators. Raises GeneratorError, and BackendError when none runs.
    """
    files = {candidate.file.name: candidate.file for candidate in candidates}
    key = fingerprint(list(files.values()))
    remembered = _recall(memory, key)
    if isinstance(remembered, Choice) and remembered.generator in files:
        try:
            return open_generator(files[remembered.generator], remembered.backend), remembered
        except BackendError:
            pass  # it no longer runs: measured anew
    best: tuple[Generator, float] | None = None
    trials: list[Trial] = []
    for candidate in candidates:
        run = TrialRun(candidate, seconds)
        for backend in automatic_backends():
            try:
                generator, trial = run.open(backend)
            except BackendError as error:
                parity = error.parity if isinstance(error, WrongPicture) else None
                trials.append(Trial(candidate.file.name, backend, None, parity, str(error)))
                continue
            trials.append(trial)
            assert trial.ms is not None
            slower: Generator | None = generator
            if best is None or trial.ms < best[1]:
                slower, best = (best[0] if best else None), (generator, trial.ms)
            if slower is not None:
                slower.close()
    if best is None:
        reasons = "; ".join(trial.error or "" for trial in trials)
        raise BackendError(f"No backend runs here ({reasons}); see 'pleinair doctor'.")
    choice = Choice(best[0].name, best[0].session.backend, tuple(trials))
    _remember(memory, key, choice)
    return best[0], choice


def open_checked(candidate: Candidate, backend: str, memory: Path) -> Generator:
    """Open the generator on the backend that was asked for. The first time its picture is compared with the
    reference's. Raises GeneratorError, BackendError, WrongPicture."""
    key = fingerprint([candidate.file])
    found = _recall(memory, key)
    trials = found.trials if found is not None else ()
    known = any(
        (trial.generator, trial.backend) == (candidate.file.name, backend) and trial.parity is not None
        for trial in trials
        if trial.error is None
    )
    if known or backend == REFERENCE:
        return open_generator(candidate.file, backend)
    generator, trial = TrialRun(candidate, seconds=0).open(backend)
    _remember(memory, key, replace(found or Remembered(()), trials=(*trials, trial)))
    return generator


@dataclass(frozen=True)
class Remembered:
    """Trials of backends that were asked for by name, before ``auto`` chose any."""

    trials: tuple[Trial, ...]


def _recall(memory: Path, key: str) -> Choice | Remembered | None:
    try:
        entry: Any = json.loads(memory.read_text())
        if entry["key"] != key:
            return None
        trials = tuple(_read_trial(trial) for trial in entry["trials"])
        if "backend" not in entry:
            return Remembered(trials)
        choice = Choice(str(entry["generator"]), str(entry["backend"]), trials, remembered=True)
        timed = {trial.backend for trial in trials if trial.ms is not None}
        return choice if choice.backend in timed & set(backends()) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None  # not there yet, or edited by hand


def _read_trial(entry: dict[str, Any]) -> Trial:
    ms, parity = (None if entry[name] is None else float(entry[name]) for name in ("ms", "parity"))
    error = None if entry["error"] is None else str(entry["error"])
    return Trial(str(entry["generator"]), str(entry["backend"]), ms, parity, error)


def _remember(memory: Path, key: str, found: Choice | Remembered) -> None:
    entry = {"key": key, **asdict(found)}
    entry.pop("remembered", None)
    try:
        memory.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(memory, json.dumps(entry, indent=1).encode())
    except OSError:
        pass  # measured again next time


def fingerprint(files: Sequence[GeneratorFile]) -> str:
    """Changes when what ``auto`` measured may no longer hold: another processor, GPU, driver, package or
    generator."""
    packages = sorted({package for spec in backends().values() for package in spec.packages})
    facts = [
        platform.machine(),
        processor_name(),
        str(cores()),
        *gpu_names(),
        *(f"{name} {package_version(name)}" for name in packages),
        *(file.digest for file in files),
    ]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()

"""What works on this computer, what does not, and what to do about it."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pleinair.engine.backends.registry import NOT_INSTALLED, BackendSpec, backends
from pleinair.engine.backends.trials import REFERENCE, Candidate, TrialMemory, TrialRun
from pleinair.engine.clock import now
from pleinair.engine.errors import PleinAirError, VirtualCameraError, WrongPicture
from pleinair.engine.files import log_file
from pleinair.engine.frame import Frame, PaintedFrame
from pleinair.engine.generator import GeneratorFile
from pleinair.engine.media.encoders import try_hardware
from pleinair.engine.sinks import Recorder, VirtualCamera, left_behind
from pleinair.engine.sources import list_cameras
from pleinair.engine.sources.pattern import draw
from pleinair.engine.styles.library import Library
from pleinair.engine.system import (
    cores,
    gpu_makes,
    gpu_names,
    has_nvidia_driver,
    package_version,
    processor_features,
    processor_name,
)
from pleinair.engine.threads.heartbeats import beats

FEATURES = ("avx2", "avx512f", "avx512_bf16", "amx_bf16", "asimd", "bf16")
"""Of processors, as Linux names them, that the backends make use of."""
PACKAGES = ("opencv-python-headless", "PySide6-Essentials", "numpy", "av", "torch")
SECONDS = 0.7
"""Of painting with each backend."""
WEBGPU_COMMAND = "pip install 'pleinair[webgpu]'"
CLASHES = (
    ("onnxruntime", "onnxruntime-gpu"),
    ("onnxruntime", "onnxruntime-webgpu"),
    ("onnxruntime-gpu", "onnxruntime-webgpu"),
    ("opencv-python-headless", "opencv-python"),
)
"""Packages that overwrite each other's files."""
LITTLE_SPACE = 2 << 30
"""Bytes on the disk, about three hours of recording at 640x480."""


@dataclass(frozen=True)
class Finding:
    """One fact about ``topic``. ``advice``: what to do where it could be better; ``facts``: for programs."""

    topic: str
    text: str
    advice: str | None = None
    facts: dict[str, Any] | None = None


def examine(
    candidates: Sequence[Candidate], library: Library, styles: Path, recordings: Path, memory: TrialMemory
) -> Iterator[Finding]:
    """Look at everything, in the order in which it is told; takes some seconds.

    ``candidates``: what backends are tried with, none without styles; ``styles``: the folder of the person's
    own styles; ``recordings``: the folder of recordings; ``memory``: of the trials of backends, some of which may
    have ended the program.
    """
    yield from _computer()
    yield from _packages()
    yield from _backends(candidates, memory)
    yield from _cameras()
    yield _virtual_camera()
    yield from _encoder()
    yield from _folders(library, styles, recordings)
    yield from _threads()
    yield Finding("log", str(log_file()))


def _threads() -> Iterator[Finding]:
    """Those of the window that asks, and which of them stand still."""
    found = beats()
    for beat in found:
        if beat.still:
            text = f"'{beat.name}' has stood still for {beat.seconds:.0f} s"
            yield Finding("thread", text, "If the picture stands still, restart Plein Air.")
    if found:
        yield Finding("threads", ", ".join(beat.name for beat in found if not beat.still) + " run")


def _computer() -> Iterator[Finding]:
    yield Finding("system", f"{platform.platform()}, Python {platform.python_version()}")
    allowed, there = cores(), os.cpu_count() or 1
    found = [name for name in FEATURES if name in processor_features()]
    text = f"{processor_name()}, {allowed} cores, {', '.join(found) or 'features unknown'}"
    few = f"Only {allowed} of {there} cores may be used; lift that limit for more speed."
    yield Finding("processor", text, few if allowed < there else None, {"cores": allowed, "features": found})
    yield from _gpus()


def _gpus() -> Iterator[Finding]:
    """With the one command for each make; what NVIDIA's cards lack, the backend ``cuda`` tells."""
    makes, named = gpu_makes(), gpu_names()
    for name in named:
        yield Finding("gpu", name)
    if has_nvidia_driver() and not named:
        yield Finding("gpu", "nvidia-smi does not answer", "Install the NVIDIA driver again and restart.")
    elif "NVIDIA" in makes and not named:
        yield Finding("gpu", "NVIDIA, without its driver", "Install the NVIDIA driver and restart.")
    for make in makes:
        if make != "NVIDIA":
            missing = backends()["webgpu"].unavailable() == NOT_INSTALLED
            yield Finding("gpu", make, f"Run: {WEBGPU_COMMAND}" if missing else None)


def _packages() -> Iterator[Finding]:
    runtimes = dict.fromkeys(package for spec in backends().values() for package in spec.packages)
    installed = {name: package_version(name) for name in ("pleinair", *runtimes, *PACKAGES)}
    yield Finding("packages", ", ".join(f"{name} {v}" for name, v in installed.items() if v), facts=installed)
    for pair in CLASHES:
        if all(package_version(name) for name in pair):
            text = f"{pair[0]} and {pair[1]} are both installed and overwrite each other's files"
            yield Finding(
                "packages",
                text,
                f"Run: pip uninstall {' '.join(pair)}, and then install Plein Air again.",
            )


def _backends(candidates: Sequence[Candidate], memory: TrialMemory) -> Iterator[Finding]:
    runs = {candidate.file: TrialRun(candidate, SECONDS) for candidate in candidates}
    for spec in sorted(backends().values(), key=lambda spec: spec.name != REFERENCE):
        text, advice, facts = _try(spec, runs, memory)
        yield Finding(
            "backend", f"{spec.name}: {spec.label}: {text}", advice, {"backend": spec.name, **facts}
        )


def _try(
    spec: BackendSpec, runs: Mapping[GeneratorFile, TrialRun], memory: TrialMemory
) -> tuple[str, str | None, dict[str, Any]]:
    """What came of a backend, what to do about it, and the facts for programs."""
    reason = spec.unavailable()
    if reason is None and spec.only_by_name:
        reason = f"not tried, as {spec.only_by_name}; ask for it by name"
    if reason is None and not runs:
        reason = "not tried, as there is no style to paint with"
    if reason is not None:
        return reason, spec.advice if reason == NOT_INSTALLED else None, {"runs": False}
    times: dict[str, float] = {}
    texts: list[str] = []
    facts: dict[str, Any] = {}
    for file, run in runs.items():
        if refusal := memory.refusal(file.digest, spec.name):
            return refusal, None, {"runs": False}
        try:
            with memory.trying(file.digest, spec.name):
                generator, trial = run.open(spec.name)
        except WrongPicture as error:
            return str(error), None, {"runs": False, "parity": error.parity}
        except PleinAirError as error:
            return str(error), spec.advice, {"runs": False}
        session = generator.session
        generator.close()
        texts.append(f"{file.name} {trial.ms:.1f} ms, parity {trial.parity:.3f} grey levels")
        times[file.name] = round(trial.ms or 0.0, 2)
        facts = facts or {"device": session.device, "precision": session.precision, "parity": trial.parity}
    text = f"runs on {facts['device']} in {facts['precision']}: {'; '.join(texts)}"
    return text, None, {"runs": True, **facts, "ms": next(iter(times.values())), "times": times}


def _cameras() -> Iterator[Finding]:
    cameras = list_cameras()
    for camera in cameras:
        path = Path(f"/dev/video{camera.number}")
        denied = sys.platform == "linux" and path.exists() and not os.access(path, os.R_OK | os.W_OK)
        advice = (
            "You may not use it; run: sudo usermod -aG video $USER, and log in again." if denied else None
        )
        yield Finding("camera", f"camera:{camera.number} {camera.name}", advice)
    if not cameras:
        yield Finding("camera", "none", "Plug one in; until then there is the demo clip.")


def _virtual_camera() -> Finding:
    try:
        camera = VirtualCamera(640, 480)
        camera.stop()
    except VirtualCameraError as error:
        advice = error.advice[:1].upper() + error.advice[1:]
        return Finding("virtual camera", error.what, advice, {"device": None})
    return Finding("virtual camera", f"{camera.device} works", None, {"device": camera.device})


def _encoder() -> Iterator[Finding]:
    with tempfile.TemporaryDirectory() as folder:
        try:
            recorder = Recorder(Path(folder) / "doctor.mp4").start()
            for number in range(6):
                frame = Frame(draw(number, 640, 480), number, recorder.started_at + number / 30)
                recorder.offer(PaintedFrame(frame, frame.pixels, "", now()))
            recorder.stop()
        except PleinAirError as error:
            yield Finding("encoder", str(error), "Run: pip install --force-reinstall av")
            return
        times = recorder.times.percentiles()
        name, time = recorder.encoder or "none", "" if times is None else f", {times.p50:.1f} ms for 640x480"
        yield Finding("encoder", f"H.264 with {name}{time}", None, {"encoder": name})
    if gpu_makes():
        for trial in try_hardware():
            if trial.error:
                yield Finding("encoder", f"{trial.encoder.label} {trial.error}")


def _folders(library: Library, styles: Path, recordings: Path) -> Iterator[Finding]:
    own = len(list(styles.glob("*.safetensors")))
    writable = os.access(styles, os.W_OK)
    yield Finding(
        "styles",
        f"{len(library.styles)} at hand, {own} of them from {styles}",
        None if writable else f"You may not write into {styles}; change its owner to get styles in.",
    )
    for path, reason in library.rejected.items():
        yield Finding("styles", reason, f"Remove {path}, or bring it up to date.")
    place = next(folder for folder in (recordings, *recordings.parents) if os.path.exists(folder))
    free = shutil.disk_usage(place).free
    advice = None
    if not os.access(place, os.W_OK):
        advice = f"You may not write into {place}; record elsewhere with --record."
    elif free < LITTLE_SPACE:
        advice = "There is little room for recordings; free some space."
    yield Finding("recordings", f"{recordings}, {free / (1 << 30):.1f} GiB free", advice)
    for file in left_behind():
        yield Finding("recordings", f"{file} was not finished", "Open the window, which offers to repair it.")

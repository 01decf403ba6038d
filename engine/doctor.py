"""What works on this computer, what does not, and what to do about it."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pleinair.engine.backends import open_network
from pleinair.engine.backends.selection import RUNTIMES, candidates, trial
from pleinair.engine.errors import PleinAirError
from pleinair.engine.frame import Frame, PaintedFrame, now
from pleinair.engine.options import BACKENDS
from pleinair.engine.sinks import Recorder
from pleinair.engine.sources import list_cameras
from pleinair.engine.sources.pattern import draw
from pleinair.engine.styles import Library
from pleinair.engine.system import cores, gpu_names, package_version, processor_name

FEATURES = ("avx2", "avx512f", "avx512_bf16", "amx_bf16", "asimd", "bf16")
"""Of processors, as Linux names them, that the backends make use of."""
PACKAGES = ("opencv-python-headless", "PySide6-Essentials", "numpy", "av", "torch")
SECONDS = 0.7
"""Of painting with each backend."""
CLASHES = (
    ("onnxruntime", "onnxruntime-gpu"),
    ("onnxruntime", "onnxruntime-directml"),
    ("opencv-python-headless", "opencv-python"),
)
"""Packages that hide each other's files."""
LITTLE_SPACE = 2 << 30
"""Bytes on the disk, about three hours of recording at 640x480."""


@dataclass(frozen=True)
class Finding:
    """One fact about ``topic``. ``advice``: what to do where it could be better; ``facts``: for programs."""

    topic: str
    text: str
    advice: str | None = None
    facts: dict[str, Any] | None = None


def examine(generator: Path, library: Library, styles: Path, recordings: Path | None) -> Iterator[Finding]:
    """Look at everything, in the order in which it is told; takes some seconds.

    ``styles``: where the person's own styles lie; ``recordings``: where films go, None without the
    window's toolkit.
    """
    yield from _computer()
    yield from _packages()
    yield from _backends(generator, library)
    yield from _cameras()
    yield from _encoder()
    yield from _folders(library, styles, recordings)


def _computer() -> Iterator[Finding]:
    yield Finding("system", f"{platform.platform()}, Python {platform.python_version()}")
    allowed, there = cores(), os.cpu_count() or 1
    found = [name for name in FEATURES if name in _processor_flags()]
    text = f"{processor_name()}, {allowed} cores, {', '.join(found) or 'features unknown'}"
    few = f"Only {allowed} of {there} cores may be used; lift that limit for more speed."
    yield Finding("processor", text, few if allowed < there else None, {"cores": allowed, "features": found})
    gpus = gpu_names()
    for name in gpus:
        yield Finding("gpu", name)
    if shutil.which("nvidia-smi") and not gpus:
        yield Finding("gpu", "nvidia-smi does not answer", "Install the NVIDIA driver again and restart.")


def _processor_flags() -> set[str]:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.lower().startswith(("flags", "features")):
                return set(line.split(":", 1)[1].split())
    except OSError:
        pass
    return set()


def _packages() -> Iterator[Finding]:
    installed = {name: package_version(name) for name in ("pleinair", *RUNTIMES, *PACKAGES)}
    yield Finding("packages", ", ".join(f"{name} {v}" for name, v in installed.items() if v), facts=installed)
    for pair in CLASHES:
        if all(package_version(name) for name in pair):
            text = f"{pair[0]} and {pair[1]} are both installed and hide each other's files"
            yield Finding(
                "packages",
                text,
                f"Run: pip uninstall {' '.join(pair)}, and then install Plein Air again.",
            )


def _backends(generator: Path, library: Library) -> Iterator[Finding]:
    pixels, styles = draw(1, 320, 240), list(library.styles.values())
    wanted: np.ndarray[Any, Any] | None = None
    here = candidates()
    for name in sorted(BACKENDS, key=lambda name: name != "cpu"):  # the one all are compared with first
        title = f"{name}: {BACKENDS[name]}"
        if name not in here:
            text, advice = _absent(name)
            yield Finding("backend", f"{title}: {text}", advice, {"backend": name, "runs": False})
            continue
        try:
            network = open_network(generator, name)
            style = styles[0].vector if styles else np.ones(network.style_size, np.float32)
            painted = network.paint(pixels, style).astype(int)
            ms = trial(network, SECONDS)
            network.close()
        except PleinAirError as error:
            advice = f"Run: pip install '{ADVICE[name]}'" if name in ADVICE else None
            yield Finding("backend", f"{title}: {error}", advice, {"backend": name, "runs": False})
            continue
        wanted = painted if wanted is None else wanted
        parity = float(np.abs(painted - wanted).mean())
        text = (
            f"runs on {network.device} in {network.precision}, {ms:.1f} ms, parity {parity:.3f} grey levels"
        )
        facts = {"backend": name, "runs": True, "device": network.device, "precision": network.precision}
        yield Finding("backend", f"{title}: {text}", None, {**facts, "ms": round(ms, 2), "parity": parity})


ADVICE = {"openvino": "openvino", "openvino-gpu": "openvino", "cuda": "pleinair[cuda]"}
"""What to install for a backend that could run here."""


def _absent(name: str) -> tuple[str, str | None]:
    """Why a backend was not tried, and what to do if that can be changed."""
    nvidia = bool(shutil.which("nvidia-smi"))
    if name == "openvino":
        return "not installed", f"Run: pip install {ADVICE[name]}"
    if name == "cuda":
        return "no NVIDIA GPU with its driver was found", None
    if name == "tensorrt":
        waits = "not tried, as it builds for minutes first; ask for it by name"
        return (waits if nvidia else "no NVIDIA GPU with its driver was found"), None
    if name == "directml" and sys.platform == "win32":
        return "not installed", "For a GPU without CUDA, run: pip install onnxruntime-directml"
    return "not for this computer", None


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


def _encoder() -> Iterator[Finding]:
    with tempfile.TemporaryDirectory() as folder:
        try:
            recorder = Recorder(Path(folder) / "doctor.mp4")
            for number in range(6):
                frame = Frame(draw(number, 640, 480), number, recorder.started_at + number / 30)
                recorder.offer(PaintedFrame(frame, frame.pixels, "", now()))
            recorder.stop()
        except PleinAirError as error:
            yield Finding("encoder", str(error), "Run: pip install --force-reinstall av")
            return
        yield Finding("encoder", f"H.264, {recorder.encoding.percentile(50):.1f} ms for 640x480")


def _folders(library: Library, styles: Path, recordings: Path | None) -> Iterator[Finding]:
    own = len(list(styles.glob("*.safetensors")))
    writable = os.access(styles, os.W_OK)
    yield Finding(
        "styles",
        f"{len(library.styles)} at hand, {own} of them from {styles}",
        None if writable else f"You may not write into {styles}; change its owner to get styles in.",
    )
    for path, reason in library.rejected.items():
        yield Finding("styles", reason, f"Remove {path}, or bring it up to date.")
    if recordings is None:
        return
    place = next(folder for folder in (recordings, *recordings.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    advice = None
    if not os.access(place, os.W_OK):
        advice = f"You may not write into {place}; record elsewhere with --record."
    elif free < LITTLE_SPACE:
        advice = "There is little room for recordings; free some space."
    yield Finding("recordings", f"{recordings}, {free / (1 << 30):.1f} GiB free", advice)

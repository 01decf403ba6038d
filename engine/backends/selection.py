"""Which backend paints: the one that was asked for, or the fastest that really runs here."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import platform
import shutil
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from pleinair.engine.backends.onnx import DEVICES as ONNX_DEVICES
from pleinair.engine.backends.onnx import OnnxNetwork
from pleinair.engine.backends.openvino import DEVICES as OPENVINO_DEVICES
from pleinair.engine.backends.openvino import OpenVinoNetwork
from pleinair.engine.backends.session import Network, digest, read_generator_file
from pleinair.engine.errors import BackendError
from pleinair.engine.files import write_atomically
from pleinair.engine.frame import Paint, Pixels
from pleinair.engine.options import BACKENDS
from pleinair.engine.sources.pattern import draw
from pleinair.engine.system import cores, gpu_names, package_version, processor_name

TRIAL = (640, 480)
"""Width and height of the picture that backends are measured with."""
RUNTIMES = ("onnxruntime", "onnxruntime-gpu", "onnxruntime-directml", "openvino")
SETTLE_SECONDS = 0.2
"""Between two networks: the threads of the last one spin for a while."""


def open_network(path: Path, backend: str) -> Network:
    """Load a generator on one backend, strictly. Raises GeneratorError, BackendError."""
    if backend in OPENVINO_DEVICES:
        return OpenVinoNetwork(path, backend)
    if backend in ONNX_DEVICES:
        return OnnxNetwork(path, backend)
    raise BackendError(f"There is no backend '{backend}'; choose one of: {', '.join(BACKENDS)}.")


def time_painting(paint: Paint, pixels: Pixels, seconds: float, least: int = 5) -> list[float]:
    """Seconds of each painting of one picture, again and again, but the first two.

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


def trial(network: Network, seconds: float) -> float:
    """Median ms of a 640x480 picture, once the threads of others have come to rest. Raises BackendError."""
    style = np.ones(network.style_size, np.float32)
    time.sleep(SETTLE_SECONDS)
    times = time_painting(lambda pixels: network.paint(pixels, style), draw(0, *TRIAL), seconds)
    return float(np.median(times)) * 1e3


@dataclass(frozen=True)
class Choice:
    """What ``auto`` found: ``ms`` per 640x480 picture of each backend that runs, ``failed`` with the
    reasons of those that do not though they might, ``remembered`` when it was measured earlier."""

    backend: str
    ms: dict[str, float]
    failed: dict[str, str] = field(default_factory=dict)
    remembered: bool = False

    @property
    def words(self) -> str:
        """One sentence for people."""
        others = [f"{BACKENDS[name]} {ms:.1f}" for name, ms in self.ms.items() if name != self.backend]
        text = f"Painting with {BACKENDS[self.backend]}, {self.ms[self.backend]:.1f} ms a picture"
        return f"{text} ({', '.join(others)})." if others else f"{text}."


def candidates() -> list[str]:
    """Backends that may run here, as far as can be told without starting them.

    TensorRT is left out, since it builds for minutes first; it has to be asked for.
    """
    names = ["cpu"]
    if importlib.util.find_spec("openvino"):
        names.insert(0, "openvino")
        if sys.platform != "darwin" and (sys.platform != "linux" or Path("/dev/dri").exists()):
            names.append("openvino-gpu")
    if shutil.which("nvidia-smi"):
        names.append("cuda")
    if sys.platform == "win32" and package_version("onnxruntime-directml"):
        names.append("directml")
    if sys.platform == "darwin":
        names.append("coreml")
    return names


def choose(path: Path, memory: Path, seconds: float = 0.5) -> tuple[Network, Choice]:
    """Open the generator on the fastest backend.

    Each is measured for ``seconds``; the answer is kept in the file ``memory``, for this machine, these
    versions and this generator. Raises GeneratorError, and BackendError when none runs.
    """
    key = fingerprint(path)
    remembered = _recall(memory, key)
    if remembered is not None:
        try:
            return open_network(path, remembered.backend), remembered
        except BackendError:
            pass  # no longer so: measured anew
    best: Network | None = None
    ms: dict[str, float] = {}
    failed: dict[str, str] = {}
    for name in candidates():
        try:
            network = open_network(path, name)
        except BackendError as error:
            failed[name] = str(error)
            continue
        try:
            ms[name] = trial(network, seconds)
        except BackendError as error:
            failed[name] = str(error)
            network.close()
            continue
        if best is None or ms[name] < ms[best.backend]:
            best, slower = network, best
        else:
            slower = network
        if slower is not None:
            slower.close()
    if best is None:
        raise BackendError(f"No backend runs here ({'; '.join(failed.values())}); see 'pleinair doctor'.")
    choice = Choice(best.backend, ms, failed)
    _remember(memory, key, choice)
    return best, choice


def _recall(memory: Path, key: str) -> Choice | None:
    try:
        entry: Any = json.loads(memory.read_text())
        if entry["key"] != key or entry["backend"] not in entry["ms"]:
            return None
        ms = {name: float(value) for name, value in entry["ms"].items() if name in BACKENDS}
        failed = {str(name): str(reason) for name, reason in entry["failed"].items()}
        return Choice(str(entry["backend"]), ms, failed, remembered=True)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None  # not there yet, or edited by hand


def _remember(memory: Path, key: str, choice: Choice) -> None:
    entry = {"key": key, "backend": choice.backend, "ms": choice.ms, "failed": choice.failed}
    try:
        memory.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(memory, json.dumps(entry, indent=1).encode())
    except OSError:
        pass  # measured again next time


def fingerprint(path: Path) -> str:
    """Changes when what ``auto`` measured may no longer hold: other processor, GPU, driver, library
    or generator. Raises GeneratorError."""
    facts = [
        platform.machine(),
        processor_name(),
        str(cores()),
        *gpu_names(),
        *(f"{name} {package_version(name)}" for name in RUNTIMES),
        digest(read_generator_file(path)),
    ]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()

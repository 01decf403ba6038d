"""What is measured of a backend. Times are milliseconds of ``Generator.paint``: frame up, picture down."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pleinair.engine.backends.registry import backends, find_backend
from pleinair.engine.backends.trials import PARITY_LIMIT, REFERENCE, TRIAL_SIZE, draw_trial_frame
from pleinair.engine.errors import BackendError, OutOfMemory
from pleinair.engine.frame import Pixels
from pleinair.engine.generator import Generator, open_generator, read_generator_file
from pleinair.engine.styles.library import read_library
from pleinair.engine.styles.look import Look

ASSETS = Path(__file__).resolve().parents[2] / "assets"
STYLES = ("starry-night", "the-scream")
TIMED = 1.0
"""Seconds of painting for a time."""
HUGE = (20_000, 20_000)
"""Width and height that should be too much for a GPU's memory."""

Size = Sequence[int]
Vector = npt.NDArray[np.float32]


def available(asked: Sequence[str] | None) -> tuple[list[str], dict[str, str]]:
    """The backends to measure, and why the others are not: those of GPUs, or those asked for."""
    names, reasons = [], {}
    for name, spec in backends().items():
        if asked is not None:
            if name in asked:
                names.append(name)
            continue
        on_processor = name == REFERENCE or (name.startswith("openvino") and not name.endswith("gpu"))
        reason = "for processors" if on_processor else spec.unavailable()
        if reason is None and name.startswith("tensorrt"):
            reason = f"{spec.only_by_name}; ask for it with --backend"
        if reason is None:
            names.append(name)
        else:
            reasons[name] = reason
    return names, reasons


def vectors(digest: str) -> list[Vector]:
    """Two styles for the generator with this SHA-256."""
    styles = read_library([ASSETS / "styles"], [digest]).styles
    return [Look(((styles[name], 1.0),)).vector_for(digest) for name in STYLES]


def reference_picture(name: str) -> Pixels:
    """The trial frame, painted by the processor in float32."""
    file = read_generator_file(ASSETS / "generators" / f"{name}.onnx")
    with closing(open_generator(file, REFERENCE)) as generator:
        return generator.paint(draw_trial_frame(), vectors(file.digest)[0])


def measure(
    backend: str, name: str, sizes: Sequence[Size], wanted: Pixels | None, until: float
) -> Iterator[dict[str, Any]]:
    """A row for parity, where ``wanted`` is the reference's picture, then one for each size until ``time.monotonic``
    is ``until``. Raises what opening raises."""
    path = ASSETS / "generators" / f"{name}.onnx"
    facts = {"backend": backend, "generator": name}
    if wanted is None:
        frame = _frame(*sizes[0])[None]
        with closing(find_backend(backend).open(path.read_bytes())) as session:
            session.prepare({"frame": frame.shape})
            session.settle()
            times = _times(lambda: session.run({"frame": frame}))
        yield {**facts, "size": "x".join(map(str, sizes[0])), **times}
        return
    file = read_generator_file(path)
    looks = vectors(file.digest)
    with closing(open_generator(file, backend)) as generator:
        generator.prepare(*TRIAL_SIZE)
        generator.session.settle()
        apart = np.abs(generator.paint(draw_trial_frame(), looks[0]).astype(int) - wanted)
        parity = {"parity_mean": round(float(apart.mean()), 3), "parity_most": int(apart.max())}
        fault = "its picture is wrong" if apart.mean() > PARITY_LIMIT else None
        yield {**facts, **parity, "device": generator.session.device, "fault": fault}
        for size in sizes:
            if time.monotonic() > until:
                yield {**facts, "size": "x".join(map(str, size)), "left_out": "time ran out"}
                continue
            yield {**facts, "size": "x".join(map(str, size)), **_at(generator, size, looks)}


def _at(generator: Generator, size: Size, looks: Sequence[Vector]) -> dict[str, float]:
    """Getting ready, the first picture, all others before and after compilation, and with another style each."""
    frame = _frame(*size)
    began = time.perf_counter()
    generator.prepare(*size)
    prepared = time.perf_counter()
    generator.paint(frame, looks[0])
    first = time.perf_counter()
    plain = _times(lambda: generator.paint(frame, looks[0]), TIMED / 4)
    generator.session.settle()
    settled = time.perf_counter()
    times = _times(lambda: generator.paint(frame, looks[0]))
    turns = iter(range(10**9))
    switching = _times(lambda: generator.paint(frame, looks[next(turns) % 2]), TIMED / 2)
    return {
        "prepare_s": round(prepared - began, 2),
        "first_ms": round((first - prepared) * 1e3, 2),
        "before_compilation_ms": plain["p50"],
        "compiled_after_s": round(settled - prepared, 1),
        **times,
        "switching_ms": switching["p50"],
    }


def _times(paint: Callable[[], object], seconds: float = TIMED) -> dict[str, float]:
    times: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 5:
        began = time.perf_counter()
        paint()
        times.append((time.perf_counter() - began) * 1e3)
    return {f"p{percent}": round(float(np.percentile(times, percent)), 3) for percent in (50, 95)}


def _frame(width: int, height: int) -> Pixels:
    """The trial frame, repeated to this size."""
    trial = draw_trial_frame()
    repeats = (-(-height // trial.shape[0]), -(-width // trial.shape[1]), 1)
    return np.ascontiguousarray(np.tile(trial, repeats)[:height, :width])


def memory_growth(backend: str, frames: int) -> dict[str, float]:
    """MiB by which the process, and torch on the GPU, grow over ``frames`` frames of 640x480, after the first tenth."""
    file = read_generator_file(ASSETS / "generators" / "fast.onnx")
    look, frame = vectors(file.digest)[0], draw_trial_frame()
    with closing(open_generator(file, backend)) as generator:
        before: dict[str, float] = {}
        for number in range(frames):
            if number == frames // 10:
                before = _memory()
            generator.paint(frame, look)
        return {name: round(value - before[name], 1) for name, value in _memory().items()}


def _memory() -> dict[str, float]:
    status = Path("/proc/self/status")
    found = {}
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        found["process"] = int(line.split()[1]) / 1024
    if find_spec("torch") is not None:
        import torch

        if torch.cuda.is_available():
            found["gpu"] = torch.cuda.memory_allocated() / 2**20
    return found


def overflow(backend: str) -> str:
    """Whether too large a frame is told as such, and the session paints on."""
    file = read_generator_file(ASSETS / "generators" / "fast.onnx")
    look = vectors(file.digest)[0]
    with closing(open_generator(file, backend)) as generator:
        try:
            generator.paint(np.zeros((HUGE[1], HUGE[0], 3), np.uint8), look)
            said = "enough memory"
        except OutOfMemory:
            said = "told as too little memory"
        except BackendError as error:
            said = f"another error: {error}"
        generator.paint(draw_trial_frame(), look)
        return f"{said}; it paints on"


def copy_speed() -> dict[str, float] | str:
    """GB/s that torch copies on the GPU (read and written), and up to it from pinned memory."""
    if find_spec("torch") is None:
        return "no torch"
    import torch

    if not torch.cuda.is_available():
        return "no GPU that torch can use"
    on_gpu = torch.empty(2**30, dtype=torch.uint8, device="cuda")
    other, host = torch.empty_like(on_gpu), torch.empty(2**28, dtype=torch.uint8, pin_memory=True)
    part = on_gpu[: host.numel()]
    copies: dict[str, tuple[torch.Tensor, torch.Tensor, int]] = {
        "on_gpu": (other, on_gpu, 2 * on_gpu.numel()),
        "upload": (part, host, host.numel()),
        "download": (host, part, host.numel()),
    }
    speeds: dict[str, float] = {}
    for name, (to, source, moved) in copies.items():
        to.copy_(source, non_blocking=True)
        torch.cuda.synchronize()
        began = time.perf_counter()
        for _ in range(10):
            to.copy_(source, non_blocking=True)
        torch.cuda.synchronize()
        speeds[name] = round(10 * moved / (time.perf_counter() - began) / 1e9, 1)
    return speeds

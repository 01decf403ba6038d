"""Generators of strangers: hostile ones through the command, and ones that were damaged."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path
from types import MappingProxyType

import numpy as np

from pleinair.engine.backends.registry import find_backend
from pleinair.engine.backends.session import InvalidNetwork
from pleinair.engine.errors import BackendError, GeneratorError
from pleinair.engine.generator import Generator, read_generator_file, require_harmless
from pleinair.engine.styles.style_file import Style, StyleVectors, write_style
from pleinair.engine.untrusted.texts import one_line
from tests.faults.batches import in_batches
from tests.faults.fault import Fault, Outcome
from tests.faults.strangers.damaged import damage
from tests.faults.strangers.hostile import KINDS

BACKENDS = ("cpu", "openvino")
SECONDS = 10.0
GIVEN_UP = 60.0
"""Seconds after which a command is ended."""
BATCH = 100


def write_generator(data: bytes, folder: Path, numbers: int) -> Path:
    """The generator's file, with a style of so many ``numbers`` for it beside it."""
    path = folder / "stranger.onnx"
    path.write_bytes(data)
    base = np.random.default_rng(0).normal(0, 0.1, numbers).astype(np.float32)
    vectors = {path.stem: StyleVectors(read_generator_file(path).digest, base)}
    preview, nothing = np.zeros((8, 8, 3), np.uint8), MappingProxyType[str, object]({})
    style = Style("starry-night", "Its style", "", "", "", "", vectors, preview, nothing)
    write_style(folder / "starry-night.safetensors", style)
    return path


def paint_live(generator: Path, backend: str) -> subprocess.CompletedProcess[str]:
    """The command, with the folders of a person who starts it for the first time, and a recording ``out.mp4``."""
    folder = generator.parent
    home = {"HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"}
    words = ["live", "--headless", "--source", "pattern", "--seconds", "1", "--backend", backend]
    words += ["--generator", str(generator), "--record", str(folder / "out.mp4")]
    return subprocess.run(
        [sys.executable, "-m", "pleinair.app", *words],
        env={**os.environ, **{name: str(folder / "home" / name) for name in home}},
        capture_output=True,
        text=True,
        timeout=GIVEN_UP,
        check=False,
    )


def hostile(number: int, rng: random.Random, folder: Path) -> Outcome:
    """One kind on one backend."""
    kind, backend = list(KINDS)[number // len(BACKENDS) % len(KINDS)], BACKENDS[number % len(BACKENDS)]
    path = write_generator(KINDS[kind](folder), folder, 103_180)
    began = time.monotonic()
    try:
        run = paint_live(path, backend)
    except subprocess.TimeoutExpired:
        return Outcome((f"{kind} on {backend}: nothing happened in {GIVEN_UP:.0f} s",))
    seconds = time.monotonic() - began
    lines = run.stderr.splitlines()
    refused = (
        run.returncode == 1 and len(lines) == 1 and lines[0].startswith(f"pleinair: The generator {path} ")
    )
    wrong: list[str] = []
    if not refused or (folder / "out.mp4").exists():
        wrong.append(f"{kind} on {backend}: exit code {run.returncode}, {run.stderr[-300:]!r}")
    if seconds > SECONDS:
        wrong.append(f"{kind} on {backend}: {seconds:.1f} s")
    return Outcome(tuple(wrong), {"s": seconds})


def damaged(rng: random.Random, folder: Path) -> str | None:
    """A generator with small damage is refused with a sentence, or else it paints, in this very process."""
    path = folder / "damaged.onnx"
    path.write_bytes(damage(rng))
    file, backend = read_generator_file(path), rng.choice(BACKENDS)
    frame = np.random.default_rng(0).integers(0, 256, (48, 64, 3), np.uint8)
    style = np.random.default_rng(0).normal(0, 0.1, 103_180).astype(np.float32)
    try:
        require_harmless(file)
        generator = Generator(file, find_backend(backend).open(file.data))
        try:
            painted = generator.paint(frame, style)
        finally:
            generator.close()
    except (GeneratorError, BackendError, InvalidNetwork) as error:
        text = str(error)
        return None if text == one_line(text) and len(text) < 1000 else f"no sentence: {text!r}"
    return None if painted.shape == frame.shape and painted.dtype == np.uint8 else "another picture"


FAULTS = (
    Fault("hostile generators", "refused in 10 s", hostile, times=len(KINDS) * len(BACKENDS), quick=1),
    Fault(
        "mutated generators",
        "a sentence or accepted; no hang over 5 s, no crash of the program, memory under 1 GB",
        in_batches(damaged, BATCH),
        times=20_000,
        quick=BATCH,
    ),
)

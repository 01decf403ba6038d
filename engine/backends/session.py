"""What every backend offers: a generator file, loaded and ready to run."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from pleinair.engine.errors import BackendError, GeneratorError, OutOfMemory
from pleinair.engine.frame import Pixels


class Network(Protocol):
    """A generator on one device. Never falls back: what cannot run where it was asked to is an error."""

    backend: str
    """Its name, as ``--backend`` takes it."""
    device: str
    """Where it really runs, for people."""
    precision: str
    """What it computes in: float32, bfloat16 or float16."""
    generator: str
    """SHA-256 of the generator file."""
    style_size: int
    """S, the length of the style vectors."""

    def paint(self, pixels: Pixels, style: npt.NDArray[np.float32]) -> Pixels:
        """uint8 (H, W, 3) BGR and float32 (S,) -> uint8 (H, W, 3). One thread at a time.

        Raises BackendError, and OutOfMemory where a smaller picture may still work.
        """

    def prepare(self, width: int, height: int) -> None:
        """Get ready for pictures of this size, so that the first one is no slower than the others. May
        run beside ``paint``. Raises BackendError."""

    def close(self) -> None:
        """Free the device."""


def read_generator_file(path: Path) -> bytes:
    """The file's bytes. Raises GeneratorError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise GeneratorError(
            f"The generator {path} is missing or cannot be read; check its name, or install Plein Air again."
        ) from error


def digest(data: bytes) -> str:
    """SHA-256, as style files name their generator by."""
    return hashlib.sha256(data).hexdigest()


def broken(path: Path, error: Exception) -> GeneratorError:
    """What to tell about a file that a runtime does not take."""
    return GeneratorError(f"The generator {path} is broken ({first_line(error)}).")


def require_inputs(path: Path, names: set[str]) -> None:
    """Raise GeneratorError when the graph is none of ours."""
    if {"frame", "style", "strength"} <= names:
        raise GeneratorError(f"{path} was made by an older version; publish it again from its checkpoint.")
    if names != {"frame", "style"}:
        raise GeneratorError(f"{path} is not a generator of Plein Air; install it again.")


def failed(error: Exception, pixels: Pixels, device: str) -> BackendError:
    """What to tell when painting failed."""
    height, width = pixels.shape[:2]
    text = first_line(error)
    if any(words in str(error).lower() for words in ("memory", "alloc")):
        return OutOfMemory(f"There is too little memory on {device} to paint {width}x{height} pixels.")
    return BackendError(f"Painting {width}x{height} pixels failed on {device} ({text}); try another backend.")


def first_line(error: Exception) -> str:
    """The beginning of an error's text."""
    text = str(error).strip()
    return text.splitlines()[0][:200] if text else type(error).__name__

"""The generator: a network that paints frames, in a session on some device."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pleinair.engine.backends.registry import find_backend
from pleinair.engine.backends.session import InvalidNetwork, Session
from pleinair.engine.errors import BackendError, GeneratorError, OutOfMemory
from pleinair.engine.frame import Pixels
from pleinair.engine.untrusted.files import MEGABYTE, read_file

LARGEST_FILE = 256 * MEGABYTE
"""Bytes."""


@dataclass(frozen=True)
class GeneratorFile:
    """A generator as it lies on the disk: an ONNX graph from ``frame`` uint8 (1, H, W, 3) BGR and ``style``
    float32 (S,) to ``painted`` like the frame."""

    name: str
    """The file's name without ending: ``fast``."""
    data: bytes
    digest: str
    """SHA-256 of the file, by which style files know that they fit."""
    path: Path


def read_generator_file(path: Path) -> GeneratorFile:
    """Raises GeneratorError where the file is missing or can't be read."""
    try:
        data = read_file(path, LARGEST_FILE)
    except OSError as error:
        raise GeneratorError(
            f"The generator {path} is missing or cannot be read; check its name, or install Plein Air again."
        ) from error
    return GeneratorFile(path.stem, data, hashlib.sha256(data).hexdigest(), path)


class Generator:
    """A generator file in a session. Used from one thread at a time, but for ``prepare``."""

    def __init__(self, file: GeneratorFile, session: Session) -> None:
        """Raises GeneratorError where the network in the session is no generator of ours."""
        names = set(session.inputs)
        if {"frame", "style", "strength"} <= names:
            raise GeneratorError(
                f"{file.path} was made by an older version; publish it again from its checkpoint."
            )
        if names != {"frame", "style"}:
            raise GeneratorError(f"{file.path} is not a generator of Plein Air; install it again.")
        self.name, self.digest, self.session = file.name, file.digest, session

    def paint(self, pixels: Pixels, vector: npt.NDArray[np.float32]) -> Pixels:
        """uint8 (H, W, 3) BGR and a style's vector float32 (S,) -> uint8 (H, W, 3) BGR.

        Raises BackendError, and OutOfMemory where a smaller frame may still work.
        """
        try:
            outputs = self.session.run({"frame": pixels[None], "style": vector})
        except BackendError as error:
            raise self._failed(error, *pixels.shape[1::-1]) from error
        return np.asarray(outputs["painted"][0], np.uint8)

    def prepare(self, width: int, height: int) -> None:
        """Get ready for frames of this size; may be called while another thread paints. Raises as ``paint``."""
        try:
            self.session.prepare({"frame": (1, height, width, 3)})
        except BackendError as error:
            raise self._failed(error, width, height) from error

    def close(self) -> None:
        """Free the device."""
        self.session.close()

    def _failed(self, error: BackendError, width: int, height: int) -> BackendError:
        device = self.session.device
        if isinstance(error, OutOfMemory):
            return OutOfMemory(f"There is too little memory on {device} to paint {width}x{height} pixels.")
        return BackendError(
            f"Painting {width}x{height} pixels failed on {device} ({error}); try another backend."
        )


def open_generator(file: GeneratorFile, backend: str) -> Generator:
    """Load a generator on one backend, strictly. Raises GeneratorError, BackendError."""
    try:
        session = find_backend(backend).open(file.data)
    except InvalidNetwork as error:
        raise GeneratorError(f"The generator {file.path} is broken ({error}).") from error
    try:
        return Generator(file, session)
    except GeneratorError:
        session.close()
        raise

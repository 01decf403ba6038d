"""The generator: a network that paints frames, in a session on some device."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pleinair.engine.backends.registry import find_backend
from pleinair.engine.backends.session import InvalidNetwork, Session
from pleinair.engine.errors import BackendError, GeneratorError, OutOfMemory
from pleinair.engine.foreign.shipped import shipped_digests
from pleinair.engine.frame import Pixels
from pleinair.engine.untrusted.files import MEGABYTE, read_file

LARGEST_FILE = 256 * MEGABYTE
"""Bytes."""

STEP, CONTRAST = 32, 64
"""Pixels between two that are looked at first, whether a picture is black; grey levels from dark to light from which on
its frame has something in it, so that a black picture is a fault."""


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
        _require_inputs(file, session.inputs)
        self.name, self.digest, self.session = file.name, file.digest, session

    def paint(self, pixels: Pixels, vector: npt.NDArray[np.float32]) -> Pixels:
        """uint8 (H, W, 3) BGR and a style's vector float32 (S,) -> uint8 (H, W, 3) BGR.

        Raises BackendError, and OutOfMemory where a smaller frame may still work.
        """
        try:
            outputs = self.session.run({"frame": pixels[None], "style": vector})
        except BackendError as error:
            raise self._failed(error, *pixels.shape[1::-1]) from error
        painted = outputs.get("painted")
        if painted is None or painted.shape != (1, *pixels.shape) or painted.dtype != np.uint8:
            raise self._failed(BackendError("something else than a picture came out"), *pixels.shape[1::-1])
        if _is_black(painted[0]) and np.ptp(pixels) >= CONTRAST:
            reason = "all of it is black, as numbers have become too large; another style may do"
            raise self._failed(BackendError(reason), *pixels.shape[1::-1])
        return np.asarray(painted[0], np.uint8)

    def prepare(self, width: int, height: int) -> None:
        """Get ready for frames of this size; may be called while another thread paints. Raises as ``paint``."""
        try:
            self.session.prepare({"frame": (1, height, width, 3)})
        except BackendError as error:
            raise self._failed(error, width, height) from error

    def forget(self) -> None:
        """Frames of another size come from now on; may be called while another thread paints."""
        self.session.forget()

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


def _is_black(pixels: Pixels) -> bool:
    """Whether every pixel is 0: what ONNX Runtime makes of NaN, which reaches all pixels through the norms."""
    return not pixels[::STEP, ::STEP].any() and not pixels.any()


def _require_inputs(file: GeneratorFile, names: Collection[str]) -> None:
    if {"frame", "style", "strength"} <= set(names):
        raise GeneratorError(
            f"{file.path} was made by an older version; publish it again from its checkpoint."
        )
    if set(names) != {"frame", "style"}:
        raise GeneratorError(f"{file.path} is not a generator of Plein Air; install it again.")


def require_harmless(file: GeneratorFile) -> None:
    """Raise GeneratorError for a file that did not come with the program and is no generator as training writes them.

    No runtime and no package reads it before. Takes 0.1 s, and nothing for those that came with the program.
    """
    if file.digest in shipped_digests():
        return
    from pleinair.engine.foreign.check import check_network  # rarely needed
    from pleinair.engine.foreign.network import read_network

    try:
        network = read_network(file.data)
        _require_inputs(file, network.inputs)
        check_network(network)
    except InvalidNetwork as error:
        raise _broken(file, error) from error


def open_generator(file: GeneratorFile, backend: str, tried: bool = False) -> Generator:
    """Load a generator on one backend, strictly. One that did not come with the program is checked first, and paints
    in a process of its own, unless it has been ``tried`` on this backend. Raises GeneratorError, BackendError."""
    require_harmless(file)
    if not tried and file.digest not in shipped_digests():
        from pleinair.engine.foreign.trial import try_network

        try_network(file.data, backend)
    try:
        session = find_backend(backend).open(file.data)
    except InvalidNetwork as error:
        raise _broken(file, error) from error
    try:
        return Generator(file, session)
    except GeneratorError:
        session.close()
        raise


def _broken(file: GeneratorFile, error: InvalidNetwork) -> GeneratorError:
    return GeneratorError(
        f"The generator {file.path} is broken, or not as training writes them ({error}); "
        "export it again, or choose another."
    )

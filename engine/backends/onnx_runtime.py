"""The generator on ONNX Runtime."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from engine.backends.stylizer import check_size, enlarge, shrink, work_scale
from engine.errors import BackendError, GeneratorError
from engine.frame import Pixels
from engine.styles import Look

PROVIDERS = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}


def load_onnxruntime() -> Any:
    """The module, imported when it is needed because it is heavy, and told to report to no one.

    Its official builds send usage data and write a device id into the home folder from version
    1.29 on, unless the variable is set before the import; Windows builds heed the call instead.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    onnxruntime.set_default_logger_severity(3)
    return onnxruntime


class OnnxStylizer:
    """A generator file on one ONNX Runtime provider.

    ``generator`` is the file's SHA-256, ``style_size`` is S. Never falls back: a provider that was
    asked for and does not run is an error.
    """

    backend = "onnxruntime"
    notice: str | None = None
    """What a person should know about the choice of device."""

    def __init__(self, path: Path, provider: str = "cpu") -> None:
        """``provider``: ``cpu``, with all its cores, or ``cuda``.

        Raises GeneratorError for a bad file, BackendError for a provider that does not run.
        """
        ort = load_onnxruntime()
        wanted = PROVIDERS[provider]
        if provider == "cuda" and hasattr(ort, "preload_dlls"):
            ort.preload_dlls()  # CUDA and cuDNN from their pip packages
        if not path.is_file():
            raise GeneratorError(
                f"The generator {path} is missing; check its name, or install Plein Air again."
            )
        if wanted not in ort.get_available_providers():
            raise BackendError(
                f"This ONNX Runtime cannot use {provider}; install pleinair[{provider}] or choose another."
            )
        try:
            self._session = ort.InferenceSession(str(path), _options(ort), providers=[wanted])
        except Exception as error:
            raise GeneratorError(f"The generator {path} is broken ({_first_line(error)}).") from error
        running = self._session.get_providers()[0]
        if running != wanted:
            raise BackendError(
                f"ONNX Runtime was asked for {provider} but would run on {running}; install "
                f"pleinair[{provider}] and a current driver, or choose the CPU."
            )
        self.device = provider.upper()
        self._path = path
        inputs = {i.name: i for i in self._session.get_inputs()}
        if not {"frame", "style", "strength", "keep_colors"} <= set(inputs):
            raise GeneratorError(f"{path} is not a generator of Plein Air; install it again.")
        self.style_size = int(inputs["style"].shape[0])

    @cached_property
    def generator(self) -> str:
        """SHA-256 of the generator file."""
        return hashlib.sha256(self._path.read_bytes()).hexdigest()

    def stylize(self, pixels: Pixels, look: Look) -> Pixels:
        """Paint uint8 (H, W, 3) BGR; same shape back. Raises FrameSizeError, BackendError."""
        check_size(pixels)
        if look.strength == 0.0:
            return pixels
        scale = work_scale(pixels, look)
        if scale == 1.0:
            return self._run(pixels, look)
        small = self._run(shrink(pixels, scale), replace(look, strength=1.0))
        return enlarge(small, pixels, look.strength)

    def _run(self, pixels: Pixels, look: Look) -> Pixels:
        feeds: dict[str, Any] = {
            "frame": pixels[None],
            "style": look.vector,
            "strength": np.array(look.strength, np.float32),
            "keep_colors": np.array(look.keep_colors, np.float32),
        }
        try:
            painted = self._session.run(["painted"], feeds)[0]
        except Exception as error:
            height, width = pixels.shape[:2]
            raise BackendError(
                f"Painting a {width}x{height} picture failed on {self.device} "
                f"({_first_line(error)}); try a smaller --work-size."
            ) from error
        return np.asarray(painted[0], dtype=np.uint8)

    def close(self) -> None:
        """Free the session's memory."""
        del self._session


def open_onnx(path: Path, backend: str = "auto") -> OnnxStylizer:
    """``auto`` takes CUDA where it really runs and else the CPU, with the reason in ``notice``;
    ``cpu`` and ``cuda`` are strict. Raises GeneratorError, BackendError."""
    if backend != "auto":
        return OnnxStylizer(path, backend)
    if not shutil.which("nvidia-smi"):
        return OnnxStylizer(path, "cpu")
    try:
        return OnnxStylizer(path, "cuda")
    except (BackendError, GeneratorError) as error:
        stylizer = OnnxStylizer(path, "cpu")
        stylizer.notice = f"Painting on the CPU although there is an NVIDIA GPU: {error}"
        return stylizer


def open_reference(path: Path) -> Callable[[Pixels], Pixels]:
    """A network with nothing but ``frame`` and ``painted``, on the CPU with all its cores: what
    speeds are compared with."""
    ort = load_onnxruntime()
    session = ort.InferenceSession(str(path), _options(ort), providers=["CPUExecutionProvider"])

    def paint(pixels: Pixels) -> Pixels:
        return np.asarray(session.run(["painted"], {"frame": pixels[None]})[0][0], dtype=np.uint8)

    return paint


def _options(ort: Any) -> Any:
    options = ort.SessionOptions()
    options.intra_op_num_threads = len(_cores())
    options.log_severity_level = 3
    return options


def _cores() -> set[int]:
    if hasattr(os, "sched_getaffinity"):
        return os.sched_getaffinity(0)
    return set(range(os.cpu_count() or 1))


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__

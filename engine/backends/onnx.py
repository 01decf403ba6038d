"""The generator on ONNX Runtime."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pleinair.engine.backends.session import (
    broken,
    digest,
    failed,
    first_line,
    read_generator_file,
    require_inputs,
)
from pleinair.engine.errors import BackendError
from pleinair.engine.frame import Pixels
from pleinair.engine.system import cores

PROVIDERS = {
    "cpu": "CPUExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "tensorrt": "TensorrtExecutionProvider",
    "directml": "DmlExecutionProvider",
    "coreml": "CoreMLExecutionProvider",
}
"""Backend -> the provider's name. The first is there in every build."""

DEVICES = {
    "cpu": "CPU",
    "cuda": "NVIDIA GPU (CUDA)",
    "tensorrt": "NVIDIA GPU (TensorRT)",
    "directml": "GPU (DirectML)",
    "coreml": "Apple GPU or Neural Engine (Core ML)",
}


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


class OnnxNetwork:
    """A generator file on one provider of ONNX Runtime; see ``Network``."""

    precision = "float32"

    def __init__(self, path: Path, backend: str = "cpu") -> None:
        """``backend``: one of ``PROVIDERS``; the CPU with all its cores.

        Raises GeneratorError for a bad file, BackendError for a provider that does not run.
        """
        data = read_generator_file(path)
        ort = load_onnxruntime()
        wanted = PROVIDERS[backend]
        if backend in ("cuda", "tensorrt") and hasattr(ort, "preload_dlls"):
            ort.preload_dlls()  # CUDA and cuDNN from their pip packages
        if wanted not in ort.get_available_providers():
            raise BackendError(
                f"The ONNX Runtime that is installed cannot use {DEVICES[backend]}; "
                "see 'pleinair doctor' for what to install, or choose another backend."
            )
        try:
            self._session = ort.InferenceSession(data, _options(ort), providers=[wanted])
        except Exception as error:
            if backend == "cpu":
                raise broken(path, error) from error
            raise BackendError(f"{DEVICES[backend]} could not be started ({first_line(error)}).") from error
        running = self._session.get_providers()[0]
        if running != wanted:
            raise BackendError(
                f"ONNX Runtime was asked for {DEVICES[backend]} but would run on {running}; see "
                "'pleinair doctor' for what is missing, or choose another backend."
            )
        inputs = {i.name: i for i in self._session.get_inputs()}
        require_inputs(path, set(inputs))
        self.backend, self.device = backend, DEVICES[backend]
        self.generator = digest(data)
        self.style_size = int(inputs["style"].shape[0])

    def paint(self, pixels: Pixels, style: npt.NDArray[np.float32]) -> Pixels:
        """See ``Network``."""
        try:
            painted = self._session.run(["painted"], {"frame": pixels[None], "style": style})[0]
        except Exception as error:
            raise failed(error, pixels, self.device) from error
        return np.asarray(painted[0], dtype=np.uint8)

    def prepare(self, width: int, height: int) -> None:
        """See ``Network``."""
        self.paint(np.zeros((height, width, 3), np.uint8), np.ones(self.style_size, np.float32))

    def close(self) -> None:
        """Free the session's memory."""
        del self._session


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
    options.intra_op_num_threads = cores()
    options.log_severity_level = 3
    return options

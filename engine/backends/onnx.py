"""ONNX Runtime: any processor, and GPUs through its execution providers."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pleinair.engine.backends.registry import (
    NOT_FOR_THIS_COMPUTER,
    NOT_INSTALLED,
    BackendSpec,
    register_backend,
)
from pleinair.engine.backends.session import InvalidNetwork, Shape, first_line, run_error
from pleinair.engine.errors import BackendError
from pleinair.engine.system import cores, has_nvidia_driver, package_version

if TYPE_CHECKING:
    import numpy.typing as npt

ELEMENTS = {"tensor(uint8)": "uint8", "tensor(float)": "float32"}
"""ONNX Runtime's names of element types -> numpy's."""


def load_onnxruntime() -> Any:
    """The module, imported on first use because it is heavy, and told not to report usage.

    Official builds send usage data and write a device id into the home folder from version 1.29 on,
    unless the variable is set before the import; Windows builds heed the call instead.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    onnxruntime.set_default_logger_severity(3)
    return onnxruntime


class OnnxSession:
    """A network on one execution provider; see ``Session``."""

    precision = "float32"

    def __init__(self, network: bytes, backend: str, provider: str, device: str) -> None:
        """``network``: an ONNX file. The CPU provider uses all cores.

        Raises InvalidNetwork for a bad file, BackendError for a provider that doesn't run.
        """
        ort = load_onnxruntime()
        if backend in ("cuda", "tensorrt") and hasattr(ort, "preload_dlls"):
            ort.preload_dlls()  # CUDA and cuDNN from their pip packages
        if provider not in ort.get_available_providers():
            raise BackendError(
                f"The ONNX Runtime that is installed cannot use {device}; "
                "see 'pleinair doctor' for what to install, or choose another backend."
            )
        options = ort.SessionOptions()
        options.intra_op_num_threads = cores()
        options.log_severity_level = 3
        try:
            self._session = ort.InferenceSession(network, options, providers=[provider])
        except Exception as error:
            if backend == "cpu":
                raise InvalidNetwork(first_line(error)) from error
            raise BackendError(f"{device} could not be started ({first_line(error)}).") from error
        running = self._session.get_providers()[0]
        if running != provider:
            raise BackendError(
                f"ONNX Runtime was asked for {device} but would run on {running}; see "
                "'pleinair doctor' for what is missing, or choose another backend."
            )
        self.backend, self.device = backend, device
        self.inputs: Mapping[str, Shape] = {
            i.name: tuple(axis if isinstance(axis, int) else None for axis in i.shape)
            for i in self._session.get_inputs()
        }
        self._outputs = [output.name for output in self._session.get_outputs()]

    def run(self, inputs: Mapping[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
        """See ``Session``."""
        try:
            outputs = self._session.run(self._outputs, dict(inputs))
        except Exception as error:
            raise run_error(error) from error
        return dict(zip(self._outputs, outputs, strict=True))

    def prepare(self, shapes: Mapping[str, tuple[int, ...]]) -> None:
        """See ``Session``; a run is the only way to have the memory allocated."""
        import numpy as np

        self.run(
            {
                i.name: np.zeros(shapes.get(i.name, i.shape), ELEMENTS[i.type])
                for i in self._session.get_inputs()
            }
        )

    def settle(self) -> None:
        """See ``Session``."""

    def close(self) -> None:
        """Free the session's memory."""
        del self._session


def _always() -> None:
    return None


def _no_nvidia() -> str | None:
    return None if has_nvidia_driver() else "no NVIDIA GPU with its driver was found"


def _no_directml() -> str | None:
    if sys.platform != "win32":
        return NOT_FOR_THIS_COMPUTER
    return None if package_version("onnxruntime-directml") else NOT_INSTALLED


def _no_coreml() -> str | None:
    return None if sys.platform == "darwin" else NOT_FOR_THIS_COMPUTER


def _register(
    name: str, label: str, provider: str, device: str, unavailable: Callable[[], str | None], **facts: Any
) -> None:
    def open_session(network: bytes) -> OnnxSession:
        return OnnxSession(network, name, provider, device)

    packages = facts.pop("packages", ("onnxruntime", "onnxruntime-gpu"))
    register_backend(BackendSpec(name, label, packages, unavailable, open_session, **facts))


_register("cpu", "ONNX Runtime on the processor", "CPUExecutionProvider", "CPU", _always)
_register(
    "cuda",
    "ONNX Runtime on an NVIDIA GPU",
    "CUDAExecutionProvider",
    "NVIDIA GPU (CUDA)",
    _no_nvidia,
    advice="Run: pip install 'pleinair[cuda]'",
    expected=True,
)
_register(
    "tensorrt",
    "ONNX Runtime with TensorRT on an NVIDIA GPU",
    "TensorrtExecutionProvider",
    "NVIDIA GPU (TensorRT)",
    _no_nvidia,
    automatic=False,  # it builds for minutes first
)
_register(
    "directml",
    "ONNX Runtime with DirectML on a GPU",
    "DmlExecutionProvider",
    "GPU (DirectML)",
    _no_directml,
    packages=("onnxruntime-directml",),
    advice="For a GPU without CUDA, run: pip install onnxruntime-directml",
)
_register(
    "coreml",
    "ONNX Runtime with Core ML",
    "CoreMLExecutionProvider",
    "Apple GPU or Neural Engine (Core ML)",
    _no_coreml,
)

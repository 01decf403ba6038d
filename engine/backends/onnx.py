"""ONNX Runtime: any processor, and GPUs through its execution providers."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from pleinair.engine.backends.onnx_plugins import add_plugin, pad_inputs
from pleinair.engine.backends.registry import (
    NOT_FOR_THIS_COMPUTER,
    NOT_INSTALLED,
    BackendSpec,
    register_backend,
)
from pleinair.engine.backends.session import InvalidNetwork, Shape, first_line, run_error
from pleinair.engine.errors import BackendError
from pleinair.engine.system import cores, gpu_makes, has_nvidia_driver, package_version

if TYPE_CHECKING:
    import numpy.typing as npt

CUDA_COMMAND = "pip install 'pleinair[cuda]'"
SLOW_START = "it builds for minutes first"
WEBGPU, TENSORRT_RTX = "onnxruntime_ep_webgpu", "onnxruntime_ep_nv_tensorrt_rtx"
"""Modules of plug-ins."""
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
    onnxruntime.set_default_logger_severity(4)  # errors are raised as well
    return onnxruntime


def _preload(ort: Any) -> str:
    """Load CUDA and cuDNN from their pip packages; returns what is missing, to be told, and does not print it."""
    said = io.StringIO()
    with redirect_stdout(said):
        if hasattr(ort, "preload_dlls"):
            ort.preload_dlls()
    names = re.findall(r"Failed to load ([^\s:]+)", said.getvalue())
    return f", as {', '.join(names)} cannot be loaded" if names else ""


class OnnxSession:
    """A network on one execution provider; see ``Session``."""

    precision = "float32"

    def __init__(
        self, network: bytes, backend: str, provider: str, device: str, plugin: str | None = None
    ) -> None:
        """``network``: an ONNX file. ``plugin``: the module that brings the provider where ONNX Runtime has not got it
        built in. The CPU provider uses all cores.

        Raises InvalidNetwork for a bad file, BackendError for a provider that doesn't run.
        """
        ort = load_onnxruntime()
        missing = _preload(ort) if backend in ("cuda", "tensorrt") else ""
        advice = f"run: {CUDA_COMMAND}" if missing else "see 'pleinair doctor'"
        options = ort.SessionOptions()
        options.intra_op_num_threads = cores()
        options.log_severity_level = 4
        providers: list[str] | None = [provider]
        if provider not in ort.get_available_providers():
            if plugin is None:
                raise BackendError(
                    f"The ONNX Runtime that is installed cannot use {device}; "
                    "see 'pleinair doctor' for what to install, or choose another backend."
                )
            add_plugin(ort, options, plugin, device)
            providers = None  # ``options`` names it
        try:
            # Else it prints lines of its own, and tries others.
            self._session = ort.InferenceSession(network, options, providers=providers, enable_fallback=False)
        except Exception as error:
            if backend == "cpu":
                raise InvalidNetwork(first_line(error)) from error
            reason = missing or f" ({first_line(error)})"
            raise BackendError(
                f"{device} could not be started{reason}; {advice}, or choose another backend."
            ) from error
        running = self._session.get_providers()[0]
        if running != provider:
            raise BackendError(
                f"ONNX Runtime was asked for {device} but would run on {running}{missing}; {advice}, "
                "or choose another backend."
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

    def forget(self) -> None:
        """See ``Session``."""

    def settle(self) -> None:
        """See ``Session``."""

    def close(self) -> None:
        """Free the session's memory."""
        del self._session


def _always() -> None:
    return None


def _no_nvidia() -> str | None:
    return None if has_nvidia_driver() else "no NVIDIA GPU with its driver was found"


def _no_coreml() -> str | None:
    return None if sys.platform == "darwin" else NOT_FOR_THIS_COMPUTER


def _no_tensorrt_rtx() -> str | None:
    return _no_nvidia() or (None if find_spec(TENSORRT_RTX) else NOT_INSTALLED)


def _no_webgpu() -> str | None:
    if not gpu_makes():
        return "no GPU was found"
    there = find_spec(WEBGPU) or package_version("onnxruntime-webgpu")  # the latter has it built in
    return None if there else NOT_INSTALLED


def _register(
    name: str, label: str, provider: str, device: str, unavailable: Callable[[], str | None], **facts: Any
) -> None:
    plugin = facts.pop("plugin", None)

    def open_session(network: bytes) -> OnnxSession:
        return OnnxSession(network, name, provider, device, plugin)

    packages = facts.pop("packages", ("onnxruntime", "onnxruntime-gpu"))
    register_backend(BackendSpec(name, label, packages, unavailable, open_session, **facts))


_register("cpu", "ONNX Runtime on the processor", "CPUExecutionProvider", "CPU", _always)
_register(
    "cuda",
    "ONNX Runtime on an NVIDIA GPU",
    "CUDAExecutionProvider",
    "NVIDIA GPU (CUDA)",
    _no_nvidia,
    advice=f"Run: {CUDA_COMMAND}",
    expected=True,
)
_register(
    "tensorrt",
    "ONNX Runtime with TensorRT on an NVIDIA GPU",
    "TensorrtExecutionProvider",
    "NVIDIA GPU (TensorRT)",
    _no_nvidia,
    only_by_name=SLOW_START,
)
_register(
    "tensorrt-rtx",
    "ONNX Runtime with TensorRT on an NVIDIA RTX GPU",
    "NvTensorRTRTXExecutionProvider",
    "NVIDIA RTX GPU (TensorRT)",
    _no_tensorrt_rtx,
    plugin=TENSORRT_RTX,
    packages=("onnxruntime", "onnxruntime-gpu", "onnxruntime-ep-nv-tensorrt-rtx-cu13"),
    only_by_name=SLOW_START,
)
_register(
    "coreml",
    "ONNX Runtime with Core ML",
    "CoreMLExecutionProvider",
    "Apple GPU or Neural Engine (Core ML)",
    _no_coreml,
)


def _open_webgpu(network: bytes) -> OnnxSession:
    provider = "WebGpuExecutionProvider"
    return OnnxSession(pad_inputs(network), "webgpu", provider, "GPU (WebGPU)", WEBGPU)


register_backend(
    BackendSpec(
        "webgpu",
        "ONNX Runtime with WebGPU on a GPU of any make",
        ("onnxruntime", "onnxruntime-gpu", "onnxruntime-webgpu", "onnxruntime-ep-webgpu", "onnx"),
        _no_webgpu,
        _open_webgpu,
    )
)

"""OpenVINO: x86-64 processors, in float32 or bfloat16, and Intel's GPUs."""

from __future__ import annotations

import importlib.util
import sys
import threading
from collections import OrderedDict
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pleinair.engine.backends.registry import (
    NOT_FOR_THIS_COMPUTER,
    NOT_INSTALLED,
    BackendSpec,
    register_backend,
)
from pleinair.engine.backends.session import InvalidNetwork, Shape, first_line, run_error
from pleinair.engine.errors import BackendError
from pleinair.engine.system import processor_features

if TYPE_CHECKING:
    import numpy.typing as npt

KEPT = 12
"""Shapes that stay compiled; the one not used for longest goes first."""
HINTS = {"float32": "f32", "bfloat16": "bf16", "float16": "f16"}
"""OpenVINO's words for precisions."""


@cache
def load_core() -> Any:
    """OpenVINO's core, loaded on first use because it is heavy, and told not to report usage.

    There is one for the life of the process: its plug-in for processors gives the thread that loads it another
    stack for signals and frees that when the core ends. If it ends in another thread, the next Ctrl+C is a
    segmentation fault (seen with 2026.4.1).

    Usage data goes through a package of its own, from the import on, unless a file in the home folder
    says no; where that package can't be imported, OpenVINO does without it. So it does without its converter of
    models, which takes 0.1 s to import. Raises BackendError.
    """
    for unwanted in ("openvino_telemetry", "openvino.tools.ovc"):
        sys.modules.setdefault(unwanted, None)  # type: ignore[arg-type]
    try:
        import openvino
    except ImportError as error:
        raise BackendError(
            f"OpenVINO is not installed or does not load ({first_line(error)}); install it with: "
            "pip install openvino, or choose another backend."
        ) from error
    return openvino.Core()


class OpenVinoSession:
    """A network on one device of OpenVINO; see ``Session``.

    Each shape is compiled for itself (a tenth of a second on a processor): with open shapes, 640x480
    takes 10.7 ms instead of 6.5.
    """

    def __init__(self, network: bytes, backend: str, device: str, precision: str) -> None:
        """``network``: an ONNX file; ``device``: OpenVINO's name of it, ``CPU`` or ``GPU``.

        Raises InvalidNetwork for a bad file, BackendError where OpenVINO, the device or its precision is missing.
        """
        self._core, self._device = load_core(), device
        # "GPU" where there is one, "GPU.0" and so on where there are several.
        found = [name for name in self._core.available_devices if name.split(".")[0] == device]
        if not found:
            raise BackendError(
                f"OpenVINO finds no {device} that it can use here; see 'pleinair doctor', "
                "or choose another backend."
            )
        try:
            self._model = self._core.read_model(network)
        except Exception as error:
            raise InvalidNetwork(first_line(error)) from error
        self.backend = backend
        self.inputs: Mapping[str, Shape] = {
            i.get_any_name(): tuple(a.get_length() if a.is_static else None for a in i.partial_shape)
            for i in self._model.inputs
        }
        self._outputs = [output.get_any_name() for output in self._model.outputs]
        self.device = f"{device} ({self._core.get_property(found[0], 'FULL_DEVICE_NAME')})"
        offers = self._core.get_property(found[0], "OPTIMIZATION_CAPABILITIES")
        if precision == "bfloat16" and "BF16" not in offers:
            raise BackendError(f"{self.device} has no bfloat16; choose another backend.")
        self.precision = precision
        self._requests: OrderedDict[tuple[tuple[str, tuple[int, ...]], ...], Any] = OrderedDict()
        self._lock = threading.Lock()

    def _request(self, shapes: Mapping[str, tuple[int, ...]]) -> Any:
        key = tuple(sorted(shapes.items()))
        with self._lock:
            request = self._requests.get(key)
            if request is not None:
                self._requests.move_to_end(key)
                return request
        model = self._model.clone()
        model.reshape({name: list(shape) for name, shape in shapes.items()})
        hints = {"INFERENCE_PRECISION_HINT": HINTS[self.precision], "PERFORMANCE_HINT": "LATENCY"}
        request = self._core.compile_model(model, self._device, hints).create_infer_request()
        with self._lock:
            self._requests[key] = request
            if len(self._requests) > KEPT:
                self._requests.popitem(last=False)
        return request

    def run(self, inputs: Mapping[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
        """See ``Session``."""
        try:
            open_shapes = {name: inputs[name].shape for name, shape in self.inputs.items() if None in shape}
            # Inputs are read where they lie; outputs are copied, as the next run reuses their place.
            outputs = self._request(open_shapes).infer(dict(inputs), share_inputs=True)
            return {name: outputs[name] for name in self._outputs}
        except Exception as error:
            raise run_error(error) from error

    def prepare(self, shapes: Mapping[str, tuple[int, ...]]) -> None:
        """See ``Session``."""
        try:
            self._request(shapes)
        except Exception as error:
            raise run_error(error) from error

    def forget(self) -> None:
        """See ``Session``: 20 MB each at 640x480, on average."""
        with self._lock:
            self._requests.clear()

    def settle(self) -> None:
        """See ``Session``."""

    def close(self) -> None:
        """Free what was compiled."""
        self.forget()


def _not_installed() -> str | None:
    return None if importlib.util.find_spec("openvino") else NOT_INSTALLED


def _no_bfloat16() -> str | None:
    features = processor_features()
    absent = bool(features) and not any("bf16" in feature for feature in features)
    return NOT_FOR_THIS_COMPUTER if absent else _not_installed()


def _no_gpu() -> str | None:
    absent = sys.platform == "darwin" or (sys.platform == "linux" and not Path("/dev/dri").exists())
    return NOT_FOR_THIS_COMPUTER if absent else _not_installed()


def _register(
    name: str, label: str, device: str, precision: str, unavailable: Any, advice: str | None = None
) -> None:
    def open_session(network: bytes) -> OpenVinoSession:
        return OpenVinoSession(network, name, device, precision)

    register_backend(BackendSpec(name, label, ("openvino",), unavailable, open_session, advice))


_INSTALL = "Run: pip install openvino"
_register("openvino", "OpenVINO on the processor", "CPU", "float32", _not_installed, _INSTALL)
# Processors with matrix units for bfloat16 (AMX) compute it several times as fast as float32, others with
# bfloat16 instructions alone slower (1.5 times on a Xeon): so it is a choice of its own, to be measured.
_register("openvino-bf16", "OpenVINO on the processor in bfloat16", "CPU", "bfloat16", _no_bfloat16)
_register("openvino-gpu", "OpenVINO on an Intel GPU", "GPU", "float16", _no_gpu, _INSTALL)

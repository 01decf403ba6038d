"""The generator on OpenVINO: processors, in bfloat16 where they have it, and Intel's GPUs."""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict
from functools import cache
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

DEVICES = {"openvino": "CPU", "openvino-gpu": "GPU"}
"""Backend -> OpenVINO's name of the device."""
KEPT = 12
"""Sizes that stay compiled; the one not used for longest goes first."""
NAMES = {"bf16": "bfloat16", "f16": "float16", "f32": "float32"}


@cache
def load_core() -> Any:
    """OpenVINO's core, imported when it is needed because it is heavy, and told to report to no one.

    One for the life of the process: its plug-in for processors gives the thread that loads it another stack
    for signals and frees that when the core ends; if it ends in another thread, the next Ctrl+C is a
    segmentation fault (seen with 2026.4.1).

    It sends usage data through a package of its own, from the import on and unless a file in the home folder
    says no; where that package cannot be imported it does without. Raises BackendError.
    """
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    try:
        import openvino
    except ImportError as error:
        raise BackendError(
            f"OpenVINO is not installed or does not load ({first_line(error)}); install it with: "
            "pip install openvino, or choose another backend."
        ) from error
    return openvino.Core()


class OpenVinoNetwork:
    """A generator file on one device of OpenVINO; see ``Network``.

    Each size is compiled for itself (a tenth of a second on a processor): with sizes left open, 640x480
    takes 10.7 ms instead of 6.5.
    """

    def __init__(self, path: Path, backend: str = "openvino") -> None:
        """``backend``: one of ``DEVICES``. Raises GeneratorError for a bad file, BackendError where
        OpenVINO or the device is missing."""
        data = read_generator_file(path)
        self._core = load_core()
        self._device = DEVICES[backend]
        # "GPU" where there is one, "GPU.0" and so on where there are several.
        found = [name for name in self._core.available_devices if name.split(".")[0] == self._device]
        if not found:
            raise BackendError(
                f"OpenVINO finds no {self._device} that it can use here; see 'pleinair doctor', "
                "or choose another backend."
            )
        try:
            self._model = self._core.read_model(data)
        except Exception as error:
            raise broken(path, error) from error
        require_inputs(path, {i.get_any_name() for i in self._model.inputs})
        self.backend = backend
        self.generator = digest(data)
        self.style_size = int(self._model.input("style").shape[0])
        offers = self._core.get_property(found[0], "OPTIMIZATION_CAPABILITIES")
        half = "bf16" if self._device == "CPU" and "BF16" in offers else "f32"
        self._hint = "f16" if self._device == "GPU" and "FP16" in offers else half
        self.precision = NAMES[self._hint]
        name = str(self._core.get_property(found[0], "FULL_DEVICE_NAME"))
        self.device = f"{self._device} ({name})"
        self._requests: OrderedDict[tuple[int, int], Any] = OrderedDict()
        self._lock = threading.Lock()

    def _request(self, height: int, width: int) -> Any:
        with self._lock:
            request = self._requests.get((height, width))
            if request is not None:
                self._requests.move_to_end((height, width))
                return request
        model = self._model.clone()
        model.reshape({"frame": [1, height, width, 3]})
        hints = {"INFERENCE_PRECISION_HINT": self._hint, "PERFORMANCE_HINT": "LATENCY"}
        request = self._core.compile_model(model, self._device, hints).create_infer_request()
        with self._lock:
            self._requests[height, width] = request
            if len(self._requests) > KEPT:
                self._requests.popitem(last=False)
        return request

    def paint(self, pixels: Pixels, style: npt.NDArray[np.float32]) -> Pixels:
        """See ``Network``."""
        try:
            feeds = {"frame": pixels[None], "style": style}
            # Inputs are read where they lie; the output is copied, as the next picture reuses its place.
            painted = self._request(*pixels.shape[:2]).infer(feeds, share_inputs=True)[0]
        except Exception as error:
            raise failed(error, pixels, self.device) from error
        return np.asarray(painted[0], dtype=np.uint8)

    def prepare(self, width: int, height: int) -> None:
        """See ``Network``."""
        try:
            self._request(height, width)
        except Exception as error:
            raise failed(error, np.empty((height, width, 3), np.uint8), self.device) from error

    def close(self) -> None:
        """Free what was compiled."""
        self._requests.clear()

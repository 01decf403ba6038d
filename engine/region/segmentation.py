"""The network that tells a person from the background: MediaPipe's selfie segmentation."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from pleinair.engine.backends.onnx import load_onnxruntime
from pleinair.engine.backends.session import first_line
from pleinair.engine.compositing import halve
from pleinair.engine.errors import BackendError
from pleinair.engine.files import asset
from pleinair.engine.frame import Pixels
from pleinair.engine.untrusted.files import MEGABYTE, read_file

Mask = npt.NDArray[np.float32]
"""float32 (H, W), from 0, background, to 1, person."""

WIDTH, HEIGHT = 256, 144
"""Of the pictures that the network takes, whatever the shape of the frame."""
LARGEST_FILE = 16 * MEGABYTE
"""Bytes of the network."""


class Segmenter:
    """The network on ONNX Runtime, on the processor, wherever frames are painted: bfloat16 is too coarse for it,
    and a GPU no faster. Used from one thread at a time."""

    def __init__(self, path: Path | None = None) -> None:
        """Raises BackendError where the file is missing or broken."""
        ort = load_onnxruntime()
        options = ort.SessionOptions()
        # More threads save a third of a millisecond on an idle computer, and cost several on a busy one.
        options.intra_op_num_threads = 1
        options.log_severity_level = 4
        path = path or asset("person", "selfie_144x256.onnx")
        try:
            self._session = ort.InferenceSession(
                read_file(path, LARGEST_FILE), options, ["CPUExecutionProvider"]
            )
        except Exception as error:  # ONNX Runtime has no common class for them
            raise BackendError(
                f"The network {path} that finds the person cannot be used ({first_line(error)}); "
                "install Plein Air again."
            ) from error

    def mask(self, small: Pixels) -> Mask:
        """uint8 (144, 256, 3) BGR -> float32 (144, 256). Raises BackendError."""
        planes = cv2.dnn.blobFromImage(small, 1 / 255, swapRB=True)  # float32 (1, 3, 144, 256) RGB
        try:
            (mask,) = self._session.run(None, {"image": planes})
        except Exception as error:
            raise BackendError(
                f"The person could not be found in the picture ({first_line(error)})."
            ) from error
        return np.asarray(mask[0, 0], np.float32)


def reduced(pixels: Pixels) -> Pixels:
    """The frame squeezed to what the network takes, uint8 (144, 256, 3)."""
    pixels = halve(pixels, WIDTH, HEIGHT)
    return np.asarray(cv2.resize(pixels, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR), np.uint8)

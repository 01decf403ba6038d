"""What a person can choose. Loads nothing, so that the command line is there at once."""

from __future__ import annotations

from dataclasses import dataclass

AUTO = "auto"
BACKENDS = {
    "openvino": "OpenVINO on the processor",
    "cpu": "ONNX Runtime on the processor",
    "cuda": "ONNX Runtime on an NVIDIA GPU",
    "tensorrt": "ONNX Runtime with TensorRT on an NVIDIA GPU",
    "openvino-gpu": "OpenVINO on an Intel GPU",
    "directml": "ONNX Runtime with DirectML on a GPU",
    "coreml": "ONNX Runtime with Core ML",
}
"""Names for ``--backend``, and what they are."""


@dataclass(frozen=True)
class Target:
    """What live painting must keep up with: frames a second, or the most ms from camera to painted picture
    where ``latency_ms`` is given."""

    fps: float = 30.0
    latency_ms: float | None = None

"""What the engine calls its parts, in the window's language."""

from __future__ import annotations

from pleinair.app.translation import mark, translate
from pleinair.engine.backends.registry import backends

KNOWN = (
    mark("Names", "Auto"),
    # Generators
    mark("Names", "Fine"),
    mark("Names", "Fast"),
    # How good recordings are
    mark("Names", "Small"),
    mark("Names", "Good"),
    mark("Names", "Best"),
    # Controls
    mark("Names", "Stroke size"),
    mark("Names", "Size of the strokes, from -1 (small) to 1 (large)"),
    mark("Names", "Keep faces"),
    mark("Names", "How far faces are kept, from 0 (painted like all else) to 1"),
    # Backends
    mark("Names", "ONNX Runtime on the processor"),
    mark("Names", "ONNX Runtime on an NVIDIA GPU"),
    mark("Names", "ONNX Runtime with TensorRT on an NVIDIA GPU"),
    mark("Names", "ONNX Runtime with TensorRT on an NVIDIA RTX GPU"),
    mark("Names", "ONNX Runtime with Core ML"),
    mark("Names", "ONNX Runtime with WebGPU on a GPU of any make"),
    mark("Names", "OpenVINO on the processor"),
    mark("Names", "OpenVINO on the processor in bfloat16"),
    mark("Names", "OpenVINO on an Intel GPU"),
    mark("Names", "torch on an NVIDIA GPU"),
)


def name(text: str) -> str:
    """A word of the engine as the window shows it; one that is not known, as it is."""
    return translate("Names", text)


def backend_label(backend: str, otherwise: str) -> str:
    """The name for people, and ``otherwise`` for ``auto``."""
    spec = backends().get(backend)
    return otherwise if spec is None else name(spec.label)

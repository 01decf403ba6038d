"""Backends: where the generator runs."""

from engine.backends.onnx_runtime import OnnxStylizer, open_onnx
from engine.backends.stylizer import Stylizer

__all__ = ["OnnxStylizer", "Stylizer", "open_onnx"]

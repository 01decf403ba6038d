"""The network that speeds are compared with: Johnson et al. (arXiv:1603.08155), with instance norm.

Architecture as in its supplement: 9x9 convolution, two strided 3x3, five residual blocks, two
upsampling steps, 9x9 convolution; 32, 64 and 128 channels. (Nearest-neighbour upsampling stands in for
the fractionally strided convolutions, as in the widely used PyTorch example.) Its weights are all
equal: only its time is of interest, and so the file has a few kilobytes.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, numpy_helper

from pleinair.training.files.graph import GraphBuilder

WEIGHT = 1e-3


class _Johnson:
    def __init__(self) -> None:
        self.g = GraphBuilder()

    def conv(self, x: str, inputs: int, outputs: int, kernel: int, stride: int = 1) -> str:
        pad = kernel // 2
        x = self.g.op("Pad", x, self.g.ints(0, 0, pad, pad, 0, 0, pad, pad), mode="reflect")
        value = numpy_helper.from_array(np.array([WEIGHT], np.float32))
        weight = self.g.op("ConstantOfShape", self.g.ints(outputs, inputs, kernel, kernel), value=value)
        return self.g.op("Conv", x, weight, kernel_shape=[kernel, kernel], strides=[stride, stride])

    def norm(self, x: str, channels: int) -> str:
        scale, shift = self.g.const([1.0] * channels), self.g.const([0.0] * channels)
        return self.g.op("InstanceNormalization", x, scale, shift, epsilon=1e-5)

    def layer(self, x: str, inputs: int, outputs: int, kernel: int, stride: int = 1) -> str:
        return self.g.op("Relu", self.norm(self.conv(x, inputs, outputs, kernel, stride), outputs))


def build_johnson(channels: int = 32) -> onnx.ModelProto:
    """uint8 ``frame`` (1, H, W, 3) to uint8 ``painted``, H and W multiples of 4."""
    j, c = _Johnson(), channels
    g = j.g
    x = g.op("Cast", "frame", to=TensorProto.FLOAT)
    x = g.op("Transpose", x, perm=[0, 3, 1, 2])
    x = j.layer(x, 3, c, 9)
    x = j.layer(x, c, 2 * c, 3, 2)
    x = j.layer(x, 2 * c, 4 * c, 3, 2)
    for _ in range(5):
        y = j.layer(x, 4 * c, 4 * c, 3)
        x = g.op("Add", x, j.norm(j.conv(y, 4 * c, 4 * c, 3), 4 * c))
    for inputs, outputs in ((4 * c, 2 * c), (2 * c, c)):
        x = g.upsample(x)
        x = j.layer(x, inputs, outputs, 3)
    x = j.conv(x, c, 3, 9)
    x = g.op("Clip", x, g.const(0.0), g.const(255.0))
    x = g.op("Transpose", x, perm=[0, 2, 3, 1])
    g.op("Cast", x, name="painted", to=TensorProto.UINT8)
    return g.model(f"johnson-{channels}", {})


def write_johnson(path: Path, channels: int = 32) -> None:
    """Write the reference network as an ONNX file."""
    onnx.save(build_johnson(channels), str(path))

"""ONNX graphs, node by node."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
UNNAMED = "const_"
"""What the names of constants begin with that are no weights."""


class GraphBuilder:
    """Collects nodes and constants of an ONNX graph."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def const(self, value: object, dtype: npt.DTypeLike = np.float32, name: str | None = None) -> str:
        """Add a constant; returns its name."""
        name = name or f"{UNNAMED}{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(value, dtype=dtype), name))
        return name

    def ints(self, *values: int) -> str:
        """Add an int64 vector; returns its name."""
        return self.const(values, np.int64)

    def op(self, kind: str, *inputs: str, name: str | None = None, **attributes: Any) -> str:
        """Add a node with one output; returns the output's name."""
        output = name or f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [output], name=output, **attributes))
        return output

    def conv(self, x: str, *weights: str, stride: int = 1, dilation: int = 1, group: int = 1) -> str:
        """Add a 3x3 convolution with the edge repeated around its input; ``weights``: the names of its
        kernels and, where it has one, of its bias."""
        x = self.op("Pad", x, self.ints(0, 0, dilation, dilation, 0, 0, dilation, dilation), mode="edge")
        return self.bare_conv(x, *weights, stride=stride, dilation=dilation, group=group)

    def bare_conv(self, x: str, *weights: str, stride: int = 1, dilation: int = 1, group: int = 1) -> str:
        """The same without the edge: the output is smaller than the input."""
        return self.op(
            "Conv",
            x,
            *weights,
            kernel_shape=[3, 3],
            strides=[stride, stride],
            dilations=[dilation, dilation],
            group=group,
        )

    def upsample(self, x: str) -> str:
        """Add a step to twice the height and width that repeats each value."""
        scales = self.const([1, 1, 2, 2])
        return self.op("Resize", x, "", scales, mode="nearest", coordinate_transformation_mode="asymmetric")

    def model(self, name: str, settings: dict[str, list[int]]) -> onnx.ModelProto:
        """The checked model: uint8 ``frame`` (1, H, W, 3) and float32 ``settings`` (name -> shape)
        in, uint8 ``painted`` like the frame out."""
        picture: list[str | int | None] = [1, "H", "W", 3]
        inputs = [helper.make_tensor_value_info("frame", TensorProto.UINT8, picture)]
        inputs += [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in settings.items()]
        outputs = [helper.make_tensor_value_info("painted", TensorProto.UINT8, picture)]
        graph = helper.make_graph(self.nodes, name, inputs, outputs, self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
        model.ir_version = 9
        onnx.checker.check_model(model)
        return model

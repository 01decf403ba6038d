"""From trained weights to the files that the program uses.

The ONNX graph takes and gives uint8 pixels. Colour order and scaling are folded into the first
and last convolutions. No step works on single pixels at full resolution except reading and writing
them: everything happens in 2x2 cells, and the frame's own memory order, channels last, is kept up to the
first convolution and from the last one on, so that a runtime that computes channels last moves nothing.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from engine.backends.onnx_runtime import load_onnxruntime
from engine.errors import TrainingError
from training.generators import ConditionalNorm, FastGenerator, Generator
from training.generators.fast import CELL, ResidualBlock

OPSET = 17
LINE = 3 * CELL
"""Values of a cell in one row of pixels: columns (dx), then B, G, R."""

Array = npt.NDArray[np.generic]


class GraphBuilder:
    """Collects nodes and constants of an ONNX graph."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def const(self, value: object, dtype: npt.DTypeLike = np.float32) -> str:
        """Add a constant; returns its name."""
        name = f"const_{len(self.constants)}"
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

    def conv(
        self, x: str, weight: Array, bias: Array | None = None, stride: int = 1, dilation: int = 1
    ) -> str:
        """Add a 3x3 convolution with the edge repeated around its input; one kernel for each channel
        where ``weight`` has a single input channel (C, 1, 3, 3)."""
        x = self.op("Pad", x, self.ints(0, 0, dilation, dilation, 0, 0, dilation, dilation), mode="edge")
        return self.bare_conv(x, weight, bias, stride, dilation)

    def bare_conv(
        self, x: str, weight: Array, bias: Array | None = None, stride: int = 1, dilation: int = 1
    ) -> str:
        """The same without the edge: the output is smaller than the input."""
        parts = [x, self.const(weight)] + ([self.const(bias)] if bias is not None else [])
        return self.op(
            "Conv",
            *parts,
            kernel_shape=[3, 3],
            strides=[stride, stride],
            dilations=[dilation, dilation],
            group=len(weight) if weight.shape[1] == 1 else 1,
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


def cell_order() -> npt.NDArray[np.int64]:
    """For each value of a cell, in the order of memory (dy, dx, BGR), its channel in torch's
    pixel_unshuffle (colour RGB, dy, dx)."""
    dy, dx, bgr = np.unravel_index(np.arange(CELL * LINE), (CELL, CELL, 3))
    return np.ravel_multi_index((2 - bgr, dy, dx), (3, CELL, CELL))


class _Exporter:
    def __init__(self, generator: FastGenerator) -> None:
        self.g = GraphBuilder()
        self.generator = generator
        self._style_at = 0

    def norm(self, x: str, norm: ConditionalNorm) -> str:
        parts = []
        for _ in range(2):
            begin, self._style_at = self._style_at, self._style_at + norm.channels
            parts.append(self.g.op("Slice", "style", self.g.ints(begin), self.g.ints(self._style_at)))
        return self.g.op("InstanceNormalization", x, *parts, epsilon=1e-5)

    def block(self, x: str, block: ResidualBlock) -> str:
        first, second = block.conv1, block.conv2
        y = self.g.conv(x, _array(first.weight), dilation=first.dilation[0])
        y = self.g.op("Relu", self.norm(y, block.norm1))
        y = self.norm(self.g.conv(y, _array(second.weight), dilation=second.dilation[0]), block.norm2)
        return self.g.op("Add", x, y)

    def stem(self, lines: list[str]) -> str:
        """The first convolution, as the sum of one for each row of the cells (CELL x (1, h, w, LINE),
        0..255 BGR), so that the rows need not be put side by side."""
        g, weight = self.g, _array(self.generator.stem.weight)[:, cell_order()] / 255
        parts = []
        for dy, line in enumerate(lines):
            x = g.op("Pad", line, g.ints(0, 1, 1, 0, 0, 1, 1, 0), mode="edge")
            x = g.op("Transpose", g.op("Cast", x, to=TensorProto.FLOAT), perm=[0, 3, 1, 2])
            parts.append(g.bare_conv(x, weight[:, dy * LINE : (dy + 1) * LINE]))
        return g.op("Add", *parts)

    def bilinear(self, x: str, channels: int) -> str:
        """Twice the height and width. Repeating each value and then blurring by (1, 2, 1) / 4 either way is
        bilinear upsampling, and faster on both runtimes than theirs."""
        blur = np.outer([1, 2, 1], [1, 2, 1]) / 16
        return self.g.conv(self.g.upsample(x), np.tile(blur, (channels, 1, 1, 1)))

    def network(self, lines: list[str]) -> str:
        """As ``stem`` -> painted cells (1, CELL x LINE, h, w), 0..255 BGR, in the order of memory."""
        g, net, order = self.g, self.generator, cell_order()
        x = g.op("Relu", self.norm(self.stem(lines), net.stem_norm))
        x = g.op("Relu", self.norm(g.conv(x, _array(net.down.weight), stride=2), net.down_norm))
        for block in net.blocks:
            assert isinstance(block, ResidualBlock)
            x = self.block(x, block)
        x = g.conv(g.op("Relu", x), _array(net.narrow.weight))
        x = self.bilinear(x, len(net.narrow.weight))
        x = g.op("Relu", self.norm(g.conv(x, _array(net.detail.weight)), net.detail_norm))
        weight, bias = _array(net.tail.weight()), _array(net.tail.bias())
        return g.conv(x, weight[order] * 255, bias[order] * 255)

    def graph(self) -> onnx.ModelProto:
        g, side = self.g, CELL
        size = g.op("Slice", g.op("Shape", "frame"), g.ints(1), g.ints(3))  # H, W
        extra = g.op("Mod", g.op("Neg", size), g.ints(FastGenerator.multiple))
        pads = g.op("Concat", g.ints(0, 0, 0, 0, 0), extra, g.ints(0), axis=0)
        x = g.op("Pad", "frame", pads, mode="edge")  # uint8 (1, H', W', 3)
        padded = g.op("Add", size, extra)
        grid = g.op("Div", padded, g.ints(side))  # h, w
        rows = g.op("Slice", grid, g.ints(0), g.ints(1))
        x = g.op("Reshape", x, g.op("Concat", rows, g.ints(side, -1, LINE), axis=0))  # (h, dy, w, LINE)
        shape = g.op("Concat", g.ints(1), grid, g.ints(LINE), axis=0)
        lines = [
            g.op("Reshape", g.op("Slice", x, g.ints(dy), g.ints(dy + 1), g.ints(1)), shape)
            for dy in range(side)
        ]
        painted = g.op("Transpose", self.network(lines), perm=[0, 2, 3, 1])  # (1, h, w, CELL x LINE)
        # Rounds and limits to 0..255 in one step.
        levels = g.op("QuantizeLinear", painted, g.const(1.0), g.const(0, np.uint8))
        shape = g.op("Concat", rows, g.ints(1, -1), axis=0)
        lines = [
            g.op(
                "Reshape", g.op("Slice", levels, g.ints(dy * LINE), g.ints((dy + 1) * LINE), g.ints(3)), shape
            )
            for dy in range(side)
        ]  # (h, 1, W' x 3)
        whole = g.op("Concat", *lines, axis=1)
        whole = g.op("Reshape", whole, g.op("Concat", g.ints(1), padded, g.ints(3), axis=0))
        g.op("Slice", whole, g.ints(0, 0), size, g.ints(1, 2), name="painted")
        style_size = self.generator.style_size
        if self._style_at != style_size:
            raise TrainingError("The exported graph does not use the whole style vector.")
        return g.model("generator", {"style": [style_size]})


def _array(tensor: torch.Tensor) -> npt.NDArray[np.float32]:
    return np.asarray(tensor.detach().cpu().numpy(), dtype=np.float32)


def reference_paint(
    generator: Generator, pixels: npt.NDArray[np.uint8], style: torch.Tensor
) -> npt.NDArray[np.uint8]:
    """What the graph must give, computed by torch: uint8 (H, W, 3) BGR -> the same shape."""
    frame = torch.from_numpy(np.ascontiguousarray(pixels[:, :, ::-1])).permute(2, 0, 1)[None].float()
    with torch.no_grad():
        painted = generator(frame / 255, style[None]) * 255
    rgb = painted.round().clamp(0, 255).to(torch.uint8)[0].permute(1, 2, 0).numpy()
    return np.ascontiguousarray(rgb[:, :, ::-1])


def check_parity(path: Path, generator: FastGenerator, styles: torch.Tensor) -> int:
    """Paint two awkward sizes in every style with the file and with torch; returns the largest
    difference in grey levels. Raises TrainingError when it is more than one."""
    session = load_onnxruntime().InferenceSession(str(path), providers=["CPUExecutionProvider"])
    dice = np.random.default_rng(0)
    worst = 0
    for height, width in ((97, 131), (120, 160)):
        ramp = np.linspace(0, 255, height * width * 3).reshape(height, width, 3)
        pixels = np.clip(ramp + dice.normal(0, 20, ramp.shape), 0, 255).astype(np.uint8)
        for style in styles:
            feeds = {"frame": pixels[None], "style": _array(style)}
            got = np.asarray(session.run(["painted"], feeds)[0])[0]
            wanted = reference_paint(generator, pixels, style.detach().cpu())
            worst = max(worst, int(np.abs(got.astype(int) - wanted.astype(int)).max()))
    if worst > 1:
        raise TrainingError(
            f"The exported generator differs from the trained one by {worst} grey levels; "
            "it was not kept. Please report this."
        )
    return worst


def export_generator(generator: FastGenerator, styles: torch.Tensor, path: Path) -> str:
    """Write the ONNX file, checked against torch in all ``styles`` (K, S); returns its SHA-256.

    An old file stays until the new one has passed. Raises TrainingError.
    """
    generator = generator.cpu().eval()
    part = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        onnx.save(_Exporter(generator).graph(), str(part))
        check_parity(part, generator, styles)
        part.replace(path)
    except OSError as error:
        raise TrainingError(f"The generator {path} could not be written ({error}).") from error
    finally:
        part.unlink(missing_ok=True)
    return hashlib.sha256(path.read_bytes()).hexdigest()

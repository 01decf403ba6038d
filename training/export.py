"""From trained weights to the files that the program uses.

The ONNX graph takes and gives uint8 pixels. Colour order and scaling are folded into the first
and last convolutions; strength and chroma are one small matrix product. No step works on single
pixels at full resolution except reading and writing them: everything happens in 2x2 cells.
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
from training.losses import LUMA_RGB

OPSET = 17
VALUES = 3 * CELL * CELL
"""Values in a cell: rows (dy), then columns (dx), then B, G, R."""

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
        """Add a 3x3 convolution with the edge repeated around its input."""
        x = self.op("Pad", x, self.ints(0, 0, dilation, dilation, 0, 0, dilation, dilation), mode="edge")
        parts = [x, self.const(weight)] + ([self.const(bias)] if bias is not None else [])
        return self.op(
            "Conv", *parts, kernel_shape=[3, 3], strides=[stride, stride], dilations=[dilation, dilation]
        )

    def upsample(self, x: str, mode: str, coordinates: str) -> str:
        """Add a step to twice the height and width."""
        scales = self.const([1, 1, 2, 2])
        return self.op("Resize", x, "", scales, mode=mode, coordinate_transformation_mode=coordinates)

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
    """For each value of a cell, its channel in torch's pixel_unshuffle (colour RGB, dy, dx)."""
    dy, dx, bgr = np.unravel_index(np.arange(VALUES), (CELL, CELL, 3))
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

    def network(self, cells: str) -> str:
        """Cells (1, 12, h, w) in 0..255 BGR -> painted cells, the same."""
        g, net, order = self.g, self.generator, cell_order()
        x = g.conv(cells, _array(net.stem.weight)[:, order] / 255)
        x = g.op("Relu", self.norm(x, net.stem_norm))
        x = g.op("Relu", self.norm(g.conv(x, _array(net.down.weight), stride=2), net.down_norm))
        for block in net.blocks:
            assert isinstance(block, ResidualBlock)
            x = self.block(x, block)
        x = g.conv(g.op("Relu", x), _array(net.narrow.weight))
        x = g.upsample(x, "linear", "half_pixel")
        x = g.op("Relu", self.norm(g.conv(x, _array(net.detail.weight)), net.detail_norm))
        weight, bias = _array(net.tail.weight()), _array(net.tail.bias())
        return g.conv(x, weight[order] * 255, bias[order] * 255)

    def blend_matrix(self) -> str:
        """(12, 12): strength x ((1 - keep) identity + keep x luma), applied to painted minus frame."""
        g = self.g
        luma = np.kron(np.eye(CELL * CELL), np.tile(np.array(LUMA_RGB[::-1]), (3, 1)))
        painted = g.op("Mul", g.const(np.eye(VALUES)), g.op("Sub", g.const(1.0), "keep_colors"))
        kept = g.op("Mul", g.const(luma), "keep_colors")
        return g.op("Mul", g.op("Add", painted, kept), "strength")

    def graph(self) -> onnx.ModelProto:
        g, side = self.g, CELL
        size = g.op("Slice", g.op("Shape", "frame"), g.ints(1), g.ints(3))  # H, W
        extra = g.op("Mod", g.op("Neg", size), g.ints(FastGenerator.multiple))
        pads = g.op("Concat", g.ints(0, 0, 0, 0, 0), extra, g.ints(0), axis=0)
        x = g.op("Pad", "frame", pads, mode="edge")  # uint8 (1, H', W', 3)
        padded = g.op("Add", size, extra)
        grid = g.op("Div", padded, g.ints(side))  # h, w
        rows = g.op("Slice", grid, g.ints(0), g.ints(1))
        # Rows dy of all cells, each turned from (h w, dx BGR) to (dx BGR, h w), stacked over dy.
        x = g.op("Reshape", x, g.op("Concat", rows, g.ints(side, -1, 3 * side), axis=0))  # (h, dy, w, 6)
        lines = []
        for dy in range(side):
            line = g.op("Slice", x, g.ints(dy), g.ints(dy + 1), g.ints(1))
            line = g.op("Reshape", line, g.ints(-1, 3 * side))
            lines.append(g.op("Transpose", line, perm=[1, 0]))
        flat = g.op("Cast", g.op("Concat", *lines, axis=0), to=TensorProto.FLOAT)  # (12, h w)
        cells = g.op("Reshape", flat, g.op("Concat", g.ints(1, VALUES), grid, axis=0))
        painted = g.op("Reshape", self.network(cells), g.ints(VALUES, -1))
        change = g.op("MatMul", self.blend_matrix(), g.op("Sub", painted, flat))
        blended = g.op("Add", flat, change)
        # Rounds and limits to 0..255 in one step.
        levels = g.op("QuantizeLinear", blended, g.const(1.0), g.const(0, np.uint8))
        lines = []
        for dy in range(side):
            line = g.op("Slice", levels, g.ints(3 * side * dy), g.ints(3 * side * (dy + 1)), g.ints(0))
            line = g.op("Transpose", line, perm=[1, 0])  # (h w, dx BGR)
            shape = g.op("Concat", rows, g.ints(1, -1), axis=0)
            lines.append(g.op("Reshape", line, shape))  # (h, 1, W' x 3)
        whole = g.op("Concat", *lines, axis=1)
        whole = g.op("Reshape", whole, g.op("Concat", g.ints(1), padded, g.ints(3), axis=0))
        g.op("Slice", whole, g.ints(0, 0), size, g.ints(1, 2), name="painted")
        style_size = self.generator.style_size
        if self._style_at != style_size:
            raise TrainingError("The exported graph does not use the whole style vector.")
        return g.model("generator", {"style": [style_size], "strength": [], "keep_colors": []})


def _array(tensor: torch.Tensor) -> npt.NDArray[np.float32]:
    return np.asarray(tensor.detach().cpu().numpy(), dtype=np.float32)


def reference_paint(
    generator: Generator, pixels: npt.NDArray[np.uint8], style: torch.Tensor, strength: float, keep: float
) -> npt.NDArray[np.uint8]:
    """What the graph must give, computed by torch: uint8 (H, W, 3) BGR -> the same shape."""
    frame = torch.from_numpy(np.ascontiguousarray(pixels[:, :, ::-1])).permute(2, 0, 1)[None].float()
    with torch.no_grad():
        painted = generator(frame / 255, style[None]) * 255
    change = painted - frame
    weights = torch.tensor(LUMA_RGB).reshape(1, 3, 1, 1)
    luma = (change * weights).sum(1, keepdim=True)
    blended = frame + strength * ((1 - keep) * change + keep * luma)
    rgb = blended.round().clamp(0, 255).to(torch.uint8)[0].permute(1, 2, 0).numpy()
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
        for number, style in enumerate(styles):
            strength, keep = (1.0, 0.0) if number % 2 else (0.6, 0.5)
            feeds = {
                "frame": pixels[None],
                "style": _array(style),
                "strength": np.array(strength, np.float32),
                "keep_colors": np.array(keep, np.float32),
            }
            got = np.asarray(session.run(["painted"], feeds)[0])[0]
            wanted = reference_paint(generator, pixels, style.detach().cpu(), strength, keep)
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

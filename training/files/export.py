"""From trained weights to what the program uses: one graph, and for each style the vector that fills it.

A style is all that was learned for it, the kernels of the convolutions and the scales and shifts of the
norms, in the order in which the graph uses them; the graph itself holds no weights.

The graph takes and gives uint8 pixels. Colour order and scaling are folded into the first
and last convolutions. No step works on single pixels at full resolution except reading and writing
them: everything happens in 2x2 cells, and the frame's own memory order, channels last, is kept up to the
first convolution and from the last one on, so that a runtime that computes channels last moves nothing.
"""

from __future__ import annotations

import copy
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from pleinair.engine.backends.onnx import load_onnxruntime
from pleinair.engine.errors import TrainingError
from pleinair.training.generators import ConditionalNorm, FastGenerator, Generator
from pleinair.training.generators.fast import CELL, ResidualBlock
from pleinair.training.generators.layers import REPEATED

OPSET = 17
LINE = 3 * CELL
"""Values of a cell in one row of pixels: columns (dx), then B, G, R."""

CONFIG = "generator"
"""Key of the generator's config (JSON) in the file's metadata."""


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


def cell_order() -> npt.NDArray[np.int64]:
    """For each value of a cell, in the order of memory (dy, dx, BGR), its channel in torch's
    pixel_unshuffle (colour RGB, dy, dx)."""
    dy, dx, bgr = np.unravel_index(np.arange(CELL * LINE), (CELL, CELL, 3))
    return np.ravel_multi_index((2 - bgr, dy, dx), (3, CELL, CELL))


class _Exporter:
    """Writes the graph and notes, in ``values``, what a style puts where."""

    def __init__(self, generator: FastGenerator, norms: torch.Tensor) -> None:
        """``norms``: scales and shifts of all norms, float (N,), as ``Generator.forward`` takes them."""
        self.g = GraphBuilder()
        self.generator = generator
        self.values: list[npt.NDArray[np.float32]] = []
        self._at = 0
        self._norms = iter(_array(norms).reshape(-1))

    def learned(self, value: npt.NDArray[np.float32]) -> str:
        """The next piece of the style; returns its name in the graph."""
        begin, self._at = self._at, self._at + value.size
        self.values.append(value)
        piece = self.g.op("Slice", "style", self.g.ints(begin), self.g.ints(self._at))
        return piece if value.ndim == 1 else self.g.op("Reshape", piece, self.g.ints(*value.shape))

    def conv(self, x: str, convolution: torch.nn.Conv2d) -> str:
        kernels = self.learned(_array(convolution.weight))
        return self.g.conv(x, kernels, stride=convolution.stride[0], dilation=convolution.dilation[0])

    def norm(self, x: str, norm: ConditionalNorm) -> str:
        scale, shift = (self.learned(np.fromiter(self._norms, np.float32, norm.channels)) for _ in range(2))
        return self.g.op("InstanceNormalization", x, scale, shift, epsilon=1e-5)

    def block(self, x: str, block: ResidualBlock) -> str:
        y = self.g.op("Relu", self.norm(self.conv(x, block.conv1), block.norm1))
        return self.g.op("Add", x, self.norm(self.conv(y, block.conv2), block.norm2))

    def stem(self, lines: list[str]) -> str:
        """The first convolution, as the sum of one for each row of the cells (CELL x (1, h, w, LINE),
        0..255 BGR), so that the rows need not be put side by side."""
        g, weight = self.g, _array(self.generator.stem.weight / 255)[:, cell_order()]
        parts = []
        for dy, line in enumerate(lines):
            x = g.op("Pad", line, g.ints(0, 1, 1, 0, 0, 1, 1, 0), mode="edge")
            x = g.op("Transpose", g.op("Cast", x, to=TensorProto.FLOAT), perm=[0, 3, 1, 2])
            parts.append(g.bare_conv(x, self.learned(weight[:, dy * LINE : (dy + 1) * LINE])))
        return g.op("Add", *parts)

    def bilinear(self, x: str, channels: int) -> str:
        """Twice the height and width. Repeating each value and then blurring by (1, 2, 1) / 4 either way is
        bilinear upsampling, and faster on both runtimes than theirs."""
        blur = np.outer([1, 2, 1], [1, 2, 1]) / 16
        kernels = self.g.const(np.tile(blur, (channels, 1, 1, 1)))
        return self.g.conv(self.g.upsample(x), kernels, group=channels)

    def network(self, lines: list[str]) -> str:
        """As ``stem`` -> painted cells (1, CELL x LINE, h, w), 0..255 BGR, in the order of memory."""
        g, net, order = self.g, self.generator, cell_order()
        x = g.op("Relu", self.norm(self.stem(lines), net.stem_norm))
        x = g.op("Relu", self.norm(self.conv(x, net.down), net.down_norm))
        for block in net.blocks:
            assert isinstance(block, ResidualBlock)
            x = self.block(x, block)
        x = self.conv(g.op("Relu", x), net.narrow)
        x = self.bilinear(x, len(net.narrow.weight))
        x = g.op("Relu", self.norm(self.conv(x, net.detail), net.detail_norm))
        kernels, bias = _array(net.tail.weight())[order] * 255, _array(net.tail.bias())[order] * 255
        return g.conv(x, self.learned(kernels), self.learned(bias))

    def graph(self) -> onnx.ModelProto:
        g, side, margin = self.g, CELL, FastGenerator.margin
        size = g.op("Slice", g.op("Shape", "frame"), g.ints(1), g.ints(3))  # H, W
        extra = g.op("Mod", g.op("Neg", size), g.ints(FastGenerator.multiple))
        edge, mirrored = REPEATED, margin - REPEATED
        x = g.op("Pad", "frame", g.ints(0, edge, edge, 0, 0, edge, edge, 0), mode="edge")
        after = g.op("Add", extra, g.ints(mirrored))
        pads = g.op("Concat", g.ints(0, mirrored, mirrored, 0, 0), after, g.ints(0), axis=0)
        x = g.op("Pad", x, pads, mode="reflect")  # uint8 (1, H', W', 3)
        padded = g.op("Add", size, g.op("Add", extra, g.ints(2 * margin)))
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
        end = g.op("Add", size, g.ints(margin))
        g.op("Slice", whole, g.ints(margin, margin), end, g.ints(1, 2), name="painted")
        return g.model("generator", {"style": [self._at]})


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


def style_vector(generator: FastGenerator, norms: torch.Tensor) -> npt.NDArray[np.float32]:
    """All that was learned for one style, float32 (S,), as the graph takes it. ``norms`` float (N,).

    Kernels and biases are rounded to what float16 holds, which is how style files keep them.
    """
    exporter = _Exporter(generator, norms)
    exporter.graph()
    vector = np.concatenate([value.reshape(-1) for value in exporter.values])
    return vector.astype(np.float16).astype(np.float32)


def read_vector(vector: npt.NDArray[np.float32], generator: FastGenerator) -> torch.Tensor:
    """The way back: sets the weights of ``generator`` to those of a style; returns the norms, float (N,).

    Raises ValueError when the vector has another size than the generator needs.
    """
    exporter = _Exporter(generator, generator.neutral_style())
    exporter.graph()
    shapes = [value.shape for value in exporter.values]
    ends = np.cumsum([value.size for value in exporter.values])
    if vector.shape != (ends[-1],):
        raise ValueError(f"{vector.size} values, not {ends[-1]}")
    pieces = [
        torch.from_numpy(piece.reshape(shape).copy())
        for piece, shape in zip(np.split(vector, ends[:-1]), shapes, strict=True)
    ]
    bias = pieces.pop()
    norms = torch.cat([piece for piece in pieces if piece.ndim == 1])
    kernels = [piece for piece in pieces if piece.ndim == 4]
    # The first convolution was split by the rows of a cell; it and the last one take pixels in the order
    # of memory, scaled to 0..255.
    kernels[:CELL] = [torch.cat(kernels[:CELL], dim=1)]
    order = torch.from_numpy(cell_order())
    kernels[0] = torch.empty_like(kernels[0]).index_copy_(1, order, kernels[0] * 255)
    kernels[-1] = torch.empty_like(kernels[-1]).index_copy_(0, order, kernels[-1] / 255)
    bias = torch.empty_like(bias).index_copy_(0, order, bias / 255)
    state = generator.state_dict()
    names = [name for name in state if name != "tail.color"]
    state |= dict(zip(names, kernels, strict=True))
    state["tail.color"] = bias.reshape(3, -1).mean(1)
    generator.load_state_dict(state)
    return norms


def check_parity(path: Path, generator: FastGenerator, styles: torch.Tensor) -> int:
    """Paint two awkward sizes in every style with the file and with torch; ``styles`` float (K, N), norms.

    Returns the largest difference in grey levels. Raises TrainingError when it is more than one.
    """
    session = load_onnxruntime().InferenceSession(str(path), providers=["CPUExecutionProvider"])
    rng = np.random.default_rng(0)
    generator, worst = copy.deepcopy(generator), 0
    for height, width in ((97, 131), (120, 160)):
        ramp = np.linspace(0, 255, height * width * 3).reshape(height, width, 3)
        pixels = np.clip(ramp + rng.normal(0, 20, ramp.shape), 0, 255).astype(np.uint8)
        for norms in styles:
            vector = style_vector(generator, norms.detach().cpu())
            feeds = {"frame": pixels[None], "style": vector}
            got = np.asarray(session.run(["painted"], feeds)[0])[0]
            wanted = reference_paint(generator, pixels, read_vector(vector, generator))
            worst = max(worst, int(np.abs(got.astype(int) - wanted.astype(int)).max()))
    if worst > 1:
        raise TrainingError(
            f"The exported generator differs from the trained one by {worst} grey levels; "
            "it was not kept. Please report this."
        )
    return worst


def export_generator(generator: FastGenerator, styles: torch.Tensor, path: Path) -> str:
    """Write the ONNX file, checked against torch in all ``styles`` (K, N); returns its SHA-256.

    It is the same file for all generators of one shape. An old file stays until the new one has passed.
    Raises TrainingError.
    """
    generator = generator.cpu().eval()
    part = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        model = _Exporter(generator, styles[0].detach().cpu()).graph()
        onnx.helper.set_model_props(model, {CONFIG: json.dumps(generator.config)})
        onnx.save(model, str(part))
        check_parity(part, generator, styles)
        part.replace(path)
    except OSError as error:
        raise TrainingError(f"The generator {path} could not be written ({error}).") from error
    finally:
        part.unlink(missing_ok=True)
    return hashlib.sha256(path.read_bytes()).hexdigest()

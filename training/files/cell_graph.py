"""The graph of our generators.

The graph takes and gives uint8 pixels. Colour order and scaling are folded into the first
and last convolutions. No step works on single pixels at full resolution except reading and writing
them: everything happens in 2x2 cells, and the frame's own memory order, channels last, is kept up to the
first convolution and from the last one on, so that a runtime that computes channels last moves nothing.

What is a style's own it cuts out of its input ``style``, entry by entry of the generator's table; all else is
constant, and named as in ``style_vectors.graph_weights``.
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto

from pleinair.training.files.graph import GraphBuilder
from pleinair.training.files.style_vectors import graph_weights
from pleinair.training.generators import CellGenerator
from pleinair.training.generators.cells import CELL, LINE
from pleinair.training.generators.layers import REPEATED


class CellGraph:
    """Builds the graph; a subclass for each kind of generator says what lies between stem and tail."""

    def __init__(self, generator: CellGenerator) -> None:
        self.g = GraphBuilder()
        self.generator = generator
        self._table = generator.vector_table()
        self._weights = graph_weights(generator)

    def learned(self, name: str) -> str:
        """The weights of this name in the graph: cut out of the style, or constant."""
        if name not in self._table:
            return self.g.const(self._weights[name], name=name)
        entry = self._table[name]
        piece = self.g.op("Slice", "style", self.g.ints(entry.begin), self.g.ints(entry.end))
        return piece if len(entry.shape) == 1 else self.g.op("Reshape", piece, self.g.ints(*entry.shape))

    def conv(self, x: str, name: str, stride: int = 1, dilation: int = 1) -> str:
        """The 3x3 convolution ``name`` with the edge repeated."""
        return self.g.conv(x, self.learned(f"{name}.weight"), stride=stride, dilation=dilation)

    def norm(self, x: str, name: str) -> str:
        """The instance norm ``name``."""
        scale, shift = self.learned(f"{name}.scale"), self.learned(f"{name}.shift")
        return self.g.op("InstanceNormalization", x, scale, shift, epsilon=1e-5)

    def block(self, x: str, name: str, dilations: tuple[int, int]) -> str:
        """The residual block ``name``."""
        y = self.conv(x, f"{name}.conv1", dilation=dilations[0])
        y = self.g.op("Relu", self.norm(y, f"{name}.norm1"))
        y = self.conv(y, f"{name}.conv2", dilation=dilations[1])
        return self.g.op("Add", x, self.norm(y, f"{name}.norm2"))

    def stem(self, lines: list[str]) -> str:
        """The first convolution, as the sum of one for each row of the cells (CELL x (1, h, w, LINE),
        0..255 BGR), so that the rows need not be put side by side."""
        g, parts = self.g, []
        for row, line in enumerate(lines):
            x = g.op("Pad", line, g.ints(0, 1, 1, 0, 0, 1, 1, 0), mode="edge")
            x = g.op("Transpose", g.op("Cast", x, to=TensorProto.FLOAT), perm=[0, 3, 1, 2])
            parts.append(g.bare_conv(x, self.learned(f"stem.row{row}")))
        return g.op("Add", *parts)

    def bilinear(self, x: str, channels: int) -> str:
        """Twice the height and width. Repeating each value and then blurring by (1, 2, 1) / 4 along both axes
        is bilinear upsampling, and faster in both runtimes than their own."""
        blur = np.outer([1, 2, 1], [1, 2, 1]) / 16
        kernels = self.g.const(np.tile(blur, (channels, 1, 1, 1)))
        return self.g.conv(self.g.upsample(x), kernels, group=channels)

    def network(self, lines: list[str]) -> str:
        """As ``stem`` -> painted cells (1, CELL x LINE, h, w), 0..255 BGR, in the order of memory."""
        raise NotImplementedError

    def model(self) -> onnx.ModelProto:
        """The whole: uint8 ``frame`` (1, H, W, 3) BGR and float32 ``style`` (S,) -> uint8 ``painted``."""
        g, side, margin = self.g, CELL, self.generator.margin
        size = g.op("Slice", g.op("Shape", "frame"), g.ints(1), g.ints(3))  # H, W
        extra = g.op("Mod", g.op("Neg", size), g.ints(self.generator.multiple))
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
        return g.model("generator", {"style": [self._table.size]})

"""The graphs of the two generators, between the first and the last convolution."""

from __future__ import annotations

import onnx

from pleinair.training.files.cell_graph import CellGraph
from pleinair.training.generators import CellGenerator, FastGenerator, FineGenerator
from pleinair.training.generators.fast import DILATIONS
from pleinair.training.generators.fine import UNDILATED


class FastGraph(CellGraph):
    """It holds no weights: it is the same for all generators of one shape."""

    def network(self, lines: list[str]) -> str:
        """As ``stem`` -> painted cells (1, CELL x LINE, h, w), 0..255 BGR, in the order of memory."""
        g = self.g
        x = g.op("Relu", self.norm(self.stem(lines), "stem_norm"))
        x = g.op("Relu", self.norm(self.conv(x, "down", stride=2), "down_norm"))
        for number, dilations in enumerate(DILATIONS):
            x = self.block(x, f"blocks.{number}", dilations)
        x = self.conv(g.op("Relu", x), "narrow")
        x = self.bilinear(x, self.generator.config["fine"])
        x = g.op("Relu", self.norm(self.conv(x, "detail"), "detail_norm"))
        return g.conv(x, self.learned("tail.kernels"), self.learned("tail.bias"))


class FineGraph(CellGraph):
    """The convolutions are constant."""

    def network(self, lines: list[str]) -> str:
        g, config = self.g, self.generator.config
        x = g.op("Relu", self.norm(self.stem(lines), "stem_norm"))
        skip = g.op("Relu", self.norm(self.conv(x, "down1", stride=2), "down1_norm"))
        x = g.op("Relu", self.norm(self.conv(skip, "down2", stride=2), "down2_norm"))
        for number in range(config["body"]):
            x = self.block(x, f"body.{number}", UNDILATED)
        x = self.bilinear(g.op("Relu", x), config["eighth"])
        x = g.op("Add", skip, self.norm(self.conv(x, "up1"), "up1_norm"))
        for number in range(config["middle"]):
            x = self.block(x, f"middle.{number}", UNDILATED)
        x = self.bilinear(self.conv(g.op("Relu", x), "narrow"), config["half"])
        x = g.op("Relu", self.norm(self.conv(x, "detail"), "detail_norm"))
        return g.conv(x, self.learned("tail.kernels"), self.learned("tail.bias"))


_GRAPHS: dict[type[CellGenerator], type[CellGraph]] = {FastGenerator: FastGraph, FineGenerator: FineGraph}


def graph_model(generator: CellGenerator) -> onnx.ModelProto:
    """The whole graph of a generator."""
    return _GRAPHS[type(generator)](generator).model()

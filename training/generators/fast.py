"""The fast generator, for every processor. A style is all of its weights, convolutions and norms alike.

``fit`` learns several styles at once with shared convolutions, so that only the norms differ; ``refine`` and
``style`` then give each style convolutions of its own. The exported graph holds no weights: a style file
fills in every one, laid out as ``vector_table`` says.

Deviations from the generators of the paper (arXiv:1607.08022), all for speed on a CPU: it works in cells of 2x2
pixels; there are three residual blocks, narrower inside, some dilated to see further; and upsampling is bilinear.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch.nn.functional as F
from torch import Tensor, nn

from pleinair.training.generators.cells import CELL, LINE, CellGenerator, ResidualBlock, SmoothTail
from pleinair.training.generators.layers import INSTANCE, ConditionalNorm, EdgeConv
from pleinair.training.generators.table import VectorTable, norm_entries

DILATIONS = ((1, 2), (2, 1), (1, 1))
"""Of the two convolutions in each residual block."""


class FastGenerator(CellGenerator):
    """The fast generator."""

    kind = "fast"
    margin = 12
    multiple = 4
    smallest = 16

    def __init__(self, norm: str = INSTANCE, fine: int = 16, channels: int = 48, inner: int = 32) -> None:
        super().__init__(norm, fine=fine, channels=channels, inner=inner)
        self.stem = EdgeConv(3 * CELL * CELL, fine)
        self.stem_norm = ConditionalNorm(fine, norm)
        self.down = EdgeConv(fine, channels, stride=2)
        self.down_norm = ConditionalNorm(channels, norm)
        self.blocks = nn.ModuleList(ResidualBlock(channels, inner, d, norm) for d in DILATIONS)
        self.narrow = EdgeConv(channels, fine)
        self.detail = EdgeConv(fine, fine)
        self.detail_norm = ConditionalNorm(fine, norm)
        self.tail = SmoothTail(fine)

    def paint(self, x: Tensor, style: Iterator[Tensor]) -> Tensor:
        x = F.pixel_unshuffle(x, CELL)  # (N, 12, H/2, W/2)
        x = F.relu(self.stem_norm(self.stem(x), next(style)))  # (N, fine, H/2, W/2)
        x = F.relu(self.down_norm(self.down(x), next(style)))  # (N, channels, H/4, W/4)
        for block in self.blocks:
            x = block(x, style)
        x = self.narrow(F.relu(x))  # (N, fine, H/4, W/4)
        x = F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
        x = F.relu(self.detail_norm(self.detail(x), next(style)))  # (N, fine, H/2, W/2)
        return F.pixel_shuffle(self.tail(x), CELL)

    def vector_table(self) -> VectorTable:
        """See ``CellGenerator``: all weights."""
        fine, channels, inner = (self.config[name] for name in ("fine", "channels", "inner"))
        shapes: list[tuple[str, tuple[int, ...]]] = [
            (f"stem.row{row}", (fine, LINE, 3, 3)) for row in range(CELL)
        ]
        shapes += norm_entries("stem_norm", fine)
        shapes += [("down.weight", (channels, fine, 3, 3)), *norm_entries("down_norm", channels)]
        for block in (f"blocks.{number}" for number in range(len(DILATIONS))):
            shapes += [(f"{block}.conv1.weight", (inner, channels, 3, 3))]
            shapes += norm_entries(f"{block}.norm1", inner)
            shapes += [(f"{block}.conv2.weight", (channels, inner, 3, 3))]
            shapes += norm_entries(f"{block}.norm2", channels)
        shapes += [("narrow.weight", (fine, channels, 3, 3)), ("detail.weight", (fine, fine, 3, 3))]
        shapes += norm_entries("detail_norm", fine)
        shapes += [("tail.kernels", (CELL * LINE, fine, 3, 3)), ("tail.bias", (CELL * LINE,))]
        return VectorTable(shapes)

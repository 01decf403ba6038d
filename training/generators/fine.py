"""The fine generator, for GPUs and processors with bfloat16. A style is the scales and shifts of the norms.

Convolutions are shared by all styles (conditional instance normalization: Dumoulin, Shlens, Kudlur,
arXiv:1610.07629). Four of its residual blocks work at an eighth of the resolution, where they see about 200
pixels, joined with a quarter by a skip; so strokes become as large as the painting's.

Every style has two controls beside its base vector: the size of the strokes, and how far faces are kept.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch.nn.functional as F
from torch import Tensor, nn

from pleinair.training.generators.cells import CELL, CellGenerator, ResidualBlock, SmoothTail
from pleinair.training.generators.layers import INSTANCE, ConditionalNorm, EdgeConv, StyleControl
from pleinair.training.generators.table import VectorTable, norm_entries

UNDILATED = (1, 1)


class FineGenerator(CellGenerator):
    """The fine generator."""

    kind = "fine"
    margin = 24
    multiple = 8
    smallest = 32
    noise = 6.0
    controls = (
        StyleControl("stroke", "Stroke size", low=-1.0, high=1.0, origin=0.0, default=0.0),
        StyleControl("faces", "Keep faces", low=0.0, high=1.0, origin=1.0, default=0.5),
    )

    def __init__(
        self,
        norm: str = INSTANCE,
        half: int = 32,
        quarter: int = 64,
        eighth: int = 96,
        body: int = 4,
        middle: int = 2,
    ) -> None:
        """Channels at each resolution, and the number of residual blocks at an eighth and at a quarter."""
        super().__init__(norm, half=half, quarter=quarter, eighth=eighth, body=body, middle=middle)
        self.stem = EdgeConv(3 * CELL * CELL, half)
        self.stem_norm = ConditionalNorm(half, norm)
        self.down1 = EdgeConv(half, quarter, stride=2)
        self.down1_norm = ConditionalNorm(quarter, norm)
        self.down2 = EdgeConv(quarter, eighth, stride=2)
        self.down2_norm = ConditionalNorm(eighth, norm)
        self.body = nn.ModuleList(ResidualBlock(eighth, eighth, UNDILATED, norm) for _ in range(body))
        self.up1 = EdgeConv(eighth, quarter)
        self.up1_norm = ConditionalNorm(quarter, norm)
        self.middle = nn.ModuleList(ResidualBlock(quarter, quarter, UNDILATED, norm) for _ in range(middle))
        self.narrow = EdgeConv(quarter, half)
        self.detail = EdgeConv(half, half)
        self.detail_norm = ConditionalNorm(half, norm)
        self.tail = SmoothTail(half)

    def paint(self, x: Tensor, style: Iterator[Tensor]) -> Tensor:
        x = F.pixel_unshuffle(x, CELL)  # (N, 12, H/2, W/2)
        x = F.relu(self.stem_norm(self.stem(x), next(style)))  # (N, half, H/2, W/2)
        skip = F.relu(self.down1_norm(self.down1(x), next(style)))  # (N, quarter, H/4, W/4)
        x = F.relu(self.down2_norm(self.down2(skip), next(style)))  # (N, eighth, H/8, W/8)
        for block in self.body:
            x = block(x, style)
        x = skip + self.up1_norm(self.up1(_upsample(F.relu(x))), next(style))  # (N, quarter, H/4, W/4)
        for block in self.middle:
            x = block(x, style)
        x = _upsample(self.narrow(F.relu(x)))  # (N, half, H/2, W/2)
        x = F.relu(self.detail_norm(self.detail(x), next(style)))
        return F.pixel_shuffle(self.tail(x), CELL)

    def vector_table(self) -> VectorTable:
        """See ``CellGenerator``: the norms."""
        entries = []
        for name, norm in self.norms().items():
            entries += norm_entries(name, norm.channels)
        return VectorTable(entries)


def _upsample(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)

"""What our generators share: everything happens in cells of 2x2 pixels, and they can be published.

The frame is rearranged into cells before the first convolution and back after the last one, so that no
convolution runs at full resolution.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pleinair.training.generators.layers import ConditionalNorm, EdgeConv, Generator, repeat_edges
from pleinair.training.generators.table import VectorTable

CELL = 2
"""Pixels per side of the cells that the first and the last convolution see."""
LINE = 3 * CELL
"""Values of a cell in one row of pixels: columns (dx), then B, G, R."""


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions with conditional norms, added to their input (N, C, H, W)."""

    def __init__(self, channels: int, inner: int, dilations: tuple[int, int], norm: str) -> None:
        super().__init__()
        self.conv1 = EdgeConv(channels, inner, dilation=dilations[0])
        self.norm1 = ConditionalNorm(inner, norm)
        self.conv2 = EdgeConv(inner, channels, dilation=dilations[1])
        self.norm2 = ConditionalNorm(channels, norm)

    def forward(self, x: Tensor, style: Iterator[Tensor]) -> Tensor:
        y: Tensor = F.relu(self.norm1(self.conv1(x), next(style)))
        y = self.norm2(self.conv2(y), next(style))
        return x + y


class SmoothTail(nn.Module):
    """3x3 convolution to CELL x CELL x 3 values a cell that cannot draw a grid of its own.

    Each of the four pixel positions in a cell has its own kernels, so equal features could give
    unequal pixels, which shows as a grid with the cells' period. The kernels are therefore
    projected: constant features give constant pixels, and linearly rising features give linearly
    rising ones (as bilinear upsampling would). Everything else stays free.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.raw = nn.Parameter(torch.empty(3 * CELL * CELL, channels, 3, 3))
        self.color = nn.Parameter(torch.full((3,), 0.5))
        # Starts as one small kernel shared by all positions; training tells them apart.
        shared = torch.randn(3, 1, channels, 3, 3) * (0.25 / math.sqrt(9 * channels))
        with torch.no_grad():
            self.raw.copy_(shared.expand(3, CELL * CELL, channels, 3, 3).reshape_as(self.raw))

    def weight(self) -> Tensor:
        """The projected kernels, float (12, C, 3, 3), output channels in pixel_shuffle's order."""
        channels = self.raw.shape[1]
        w = self.raw.reshape(3, CELL, CELL, channels, 3, 3)  # colour, dy, dx, channel, ky, kx
        gain = w.sum((4, 5))
        mean_gain = gain.mean((1, 2), keepdim=True)
        w = w - ((gain - mean_gain) / 9)[..., None, None]
        # How far each position sits from the cell's centre, in cells.
        place = (torch.arange(CELL, dtype=w.dtype, device=w.device) - (CELL - 1) / 2) / CELL
        ramp = torch.arange(-1, 2, dtype=w.dtype, device=w.device) / 6
        for axis, taps in ((1, (1, 1, 1, 1, 3, 1)), (2, (1, 1, 1, 1, 1, 3))):
            steps = ramp.reshape(taps)
            moment = (w * (steps * 6)).sum((4, 5))
            wanted = mean_gain * place.reshape([-1 if i == axis else 1 for i in range(4)])
            free = (moment - wanted).mean((1, 2), keepdim=True)
            w = w - (moment - wanted - free)[..., None, None] * steps
        return w.reshape_as(self.raw)

    def bias(self) -> Tensor:
        """Float (12,): one value a colour, equal at every position."""
        return self.color.repeat_interleave(CELL * CELL)

    def forward(self, x: Tensor) -> Tensor:
        return F.conv2d(repeat_edges(x, 1, 1, 1, 1), self.weight(), self.bias())


class CellGenerator(Generator):
    """A generator that the program can run: its graph is built by ``files.cell_graph``."""

    stem: EdgeConv
    tail: SmoothTail

    def vector_table(self) -> VectorTable:
        """The layout of the style vector, in the order in which the graph uses its entries. What it does not
        list is shared by all styles, and constant in the graph.

        Kernels are (outputs, inputs, 3, 3). Those of the stem are split by the rows of a cell, and the stem
        and the tail take and give pixels in the order of memory, 0..255 BGR (see ``files.style_vectors``).
        """
        raise NotImplementedError

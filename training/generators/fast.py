"""The fast generator, for every processor. A style is all of its weights, convolutions and norms alike.

``fit`` learns several styles at once with shared convolutions, so that only the norms differ; ``refine`` and
``style`` then give each style convolutions of its own. The exported graph holds no weights: a style file
fills in every one, laid out as ``vector_table`` says.

Deviations from the generators of the paper (arXiv:1607.08022), all for speed on a CPU: the frame is
rearranged into 2x2 cells before the first convolution and back after the last one, so that no convolution
runs at full resolution; there are three residual blocks, narrower inside, some dilated to see further; and
upsampling is bilinear.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pleinair.training.generators.layers import INSTANCE, ConditionalNorm, EdgeConv, Generator, repeat_edges
from pleinair.training.generators.table import VectorTable, norm_entries

CELL = 2
"""Pixels per side of the cells that the first and the last convolution see."""
LINE = 3 * CELL
"""Values of a cell in one row of pixels: columns (dx), then B, G, R."""

DILATIONS = ((1, 2), (2, 1), (1, 1))
"""Of the two convolutions in each residual block."""


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
        ramp = torch.tensor([-1.0, 0.0, 1.0], dtype=w.dtype, device=w.device) / 6
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


class FastGenerator(Generator):
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
        """The layout of the style vector, in the order in which the graph uses its entries.

        Kernels are (outputs, inputs, 3, 3). Those of the stem are split by the rows of a cell, and the stem
        and the tail take and give pixels in the order of memory, 0..255 BGR (see ``files.style_vectors``).
        """
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

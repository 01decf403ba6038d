"""The texture network (Ulyanov et al., arXiv:1603.03417); the first generator of arXiv:1607.08022.

The photo, shrunk to each of several scales and joined there by noise, passes a block of
convolutions; from the coarsest scale on, what comes out is enlarged, normalised, and joined to the next
finer one (section 3.1 and figure 2). Every scale adds ``channels`` feature maps; the paper has 8.

Deviations: edges are repeated where the paper's textures wrap around, since photos do not; the
norms have scales and shifts from outside, as all generators here.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pleinair.training.generators.layers import INSTANCE, ConditionalNorm, EdgeConv, Generator

NOISE = 3
"""Channels of noise at every scale."""
SLOPE = 0.01
"""Of the leaky ReLU on negative values."""


class _Block(nn.Module):
    """Convolutions of 3x3, 3x3 and 1x1, each normalised and rectified (figure 2)."""

    def __init__(self, inputs: int, outputs: int, norm: str) -> None:
        super().__init__()
        sizes = ((inputs, 3), (outputs, 3), (outputs, 1))
        self.convs = nn.ModuleList(EdgeConv(c, outputs, kernel, bias=True) for c, kernel in sizes)
        self.norms = nn.ModuleList(ConditionalNorm(outputs, norm) for _ in sizes)

    def forward(self, x: Tensor, style: Iterator[Tensor]) -> Tensor:
        for conv, norm in zip(self.convs, self.norms, strict=True):
            x = F.leaky_relu(norm(conv(x), next(style)), SLOPE)
        return x


class _Step(nn.Module):
    """To the next finer scale: the coarse maps at twice their size and those of the finer photo,
    normalised so that neither drowns the other, side by side; then a block."""

    def __init__(self, coarse: int, fine: int, norm: str) -> None:
        super().__init__()
        self.entry = _Block(3 + NOISE, fine, norm)
        self.coarse_norm = ConditionalNorm(coarse, norm)
        self.fine_norm = ConditionalNorm(fine, norm)
        self.block = _Block(coarse + fine, coarse + fine, norm)

    def forward(self, coarse: Tensor, photo: Tensor, style: Iterator[Tensor]) -> Tensor:
        fine = self.entry(photo, style)
        coarse = self.coarse_norm(F.interpolate(coarse, scale_factor=2.0), next(style))
        fine = self.fine_norm(fine, next(style))
        x: Tensor = self.block(torch.cat([coarse, fine], 1), style)
        return x


class TextureNetwork(Generator):
    """Six scales from 1/32 to 1.

    The noise is fresh in training. In use it is the same for every picture of a size, so that a
    still scene is painted still.
    """

    kind = "texture"
    scales = 6
    multiple = 2 ** (scales - 1)
    smallest = 2 * multiple  # a norm needs more than one position

    def __init__(self, norm: str = INSTANCE, channels: int = 8) -> None:
        super().__init__(norm, channels=channels)
        # In the order of use, coarsest first, which is the order of the style vector.
        self.first = _Block(3 + NOISE, channels, norm)
        self.steps = nn.ModuleList(_Step(n * channels, channels, norm) for n in range(1, self.scales))
        self.tail = nn.Conv2d(self.scales * channels, 3, 1)
        assert self.tail.bias is not None
        nn.init.constant_(self.tail.bias, 0.5)  # starts grey, not black

    def paint(self, x: Tensor, style: Iterator[Tensor]) -> Tensor:
        pyramid = [x]
        for _ in range(1, self.scales):
            pyramid.append(F.avg_pool2d(pyramid[-1], 2))
        fixed = None if self.training else torch.Generator().manual_seed(0)
        noisy = []
        for picture in reversed(pyramid):
            shape = (picture.shape[0] if fixed is None else 1, NOISE, *picture.shape[2:])
            noise = torch.rand(shape, generator=fixed).to(picture)
            noisy.append(torch.cat([picture, noise.expand(picture.shape[0], -1, -1, -1)], 1))
        x = self.first(noisy[0], style)
        for step, picture in zip(self.steps, noisy[1:], strict=True):
            x = step(x, picture, style)
        painted: Tensor = self.tail(x)
        return painted

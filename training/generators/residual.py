"""The residual generator (Johnson et al., arXiv:1603.08155, supplement); the second of arXiv:1607.08022.

Deviations from Johnson's: nearest-neighbour upsampling and a convolution stand in for the
fractionally strided convolutions, which leave a checkerboard; and every convolution reflects
its own input, where Johnson reflects 40 px around the photo once and lets the blocks eat them.
The width is ``channels``, twice and four times that; Johnson has 32, and 16 is the smallest released.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pleinair.training.generators.layers import INSTANCE, ConditionalNorm, Generator

BLOCKS = 5


def _convolution(inputs: int, outputs: int, kernel: int, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, padding_mode="reflect")


class _Block(nn.Module):
    def __init__(self, channels: int, norm: str) -> None:
        super().__init__()
        self.conv1 = _convolution(channels, channels, 3)
        self.norm1 = ConditionalNorm(channels, norm)
        self.conv2 = _convolution(channels, channels, 3)
        self.norm2 = ConditionalNorm(channels, norm)

    def forward(self, x: Tensor, style: Iterator[Tensor]) -> Tensor:
        y: Tensor = F.relu(self.norm1(self.conv1(x), next(style)))
        y = self.norm2(self.conv2(y), next(style))
        return x + y


class ResidualGenerator(Generator):
    """Two steps down, five residual blocks, two steps up."""

    kind = "residual"
    multiple = 4
    smallest = 20

    def __init__(self, norm: str = INSTANCE, channels: int = 32) -> None:
        super().__init__(norm, channels=channels)
        c = channels
        self.stem, self.stem_norm = _convolution(3, c, 9), ConditionalNorm(c, norm)
        self.down1, self.down1_norm = _convolution(c, 2 * c, 3, 2), ConditionalNorm(2 * c, norm)
        self.down2, self.down2_norm = _convolution(2 * c, 4 * c, 3, 2), ConditionalNorm(4 * c, norm)
        self.blocks = nn.ModuleList(_Block(4 * c, norm) for _ in range(BLOCKS))
        self.up1, self.up1_norm = _convolution(4 * c, 2 * c, 3), ConditionalNorm(2 * c, norm)
        self.up2, self.up2_norm = _convolution(2 * c, c, 3), ConditionalNorm(c, norm)
        self.tail = _convolution(c, 3, 9)

    def paint(self, x: Tensor, style: Iterator[Tensor]) -> Tensor:
        x = F.relu(self.stem_norm(self.stem(x), next(style)))  # (N, c, H, W)
        x = F.relu(self.down1_norm(self.down1(x), next(style)))  # (N, 2c, H/2, W/2)
        x = F.relu(self.down2_norm(self.down2(x), next(style)))  # (N, 4c, H/4, W/4)
        for block in self.blocks:
            x = block(x, style)
        x = F.relu(self.up1_norm(self.up1(F.interpolate(x, scale_factor=2.0)), next(style)))
        x = F.relu(self.up2_norm(self.up2(F.interpolate(x, scale_factor=2.0)), next(style)))
        return 0.5 + 0.5 * torch.tanh(self.tail(x))  # Johnson's scaled tanh

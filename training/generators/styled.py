"""A generator and the styles that it has learned."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from pleinair.training.generators.layers import Generator


class StyledGenerator(nn.Module):
    """What is trained together: the generator and a table of style vectors, float (K, S)."""

    def __init__(self, generator: Generator, styles: int) -> None:
        super().__init__()
        self.generator = generator
        self.styles = nn.Parameter(generator.neutral_style().repeat(styles, 1))

    def forward(self, photo: Tensor, which: Tensor) -> Tensor:
        """Paint photo (N, 3, H, W) RGB 0..1 in the styles numbered ``which``, int64 (N,)."""
        painted: Tensor = self.generator(photo, self.styles[which])
        return painted

    def only(self, number: int) -> StyledGenerator:
        """The same generator with one of its styles."""
        one = StyledGenerator(self.generator, 1)
        with torch.no_grad():
            one.styles.copy_(self.styles[number : number + 1])
        return one

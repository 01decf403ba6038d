"""A generator and the styles that it has learned."""

from __future__ import annotations

import copy

import numpy as np
import torch
from torch import Tensor, nn

from pleinair.engine.frame import Paint, Pixels
from pleinair.engine.styles.texture_noise import add_texture_noise
from pleinair.training.generators.layers import Generator


class StyledGenerator(nn.Module):
    """What is trained together: the generator, a table of style vectors, float (K, S), and for a generator with
    C controls also a table of theirs, float (K, C, S)."""

    def __init__(self, generator: Generator, styles: int) -> None:
        super().__init__()
        self.generator = generator
        neutral = generator.neutral_style()
        self.styles = nn.Parameter(neutral.repeat(styles, 1))
        if generator.controls:
            self.controls = nn.Parameter(torch.zeros(styles, len(generator.controls), len(neutral)))

    def vectors(self, styles: Tensor, values: Tensor | None = None) -> Tensor:
        """The vectors (N, S) of the styles numbered ``styles``, int64 (N,), with the controls at ``values``,
        float (N, C); at their defaults where None."""
        vectors: Tensor = self.styles[styles]
        controls = self.generator.controls
        if not controls:
            return vectors
        learned = self.controls[styles]  # (N, C, S)
        for place, control in enumerate(controls):
            step = control.default if values is None else values[:, place, None]
            vectors = vectors + (step - control.origin) * learned[:, place]
        return vectors

    def forward(self, photo: Tensor, styles: Tensor, values: Tensor | None = None) -> Tensor:
        """Paint photo (N, 3, H, W) RGB 0..1 in the styles numbered ``styles``, int64 (N,); ``values``: see
        ``vectors``."""
        painted: Tensor = self.generator(photo, self.vectors(styles, values))
        return painted

    def only(self, number: int) -> StyledGenerator:
        """The same generator with one of its styles."""
        one = StyledGenerator(self.generator, 1)
        with torch.no_grad():
            one.styles.copy_(self.styles[number : number + 1])
            if self.generator.controls:
                one.controls.copy_(self.controls[number : number + 1])
        return one

    def paint_function(self, number: int) -> Paint:
        """One style with the weights of this moment, in use: uint8 (H, W, 3) BGR -> the same."""
        generator = copy.deepcopy(self.generator).cpu().eval()
        with torch.no_grad():
            style = self.vectors(torch.tensor([number], device=self.styles.device))[0].cpu()
        noise = generator.noise
        return lambda pixels: paint_pixels(generator, add_texture_noise(pixels, noise), style)


def paint_pixels(generator: Generator, pixels: Pixels, style: Tensor) -> Pixels:
    """Paint with torch: uint8 (H, W, 3) BGR -> the same shape; style float (S,). The graph must agree."""
    frame = torch.from_numpy(np.ascontiguousarray(pixels[:, :, ::-1])).permute(2, 0, 1)[None].float()
    with torch.no_grad():
        painted = generator(frame / 255, style[None]) * 255
    rgb = painted.round().clamp(0, 255).to(torch.uint8)[0].permute(1, 2, 0).numpy()
    return np.ascontiguousarray(rgb[:, :, ::-1])

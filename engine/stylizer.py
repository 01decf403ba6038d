"""Painting frames with a look: sizes, strength and colours around the generator."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np

from pleinair.engine.compositing import blend
from pleinair.engine.errors import FrameSizeError, StyleError
from pleinair.engine.frame import Pixels
from pleinair.engine.generator import Generator
from pleinair.engine.styles.look import Look
from pleinair.engine.styles.texture_noise import add_texture_noise

SMALLEST, LARGEST = 16, 8192
"""Sides in pixels that a generator takes."""


class Stylizer:
    """Generators that paint looks, all on one device. Used from one thread at a time."""

    def __init__(
        self,
        *generators: Generator,
        seconds: Mapping[str, float | None] | None = None,
        notice: str | None = None,
    ) -> None:
        """``generators``: one or more, the best first; ``seconds``: what a million pixels take each, by name,
        where that was measured; ``notice``: what a person should know about the choice of backend."""
        self.generators = {generator.name: generator for generator in generators}
        self.seconds = {name: (seconds or {}).get(name) for name in self.generators}
        self.notice = notice

    @property
    def generator(self) -> Generator:
        """The best one."""
        return next(iter(self.generators.values()))

    def generators_for(self, look: Look) -> list[str]:
        """Names of the generators that can paint this look, the best first. Raises StyleError where none can."""
        found = [name for name, generator in self.generators.items() if look.fits(generator.digest)]
        if not found:
            raise StyleError(f"No generator in use can paint '{look.name}'; choose another style.")
        return found

    def stylize(
        self, pixels: Pixels, look: Look, work_size: int | None = None, generator: str | None = None
    ) -> Pixels:
        """Paint uint8 (H, W, 3) BGR; the result has the same shape.

        ``work_size``: the most pixels that the short side of the painted picture has before it is
        scaled back, None for the frame's own size; ``generator``: the name of one, None for the best that
        can paint this look. Raises FrameSizeError, StyleError, BackendError, OutOfMemory.
        """
        height, width = pixels.shape[:2]
        if min(height, width) < SMALLEST or max(height, width) > LARGEST:
            raise FrameSizeError(
                f"A picture of {width}x{height} cannot be painted; its sides must have "
                f"{SMALLEST} to {LARGEST} pixels."
            )
        if look.strength == 0.0:
            return pixels
        painter = self.generators[generator or self.generators_for(look)[0]]
        size = painted_size(width, height, work_size)
        vector, noise = look.vector_for(painter.digest), look.noise_for(painter.digest)
        if size == (width, height):
            painted = painter.paint(add_texture_noise(pixels, noise), vector)
        else:
            small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
            painted = painter.paint(add_texture_noise(small, noise), vector)
            painted = np.asarray(
                cv2.resize(painted, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8
            )
        return blend(pixels, painted, look.strength, look.keep_colors)

    def close(self) -> None:
        """Free the device."""
        for generator in self.generators.values():
            generator.close()


def painted_size(width: int, height: int, work_size: int | None) -> tuple[int, int]:
    """Width and height at which a frame is painted."""
    if work_size is None or work_size >= min(width, height):
        return width, height
    scale = max(SMALLEST, work_size) / min(width, height)
    return max(SMALLEST, round(width * scale)), max(SMALLEST, round(height * scale))

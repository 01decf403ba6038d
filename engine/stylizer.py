"""Painting frames with a look: sizes, strength and colours around the generator."""

from __future__ import annotations

import cv2
import numpy as np

from pleinair.engine.compositing import blend
from pleinair.engine.errors import FrameSizeError
from pleinair.engine.frame import Pixels
from pleinair.engine.generator import Generator
from pleinair.engine.styles.look import Look

SMALLEST, LARGEST = 16, 8192
"""Sides in pixels that a generator takes."""


class Stylizer:
    """A generator that paints looks. Used from one thread at a time."""

    def __init__(self, generator: Generator, notice: str | None = None) -> None:
        """``notice``: what a person should know about the choice of backend, if anything."""
        self.generator = generator
        self.notice = notice

    def stylize(self, pixels: Pixels, look: Look, work_size: int | None = None) -> Pixels:
        """Paint uint8 (H, W, 3) BGR; the result has the same shape.

        ``work_size``: the most pixels that the short side of the painted picture has before it is
        scaled back, None for the frame's own size. Raises FrameSizeError, BackendError, OutOfMemory.
        """
        height, width = pixels.shape[:2]
        if min(height, width) < SMALLEST or max(height, width) > LARGEST:
            raise FrameSizeError(
                f"A picture of {width}x{height} cannot be painted; its sides must have "
                f"{SMALLEST} to {LARGEST} pixels."
            )
        if look.strength == 0.0:
            return pixels
        size = painted_size(width, height, work_size)
        vector = look.vector_for(self.generator.digest)
        if size == (width, height):
            painted = self.generator.paint(pixels, vector)
        else:
            small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
            painted = self.generator.paint(small, vector)
            painted = np.asarray(
                cv2.resize(painted, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8
            )
        return blend(pixels, painted, look.strength, look.keep_colors)

    def close(self) -> None:
        """Free the device."""
        self.generator.close()


def painted_size(width: int, height: int, work_size: int | None) -> tuple[int, int]:
    """Width and height at which a frame is painted."""
    if work_size is None or work_size >= min(width, height):
        return width, height
    scale = max(SMALLEST, work_size) / min(width, height)
    return max(SMALLEST, round(width * scale)), max(SMALLEST, round(height * scale))

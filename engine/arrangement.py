"""How frames are turned and cut before they are painted."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from pleinair.engine.frame import Frame, Pixels

USUAL_CROPS = ((16, 9), (4, 3), (1, 1), (9, 16))
"""Ratios of width and height."""


@dataclass(frozen=True)
class Arrangement:
    """Turned by ``rotation``, then cut to ``crop``, then flipped, then mirrored."""

    mirror: bool = False
    """Left and right change places."""
    flip: bool = False
    """Top and bottom change places."""
    rotation: int = 0
    """Degrees clockwise: 0, 90, 180 or 270."""
    crop: tuple[int, int] | None = None
    """The ratio of width and height; the largest such part is cut from the middle. None for the whole frame."""

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Width and height of what becomes of a frame of this width and height."""
        if self.rotation % 180:
            width, height = height, width
        if self.crop is None:
            return width, height
        across, down = self.crop
        return min(width, max(1, height * across // down)), min(height, max(1, width * down // across))

    def apply(self, frame: Frame) -> Frame:
        """The frame as it is painted; the same one where nothing is to be done."""
        if self == Arrangement():
            return frame
        return replace(frame, pixels=np.ascontiguousarray(self._view(frame.pixels)))

    def _view(self, pixels: Pixels) -> Pixels:
        width, height = self.size(pixels.shape[1], pixels.shape[0])
        pixels = np.rot90(pixels, -self.rotation // 90)
        left, top = (pixels.shape[1] - width) // 2, (pixels.shape[0] - height) // 2
        pixels = pixels[top : top + height, left : left + width]
        return pixels[:: -1 if self.flip else 1, :: -1 if self.mirror else 1]

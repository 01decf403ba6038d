"""What every backend offers, and what all of them share."""

from __future__ import annotations

from typing import Protocol

import cv2
import numpy as np

from engine.errors import FrameSizeError
from engine.frame import Pixels
from engine.styles import Look

SMALLEST, LARGEST = 16, 8192
"""Sides in pixels that a generator takes."""


class Stylizer(Protocol):
    """A generator, ready to paint. Used from one thread at a time."""

    @property
    def backend(self) -> str:
        """The library that runs it."""

    @property
    def device(self) -> str:
        """Where it really runs."""

    def stylize(self, pixels: Pixels, look: Look) -> Pixels:
        """Paint uint8 (H, W, 3) BGR; the result has the same shape. Raises FrameSizeError, BackendError."""

    def close(self) -> None:
        """Free the device."""


def check_size(pixels: Pixels) -> None:
    """Refuse what no generator takes. Raises FrameSizeError."""
    height, width = pixels.shape[:2]
    if min(height, width) < SMALLEST or max(height, width) > LARGEST:
        raise FrameSizeError(
            f"A picture of {width}x{height} cannot be painted; its sides must have "
            f"{SMALLEST} to {LARGEST} pixels."
        )


def work_scale(pixels: Pixels, look: Look) -> float:
    """How much smaller than the frame the painted picture is; 1.0 when it is not."""
    if look.work_size is None:
        return 1.0
    height, width = pixels.shape[:2]
    return min(1.0, float(max(SMALLEST, look.work_size) / min(height, width)))


def shrink(pixels: Pixels, scale: float) -> Pixels:
    """The frame at work size."""
    height, width = pixels.shape[:2]
    size = (max(SMALLEST, round(width * scale)), max(SMALLEST, round(height * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def enlarge(painted: Pixels, frame: Pixels, strength: float) -> Pixels:
    """A picture painted at full strength and work size, back at the frame's size and blended with
    it, so that what shines through the paint is as sharp as it was filmed."""
    height, width = frame.shape[:2]
    large = cv2.resize(painted, (width, height), interpolation=cv2.INTER_LINEAR)
    if strength < 1.0:
        large = cv2.addWeighted(large, strength, frame, 1.0 - strength, 0.0)
    return np.asarray(large, dtype=np.uint8)

"""The fast guided filter: a coarse mask takes over the edges of the picture.

K. He, J. Sun and X. Tang, *Guided Image Filtering*, ECCV 2010, and K. He and J. Sun, *Fast Guided Filter*,
arXiv:1505.00996: near every pixel the mask is a linear function of the luma, ``mask = a * luma + b``. Its two
coefficients are found, and averaged, where the picture is small, and enlarged.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from pleinair.engine.region.segmentation import Mask

RADIUS = 3
"""Of the window, in pixels of the small picture."""
EPSILON = 0.03**2
"""Variance of the luma, of 0..1, below which a window has no edges of its own."""
LOW, HIGH = 0.2, 0.9
"""Values of the filtered mask that become 0 and 1: the filter lets a trace of each side into the other."""

Luma = npt.NDArray[np.uint8]
"""uint8 (H, W)."""


@dataclass(frozen=True, eq=False)
class LinearMask:
    """``slope`` and ``offset``, float32 (h, w): a mask as a function of the luma, both 0..255."""

    slope: Mask
    offset: Mask


class Enlarger:
    """Enlarges masks to the size of frames, in memory that it keeps: that of a frame costs more to get than to fill.
    Used from one thread."""

    def __init__(self) -> None:
        self._parts: list[Mask] = []

    def enlarge(self, mask: LinearMask, luma: Luma) -> Luma:
        """The mask that a picture of this luma, of any size, has: uint8 (H, W), 255 for the person."""
        if not self._parts or self._parts[0].shape != luma.shape:
            self._parts = [np.empty(luma.shape, np.float32) for _ in range(2)]
        slope, offset = self._parts
        for small, large in ((mask.slope, slope), (mask.offset, offset)):
            cv2.resize(small, (luma.shape[1], luma.shape[0]), dst=large)
        cv2.multiply(slope, luma, dst=slope, dtype=cv2.CV_32F)
        return np.asarray(cv2.add(slope, offset, dtype=cv2.CV_8U), np.uint8)


def guided(luma: Luma, mask: Mask) -> LinearMask:
    """The mask 0..1 of the size of ``luma``, filtered with it as a guide, and stretched from ``LOW`` to ``HIGH``."""

    window = (2 * RADIUS + 1, 2 * RADIUS + 1)
    mean_guide = cv2.boxFilter(luma, cv2.CV_32F, window)
    mean_mask = cv2.blur(mask, window)
    variance = cv2.sqrBoxFilter(luma, cv2.CV_32F, window) - mean_guide * mean_guide
    covariance = cv2.blur(mask * luma, window) - mean_guide * mean_mask
    slope = covariance / (variance + np.float32(255**2 * EPSILON))
    offset = mean_mask - slope * mean_guide
    stretch = np.float32(255 / (HIGH - LOW))
    mean_slope, mean_offset = (np.asarray(cv2.blur(one, window), np.float32) for one in (slope, offset))
    return LinearMask(mean_slope * stretch, (mean_offset - np.float32(LOW)) * stretch)

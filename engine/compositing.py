"""What is laid over a painting: strength and colours."""

from __future__ import annotations

import cv2
import numpy as np

from pleinair.engine.frame import Pixels


def blend(frame: Pixels, painted: Pixels, strength: float, keep_colors: bool) -> Pixels:
    """The painting laid over the frame, both uint8 (H, W, 3) BGR; a new array or ``painted``.

    ``strength`` 0..1. With ``keep_colors`` only brightness is painted: every channel changes by as much as
    the luma (ITU-R BT.601) of the two differs.
    """
    if keep_colors:
        luma, luma_before = (cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY) for picture in (painted, frame))
        change = cv2.subtract(luma, luma_before, dtype=cv2.CV_16S)
        painted = np.asarray(cv2.add(frame, cv2.merge([change] * 3), dtype=cv2.CV_8U), np.uint8)
    if strength < 1.0:
        painted = np.asarray(cv2.addWeighted(painted, strength, frame, 1.0 - strength, 0.0), np.uint8)
    return painted

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
        # Subtraction stops at 0, so that one of the two is 0 everywhere.
        brighter, darker = (
            cv2.cvtColor(cv2.subtract(one, other), cv2.COLOR_GRAY2BGR)
            for one, other in ((luma, luma_before), (luma_before, luma))
        )
        painted = np.asarray(cv2.subtract(cv2.add(frame, brighter), darker), np.uint8)
    if strength < 1.0:
        painted = np.asarray(cv2.addWeighted(painted, strength, frame, 1.0 - strength, 0.0), np.uint8)
    return painted

"""Pictures over pictures, and beside them: strength, colours, and another size."""

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


def shrink(pixels: Pixels, width: int, height: int) -> Pixels:
    """uint8 (H, W, 3) made smaller, to (height, width, 3), without moire."""
    pixels = halve(pixels, width, height)
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def halve(pixels: Pixels, width: int, height: int) -> Pixels:
    """uint8 (H, W, 3) halved as often as it stays as large as this: OpenCV does that ten times faster than anything
    between."""
    while pixels.shape[0] >= 2 * height and pixels.shape[1] >= 2 * width:
        half = pixels.shape[1] // 2, pixels.shape[0] // 2
        pixels = np.asarray(cv2.resize(pixels, half, interpolation=cv2.INTER_AREA), np.uint8)
    return pixels


def enlarge_rows(pixels: Pixels, width: int, height: int, rows: slice) -> Pixels:
    """Some rows of what uint8 (h, w, 3) is when it is enlarged to (height, width, 3), bilinearly."""
    places = (np.arange(rows.start, rows.stop) + 0.5) * len(pixels) / height - 0.5
    places = places.clip(0, len(pixels) - 1)
    above = places.astype(int)
    below = np.minimum(above + 1, len(pixels) - 1)
    first, last = above[0], below[-1]
    wide = cv2.resize(pixels[first : last + 1], (width, last + 1 - first), interpolation=cv2.INTER_LINEAR)
    weight = ((places - above) * 256).astype(np.uint16)[:, None, None]
    mixed = wide[above - first] * (256 - weight) + wide[below - first] * weight
    return np.asarray((mixed + 128) >> 8, np.uint8)


def fit(pixels: Pixels, height: int, width: int) -> Pixels:
    """Scale uint8 (H, W, 3) to fit into (height, width, 3) with its proportions, on black."""
    if pixels.shape[:2] == (height, width):
        return pixels
    scale = min(height / pixels.shape[0], width / pixels.shape[1])
    h, w = (max(1, round(side * scale)) for side in pixels.shape[:2])
    top, left = (height - h) // 2, (width - w) // 2
    fitted = np.zeros((height, width, 3), np.uint8)
    fitted[top : top + h, left : left + w] = cv2.resize(pixels, (w, h), interpolation=cv2.INTER_AREA)
    return fitted


def beside(frame: Pixels, painted: Pixels) -> Pixels:
    """The frame on the left and its painting on the right; uint8 (H, W, 3) twice, (H, 2 W, 3) back."""
    return np.hstack([frame, painted])

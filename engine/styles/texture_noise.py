"""Fixed noise on frames, so that strokes begin where there is nothing to see.

A wall that is smooth or overexposed gives a generator nothing to draw along, and stays bare. Texture networks take
noise beside the photo for this reason (Ulyanov et al., arXiv:1603.03417). Deviations: the noise is
added to the frame, not given beside it, and it is always the same, so that strokes stand still. See decision 0010.
"""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from pleinair.engine.frame import Pixels

SIDE = 512
"""Pixels after which the noise repeats."""
SIGMAS = (3.0, 8.0)
"""Standard deviations in pixels of the two blurs whose difference the noise is: strokes have that size."""
DEVIATION = 0.7
"""Standard deviation of the noise for a strength of 1."""
MOST = 32.0
"""Grey levels of noise that a style may ask for at most."""


def add_texture_noise(pixels: Pixels, strength: float) -> Pixels:
    """The frame, uint8 (H, W, 3) BGR, with noise of ``strength`` grey levels; the frame itself where that is 0.

    Its contrast is reduced by the same amount, so that there is room beyond black and white.
    """
    levels = round(strength)
    if levels == 0:
        return pixels
    noisy = cv2.convertScaleAbs(pixels, alpha=1 - 2 * levels / 255)
    noise = _noise(levels)
    for top in range(0, pixels.shape[0], SIDE):
        for left in range(0, pixels.shape[1], SIDE):
            part = noisy[top : top + SIDE, left : left + SIDE]
            part += noise[: part.shape[0], : part.shape[1]]  # 255 at most
    return np.asarray(noisy, np.uint8)


@cache
def _noise(levels: int) -> Pixels:
    """uint8 (SIDE, SIDE, 3): 0 to twice ``levels``."""
    tile = (levels * (1 + DEVIATION * _tile())).round().clip(0, 2 * levels).astype(np.uint8)
    return np.repeat(tile[:, :, None], 3, axis=2)


@cache
def _tile() -> npt.NDArray[np.float32]:
    """float32 (SIDE, SIDE): its mean is 0 and its standard deviation 1, and it continues across its edges."""
    frequencies = 2 * np.pi * np.hypot(np.fft.fftfreq(SIDE)[:, None], np.fft.rfftfreq(SIDE))
    small, large = (np.exp(-((sigma * frequencies) ** 2) / 2) for sigma in SIGMAS)
    white = np.fft.rfft2(np.random.default_rng(0).normal(size=(SIDE, SIDE)))
    noise = np.fft.irfft2(white * (small - large), (SIDE, SIDE))
    return np.asarray(noise / noise.std(), np.float32)

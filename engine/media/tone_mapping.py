"""From the light of HDR and wide-gamut videos to what a painting is made of: sRGB.

PQ and HLG: Recommendation ITU-R BT.2100; reference white of 203 cd/m2: Report ITU-R BT.2408.
"""

from __future__ import annotations

import atexit
import os
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

GRID = 33
"""Points of the look-up table along each side; between them FFmpeg's lut3d interpolates."""
PQ, HLG = 16, 18
"""Transfer characteristics as FFmpeg and ITU-T H.273 number them."""
BT2020 = 9
"""Likewise, of colour primaries."""
WHITE = 203.0
"""cd/m2 of white paper in HDR, which becomes white in SDR."""
PEAK = 1000.0 / WHITE
"""The brightest light that is told apart, in units of white."""
KNEE = 0.75
"""Up to here light stays as it is; what is brighter is pressed together below 1."""
TO_BT709 = np.array([[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]])
"""Linear BT.2020 to linear BT.709 (Report ITU-R BT.2407)."""

Colours = npt.NDArray[np.float64]


def pq_to_light(signal: Colours) -> Colours:
    """PQ signal 0..1 to light in units of white (BT.2100, table 4)."""
    power = np.clip(signal, 0, 1) ** (1 / 78.84375)
    light = np.maximum(power - 0.8359375, 0) / (18.8515625 - 18.6875 * power)
    return np.asarray(light ** (1 / 0.1593017578125) * 10_000 / WHITE)


def hlg_to_light(signal: Colours) -> Colours:
    """HLG signal (..., 3) 0..1 to light on a screen of 1,000 cd/m2, in units of white (BT.2100, table 5)."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)
    luminance = scene @ np.array([0.2627, 0.6780, 0.0593])
    return np.asarray(scene * np.maximum(luminance, 1e-6)[..., None] ** 0.2 * 1000 / WHITE)


def light_to_srgb(light: Colours) -> Colours:
    """Light (..., 3) in BT.2020, in units of white, to sRGB 0..1. Hues stay: all three channels are
    pressed by what the brightest needs."""
    linear = np.maximum(light @ TO_BT709.T, 0)
    brightest = np.maximum(linear.max(axis=-1, keepdims=True), 1e-9)
    over = np.clip((brightest - KNEE) / (PEAK - KNEE), 0, 1)
    slope = (PEAK - KNEE) / (1 - KNEE)  # the curve leaves the knee as steep as it was before
    pressed = KNEE + (1 - KNEE) * over * slope / (1 + over * (slope - 1))
    linear *= np.where(brightest > KNEE, pressed, brightest) / brightest
    linear = np.clip(linear, 0, 1)
    return np.asarray(np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055))


def table(transfer: int) -> Colours:
    """What FFmpeg's lut3d looks up: sRGB (GRID, GRID, GRID, 3) by blue, green and red signal."""
    axis = np.linspace(0, 1, GRID)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    signal = np.stack([red, green, blue], axis=-1)
    if transfer == PQ:
        return light_to_srgb(pq_to_light(signal))
    if transfer == HLG:
        return light_to_srgb(hlg_to_light(signal))
    return light_to_srgb(signal**2.4)


@cache
def table_file(transfer: int) -> Path:
    """The table as a .cube file (Adobe's format), which stays until the process ends."""
    number, name = tempfile.mkstemp(prefix="pleinair-", suffix=".cube")
    rows = table(transfer).reshape(-1, 3)
    with os.fdopen(number, "w") as file:
        file.write(f"LUT_3D_SIZE {GRID}\n")
        np.savetxt(file, rows, "%.6f")
    path = Path(name)
    atexit.register(path.unlink, missing_ok=True)
    return path

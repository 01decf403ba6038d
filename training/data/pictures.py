"""Pictures as arrays and tensors: read, scaled, and turned into one another."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from pleinair.engine.errors import PictureError, TrainingError
from pleinair.engine.frame import Pixels
from pleinair.engine.media.kinds import read_still

RGB = npt.NDArray[np.uint8]
"""uint8 (H, W, 3), red first."""
Floats = npt.NDArray[np.float32]
"""float32 (3, H, W), RGB, 0..1."""


def read_picture(path: Path) -> RGB:
    """Decode a picture to uint8 (H, W, 3) RGB. Raises TrainingError when it cannot be read."""
    return flip_channels(read_bgr(path))


def read_bgr(path: Path) -> Pixels:
    """Decode a picture to uint8 (H, W, 3) BGR. Raises TrainingError when it cannot be read."""
    try:
        return read_still(path)
    except PictureError as error:
        raise TrainingError(str(error)) from error


def flip_channels(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """RGB to BGR or back, contiguous, uint8 (H, W, 3)."""
    return np.ascontiguousarray(picture[:, :, ::-1])


def to_tensor(rgb: RGB) -> Tensor:
    """uint8 (H, W, 3) RGB -> float32 (1, 3, H, W) RGB 0..1."""
    return torch.from_numpy(to_floats(rgb))[None]


def to_floats(rgb: RGB) -> Floats:
    """uint8 (H, W, 3) RGB -> float32 (3, H, W) RGB 0..1."""
    return np.ascontiguousarray(rgb.transpose(2, 0, 1), np.float32) / np.float32(255)


def to_pixels(picture: Tensor) -> Pixels:
    """float (1, 3, H, W) RGB, clipped to 0..1 -> uint8 (H, W, 3) BGR."""
    rgb = (picture.detach()[0].float().clamp(0, 1) * 255).round().to(torch.uint8).permute(1, 2, 0)
    return flip_channels(rgb.cpu().numpy())


def resize_short_side(picture: npt.NDArray[np.uint8], short: int) -> npt.NDArray[np.uint8]:
    """Scale uint8 (H, W, 3) so that the shorter side has ``short`` pixels."""
    height, width = picture.shape[:2]
    scale = short / min(height, width)
    return resize(picture, (max(short, round(width * scale)), max(short, round(height * scale))))


def resize(picture: npt.NDArray[np.uint8], size: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """Scale uint8 (H, W, 3) to ``size`` (width, height): area averages when it shrinks, else bicubic."""
    shrinks = size[0] * size[1] < picture.shape[0] * picture.shape[1]
    how = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, size, interpolation=how), dtype=np.uint8)

"""Decoding photos and pictures of videos."""

from __future__ import annotations

from pathlib import Path

import av
import cv2
import numpy as np

from pleinair.engine.errors import PictureError
from pleinair.engine.frame import Pixels

STILLS = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"}
"""Endings of photos."""


def read_still(path: Path) -> Pixels:
    """Decode a photo to uint8 (H, W, 3) BGR, turned upright. Raises PictureError."""
    try:
        data = np.fromfile(path, np.uint8)
        pixels = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
    except (OSError, cv2.error) as error:
        raise PictureError(f"The picture {path} cannot be read ({error}).") from error
    if pixels is None:
        raise PictureError(f"{path} is not a picture that can be read; choose a JPEG, PNG or WebP file.")
    return np.asarray(pixels, dtype=np.uint8)


def upright(frame: av.VideoFrame) -> Pixels:
    """A decoded frame as uint8 (H, W, 3) BGR, turned as the file asks (phones film sideways)."""
    pixels = np.asarray(frame.to_ndarray(format="bgr24"), dtype=np.uint8)
    turns = round(frame.rotation / 90) % 4
    return np.ascontiguousarray(np.rot90(pixels, turns)) if turns else pixels

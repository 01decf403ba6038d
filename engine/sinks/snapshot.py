"""Single pictures."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from pleinair.engine.errors import PictureError
from pleinair.engine.frame import Pixels
from pleinair.engine.outputs import write_atomically

WRITABLE = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff"}
WITH_ALPHA = {".png", ".webp", ".tif", ".tiff"}


def require_writable(path: Path) -> None:
    """Raise PictureError when no picture can be written there: wrong ending, or no such folder."""
    if path.suffix.lower() not in WRITABLE:
        raise PictureError(f"Pictures cannot be written as '{path.suffix}'; choose .png, .jpg or .webp.")
    require_folder(path)


def require_folder(path: Path) -> None:
    """Raise PictureError where there is no folder to put ``path`` into."""
    if not os.path.isdir(path.parent):
        raise PictureError(f"There is no folder {path.parent}; make it, or choose another.")


def write_picture(path: Path, pixels: Pixels, alpha: npt.NDArray[np.uint8] | None = None) -> None:
    """Write uint8 (H, W, 3) BGR in the format that the ending names; an old file stays until the
    new one is whole. ``alpha``, uint8 (H, W), is kept by PNG, WebP and TIFF. Raises PictureError."""
    require_writable(path)
    ending = path.suffix.lower()
    options = [cv2.IMWRITE_JPEG_QUALITY, 95] if ending in {".jpg", ".jpeg"} else []
    if alpha is not None and ending in WITH_ALPHA:
        pixels = np.dstack([pixels, alpha])
    unpackable = PictureError(f"The picture could not be packed as '{path.suffix}'; choose .png.")
    try:
        ok, data = cv2.imencode(ending, pixels, options)
    except cv2.error as error:  # WebP has no side over 16,383 pixels
        raise unpackable from error
    if not ok:
        raise unpackable
    try:
        write_atomically(path, data.data)
    except OSError as error:
        raise PictureError(
            f"The picture {path} could not be written ({error.strerror}); choose another folder."
        ) from error

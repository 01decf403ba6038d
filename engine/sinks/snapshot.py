"""Single pictures."""

from __future__ import annotations

from pathlib import Path

import cv2

from engine.errors import PictureError
from engine.files import write_atomically
from engine.frame import Pixels

WRITABLE = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff"}


def write_picture(path: Path, pixels: Pixels) -> None:
    """Write uint8 (H, W, 3) BGR in the format that the ending names; an old file stays until the
    new one is whole. Raises PictureError."""
    if path.suffix.lower() not in WRITABLE:
        raise PictureError(f"Pictures cannot be written as '{path.suffix}'; choose .png, .jpg or .webp.")
    options = [cv2.IMWRITE_JPEG_QUALITY, 95] if path.suffix.lower() in {".jpg", ".jpeg"} else []
    ok, data = cv2.imencode(path.suffix, pixels, options)
    if not ok:
        raise PictureError(f"The picture could not be packed as '{path.suffix}'; choose .png.")
    try:
        write_atomically(path, data.tobytes())
    except OSError as error:
        raise PictureError(
            f"The picture {path} could not be written ({error.strerror}); choose another folder."
        ) from error

"""Single pictures."""

from __future__ import annotations

from pathlib import Path

import cv2

from pleinair.engine.errors import PictureError
from pleinair.engine.files import write_atomically
from pleinair.engine.frame import Pixels

WRITABLE = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff"}


def require_writable(path: Path) -> None:
    """Raise PictureError when no picture can be written there: wrong ending, or no such folder."""
    if path.suffix.lower() not in WRITABLE:
        raise PictureError(f"Pictures cannot be written as '{path.suffix}'; choose .png, .jpg or .webp.")
    if not path.parent.is_dir():
        raise PictureError(f"There is no folder {path.parent}; make it, or choose another.")


def write_picture(path: Path, pixels: Pixels) -> None:
    """Write uint8 (H, W, 3) BGR in the format that the ending names; an old file stays until the
    new one is whole. Raises PictureError."""
    require_writable(path)
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

"""Decoding photos: upright, in sRGB, with their transparency."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pi_heif
from PIL import (
    AvifImagePlugin,  # noqa: F401 (they register themselves)
    Image,
    ImageCms,
    ImageOps,
    Jpeg2KImagePlugin,  # noqa: F401
    TiffImagePlugin,  # noqa: F401
    UnidentifiedImageError,
    WebPImagePlugin,  # noqa: F401
)

from pleinair.engine.errors import PictureError, UnknownPicture
from pleinair.engine.frame import Pixels
from pleinair.engine.media.inputs import describe_failure, require_file

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF", "JPEG2000", "PPM")
"""Pillow's names of what is taken for a picture; JPEG brings MPO along. Others start programs (EPS)."""
BY_OPENCV = {"JPEG", "MPO", "PNG", "WEBP", "BMP", "TIFF"}
"""What OpenCV decodes in half the memory; the rest Pillow does."""
MOST_PIXELS = 210_000_000
"""What is decoded at most, so that a small file cannot ask for more memory than there is."""
STRIP = 256
"""Rows that are converted at once."""

Image.MAX_IMAGE_PIXELS = None  # MOST_PIXELS holds instead, with a sentence of ours
Image.preinit()  # with the imports above, all of FORMATS; Image.init() would load forty more
pi_heif.register_heif_opener()


@dataclass(frozen=True, eq=False)
class Photo:
    """``pixels``: uint8 (H, W, 3) BGR in sRGB; ``alpha``: uint8 (H, W), 255 where it is opaque, or None."""

    pixels: Pixels
    alpha: npt.NDArray[np.uint8] | None = None


def open_picture(path: Path) -> Image.Image:
    """A picture of which only the head has been read; close it. Raises PictureError, and UnknownPicture for what is
    none."""
    require_file(path)
    with _failures(path):
        image = Image.open(path, formats=FORMATS)
    width, height = image.size
    if width * height > MOST_PIXELS:
        image.close()
        raise PictureError(
            f"{path} has {width * height / 1e6:.0f} million pixels, and {MOST_PIXELS // 10**6} million is the "
            "most that can be painted; make it smaller first."
        )
    return image


def is_animated(image: Image.Image) -> bool:
    """Whether its pictures are a clip. The pages of a TIFF and the views of a phone's MPO are not."""
    return image.format in {"GIF", "WEBP", "PNG", "AVIF"} and getattr(image, "n_frames", 1) > 1


def decode(path: Path) -> Photo:
    """A photo; of a picture with several pages the first. Raises PictureError, UnknownPicture."""
    with open_picture(path) as image, _failures(path):
        return _decode(path, image)


@contextmanager
def _failures(path: Path) -> Iterator[None]:
    """Pillow and OpenCV tell what is wrong with a file in many ways."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd metadata
            yield
    except UnidentifiedImageError as error:
        raise UnknownPicture(describe_failure(path)) from error
    except (OSError, SyntaxError, ValueError, EOFError, cv2.error) as error:
        raise PictureError(describe_failure(path, error)) from error


def _decode(path: Path, image: Image.Image) -> Photo:
    profile = image.info.get("icc_profile")
    if image.has_transparency_data:
        rgba = np.asarray(ImageOps.exif_transpose(image).convert("RGBA"), np.uint8)
        alpha = np.ascontiguousarray(rgba[..., 3])
        pixels = np.asarray(cv2.cvtColor(rgba, cv2.COLOR_RGBA2BGR), np.uint8)
        _to_srgb(pixels, profile)
        return Photo(over_white(pixels, alpha), alpha) if alpha.min() < 255 else Photo(pixels)
    if image.mode == "CMYK":
        return Photo(_to_bgr(_cmyk_to_rgb(ImageOps.exif_transpose(image), profile)))
    if image.format in BY_OPENCV:
        decoded = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)
        if decoded is None:
            raise PictureError(describe_failure(path))
        pixels = np.asarray(decoded, np.uint8)
    else:
        pixels = _to_bgr(ImageOps.exif_transpose(image))
    _to_srgb(pixels, profile)
    return Photo(pixels)


def _to_bgr(image: Image.Image) -> Pixels:
    return np.asarray(cv2.cvtColor(np.asarray(image.convert("RGB"), np.uint8), cv2.COLOR_RGB2BGR), np.uint8)


def over_white(pixels: Pixels, alpha: npt.NDArray[np.uint8]) -> Pixels:
    """What viewers show where they have nothing better: transparent pixels often hold black."""
    weight = alpha[..., None].astype(np.uint16)
    return np.asarray((pixels * weight + 255 * (255 - weight) + 127) // 255, np.uint8)


def _to_srgb(pixels: Pixels, profile: bytes | None) -> None:
    """Convert uint8 (H, W, 3) BGR from the colours of an ICC profile, in place. A profile that cannot be read, or
    is not of an RGB space, leaves the pixels as they are, as browsers do."""
    if not profile:
        return
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if source.profile.xcolor_space.strip() != "RGB":
            return
        target = ImageCms.createProfile("sRGB")
        transform = ImageCms.buildTransform(
            source, target, "RGB", "RGB", ImageCms.Intent.RELATIVE_COLORIMETRIC
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return
    for top in range(0, len(pixels), STRIP):
        strip = Image.fromarray(np.ascontiguousarray(pixels[top : top + STRIP, :, ::-1]))
        converted = ImageCms.applyTransform(strip, transform)
        pixels[top : top + STRIP] = np.asarray(converted)[..., ::-1]


def _cmyk_to_rgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """By its profile, where it has one that can be read."""
    if not profile:
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return converted or image

"""Decoding photos: upright, in sRGB, with their transparency."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pi_heif
from PIL import (
    AvifImagePlugin,  # noqa: F401 (they register themselves)
    Image,
    ImageCms,
    ImageFile,
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
MOST_PIXELS = 210_000_000
"""What is decoded at most, seven bytes for each, so that a file cannot ask for more memory than there is."""
MOST_PACKED = 50_000_000
"""Of ``PACKED``, twenty bytes for each: what phones make."""
PACKED = {"AVIF", "HEIF", "JPEG2000"}
MOST_EMPTY = 60_000_000
"""Of what holds less than a byte for a hundred pixels: no photo is that smooth, but what claims more than it holds."""
STRIP = 256
"""Rows that are converted at once."""

Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2  # Pillow refuses twice of it: also where the pictures of a GIF grow
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)  # at half of what is refused
ImageFile.LOAD_TRUNCATED_IMAGES = True  # what is there of a torn photo is shown, as viewers do
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
    with failures(path), _without_warnings():
        image = Image.open(path, formats=FORMATS)
        pixels, most = image.width * image.height, _most_pixels(path, image)
    if pixels > most:
        image.close()
        raise PictureError(
            f"{path} has {pixels / 1e6:.0f} million pixels, and {most // 10**6} million is the most that can be "
            "painted of its kind; make it smaller first."
        )
    return image


def _most_pixels(path: Path, image: Image.Image) -> int:
    if image.format in PACKED:
        return MOST_PACKED
    return MOST_PIXELS if path.stat().st_size * 100 > image.width * image.height else MOST_EMPTY


def is_animated(image: Image.Image) -> bool:
    """Whether its pictures are a clip. The pages of a TIFF and the views of a phone's MPO are not."""
    return image.format in {"GIF", "WEBP", "PNG", "AVIF"} and bool(getattr(image, "is_animated", False))


def decode(path: Path) -> Photo:
    """A photo; of a picture with several pages the first. Raises PictureError, UnknownPicture."""
    with open_picture(path) as image, failures(path), _without_warnings():
        profile = image.info.get("icc_profile")
        ImageOps.exif_transpose(image, in_place=True)
        photo = unpack(image, _to_srgb(profile, "CMYK" if image.mode == "CMYK" else "RGB"))
    some = photo.pixels[::STRIP, ::STRIP]
    if np.ptp(some) == 0 and np.ptp(photo.pixels) == 0 and not _is_whole(path):
        raise PictureError(describe_failure(path))  # it was torn before its first pixel
    return photo


def _is_whole(path: Path) -> bool:
    """Pillow has one switch for all threads: a torn photo that another thread reads just now is refused, too."""
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with failures(path), _without_warnings(), Image.open(path, formats=FORMATS) as image:
            image.load()
    except PictureError:
        return False
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = True
    return True


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Of odd metadata."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def failures(path: Path) -> Iterator[None]:
    """Make a PictureError, or UnknownPicture, of whatever is raised within: Pillow and what it is made of raise
    anything about a damaged file."""
    try:
        yield
    except UnidentifiedImageError as error:
        raise UnknownPicture(describe_failure(path)) from error
    except PictureError:
        raise
    except Image.DecompressionBombError as error:
        raise PictureError(
            f"{path} has more than {MOST_PIXELS // 10**6} million pixels, the most that can be painted; make it "
            "smaller first."
        ) from error
    except Exception as error:
        raise PictureError(describe_failure(path, error)) from error


Convert = Callable[[Image.Image], Image.Image]
"""Makes colours sRGB: of an RGB or CMYK image, an RGB one of the same size."""


def unpack(image: Image.Image, convert: Convert | None = None) -> Photo:
    """The pixels of an image of any mode, a few rows after the other, so that they are there only once."""
    width, height = image.size
    pixels = np.empty((height, width, 3), np.uint8)
    alpha = np.empty((height, width), np.uint8) if image.has_transparency_data else None
    for top in range(0, height, STRIP):
        rows = slice(top, min(top + STRIP, height))
        strip = image.crop((0, rows.start, width, rows.stop))
        if alpha is not None:
            strip = strip.convert("RGBA")
            alpha[rows] = np.asarray(strip.getchannel("A"))
        elif strip.mode.startswith("I"):  # 16 bits, of which Pillow would keep the lower ones
            strip = Image.fromarray(np.clip(np.asarray(strip, np.int32) >> 8, 0, 255).astype(np.uint8))
        if strip.mode != "CMYK" or convert is None:
            strip = strip.convert("RGB")
        bgr = np.asarray(convert(strip) if convert is not None else strip, np.uint8)[..., ::-1]
        pixels[rows] = bgr if alpha is None else over_white(bgr, alpha[rows])
    return Photo(pixels, alpha if alpha is not None and alpha.min() < 255 else None)


def over_white(pixels: Pixels, alpha: npt.NDArray[np.uint8]) -> Pixels:
    """What viewers show where they have nothing better: transparent pixels often hold black."""
    weight = alpha[..., None].astype(np.uint16)
    return np.asarray((pixels * weight + 255 * (255 - weight) + 127) // 255, np.uint8)


def _to_srgb(profile: bytes | None, space: str = "RGB") -> Convert | None:
    """From the colours of an ICC profile. One that cannot be read, or is not of this space, leaves the pixels as they
    are, as browsers do."""
    if not profile:
        return None
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if source.profile.xcolor_space.strip() != space:
            return None
        target = ImageCms.createProfile("sRGB")
        intent = ImageCms.Intent.RELATIVE_COLORIMETRIC if space == "RGB" else ImageCms.Intent.PERCEPTUAL
        transform = ImageCms.buildTransform(source, target, space, "RGB", intent)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None

    def convert(image: Image.Image) -> Image.Image:
        return ImageCms.applyTransform(image, transform) or image  # None only where it converts in place

    return convert

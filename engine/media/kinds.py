"""What a file is, by what it holds and not by its name."""

from __future__ import annotations

from contextlib import closing
from enum import Enum
from pathlib import Path

from pleinair.engine.errors import PictureError, UnknownPicture
from pleinair.engine.frame import Pixels
from pleinair.engine.media.animations import Animation
from pleinair.engine.media.films import Film
from pleinair.engine.media.inputs import describe_failure
from pleinair.engine.media.photos import Photo, decode, failures, is_animated, open_picture


class Kind(Enum):
    """What is painted in different ways."""

    PHOTO = "photo"
    ANIMATION = "animation"
    VIDEO = "video"


def kind_of(path: Path) -> Kind:
    """Look into a file. Raises PictureError, with the reason, for what cannot be painted."""
    if (kind := _picture_kind(path)) is not None:
        return kind
    with closing(Film(path)) as film:
        return Kind.PHOTO if film.is_photo else Kind.VIDEO


def open_clip(path: Path) -> Film | Animation:
    """Open a file whose pictures move. Raises PictureError."""
    return Animation(path) if _picture_kind(path) is Kind.ANIMATION else Film(path)


def _picture_kind(path: Path) -> Kind | None:
    """None for what Pillow does not know. Raises PictureError."""
    try:
        with open_picture(path) as image, failures(path):
            return Kind.ANIMATION if is_animated(image) else Kind.PHOTO
    except UnknownPicture:
        return None


def read_photo(path: Path) -> Photo:
    """Decode a photo, with its transparency. Raises PictureError."""
    try:
        return decode(path)
    except UnknownPicture:
        with closing(Film(path)) as film:
            first = next(film.pictures(), None)
        if first is None:
            raise PictureError(describe_failure(path)) from None
        return Photo(first.pixels)


def read_still(path: Path) -> Pixels:
    """A photo as uint8 (H, W, 3) BGR, laid over white where it is transparent. Raises PictureError."""
    return read_photo(path).pixels

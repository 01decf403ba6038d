from pathlib import Path

import cv2
import numpy as np
import pytest

from pleinair.engine.errors import TrainingError
from pleinair.engine.files import asset
from pleinair.engine.sources.pattern import draw
from pleinair.training.data.photos import (
    FRAMES_OF_A_VIDEO,
    PhotoCrops,
    find_content,
    find_pairs,
    to_pixels,
    to_tensor,
)


def test_photos_and_videos_are_found_in_any_mix(studio_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "deep" / "deeper").mkdir(parents=True)
    cv2.imwrite(str(tmp_path / "deep" / "deeper" / "a.png"), draw(0, 64, 48))
    (tmp_path / "deep" / "clip.mp4").write_bytes(asset("demo.mp4").read_bytes())
    (tmp_path / "deep" / "broken.mp4").write_bytes(b"no video")
    content = find_content([studio_folder / "photos", asset("demo.mp4"), tmp_path / "deep"])
    names = [photo.name for photo in content.photos]
    frames = [name for name in names if name.startswith(str(asset("demo.mp4")))]
    assert FRAMES_OF_A_VIDEO / 2 < len(frames) <= FRAMES_OF_A_VIDEO
    assert len(names) == 5 + 2 * len(frames) + 1
    assert content.broken == [str(tmp_path / "deep" / "broken.mp4")]
    pictures = [photo.read() for photo in content.photos if photo.name in frames]
    assert all(picture.shape == pictures[0].shape for picture in pictures)
    assert any(not np.array_equal(pictures[0], other) for other in pictures[1:])


def test_frames_of_a_video_have_its_colours(tmp_path: Path) -> None:
    path = tmp_path / "red.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (64, 48))
    for _ in range(3):
        writer.write(np.full((48, 64, 3), (0, 0, 220), np.uint8))  # BGR
    writer.release()
    rgb = find_content([path]).photos[0].read()
    assert np.abs(rgb.reshape(-1, 3).mean(0) - (220, 0, 0)).max() < 8


def test_places_with_nothing_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "no.mp4").write_bytes(b"no")
    for name in ("empty", "missing", "no.mp4"):
        with pytest.raises(TrainingError, match=name):
            find_content([tmp_path / name])


def test_broken_photos_are_left_out_and_named_once(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "good.png"), draw(0, 64, 48))
    (tmp_path / "bad.jpg").write_bytes(b"bad")
    crops = PhotoCrops(find_content([tmp_path]), 32, 1)
    for step in range(20):
        assert crops.crop(step, 0)[0].shape == (3, 32, 32)
    assert crops.content.broken == [str(tmp_path / "bad.jpg")]
    (tmp_path / "good.png").unlink()
    with pytest.raises(TrainingError, match="None of the photos"):
        PhotoCrops(find_content([tmp_path]), 32, 1).crop(0, 0)


def test_a_crop_depends_on_seed_step_and_number_only(studio_folder: Path) -> None:
    content = find_content([studio_folder / "photos"])
    one, two = PhotoCrops(content, 32, 5), PhotoCrops(content, 32, 5)
    two.crop(0, 3)
    assert np.array_equal(one.crop(7, 2)[0], two.crop(7, 2)[0])
    assert not np.array_equal(one.crop(7, 2)[0], one.crop(8, 2)[0])
    assert not np.array_equal(one.crop(7, 2)[0], one.crop(7, 3)[0])
    assert not np.array_equal(one.crop(7, 2)[0], PhotoCrops(content, 32, 6).crop(7, 2)[0])


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
        photo, painted = crops.crop(step, 0)
        assert np.allclose(0.5 * photo, painted, atol=0.02)
    (tmp_path / "none").mkdir()
    with pytest.raises(TrainingError, match="equal file names"):
        find_pairs(tmp_path / "photos", tmp_path / "none")


def test_pixels_come_back_from_a_tensor() -> None:
    rgb = draw(5, 40, 30)
    assert np.array_equal(to_pixels(to_tensor(rgb))[:, :, ::-1], rgb)

from pathlib import Path

import cv2
import numpy as np
import pytest

from pleinair.engine.errors import TrainingError
from pleinair.engine.files import asset
from pleinair.engine.sources.pattern import draw
from pleinair.training.data.content import MAX_VIDEO_FRAMES, find_content, oversample


def test_photos_and_videos_are_found_in_any_mix(studio_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "deep" / "deeper").mkdir(parents=True)
    cv2.imwrite(str(tmp_path / "deep" / "deeper" / "a.png"), draw(0, 64, 48))
    (tmp_path / "deep" / "clip.mp4").write_bytes(asset("demo.mp4").read_bytes())
    (tmp_path / "deep" / "broken.mp4").write_bytes(b"no video")
    content = find_content([studio_folder / "photos", asset("demo.mp4"), tmp_path / "deep"])
    names = [photo.name for photo in content.photos]
    frames = [name for name in names if name.startswith(str(asset("demo.mp4")))]
    assert MAX_VIDEO_FRAMES / 2 < len(frames) <= MAX_VIDEO_FRAMES
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


def test_oversampled_photos_come_more_often(studio_folder: Path) -> None:
    content = find_content([studio_folder / "photos"])
    before = len(content.photos)
    oversample(content, {"1.*": 3})
    assert len(content.photos) == before + 2
    assert sum(photo.name.endswith("1.png") for photo in content.photos) == 3
    with pytest.raises(TrainingError, match="nobody"):
        oversample(content, {"nobody*": 2})

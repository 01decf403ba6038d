"""The photos to train on: found in folders and videos, alone or in pairs with painted versions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from pleinair.engine.errors import PictureError, TrainingError
from pleinair.engine.media.kinds import open_clip
from pleinair.training.data.pictures import RGB, read_picture, resize_short_side

STILLS = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"}
VIDEOS = {".mp4", ".mov", ".m4v", ".mkv", ".avi", ".webm", ".y4m", ".mpg", ".mpeg", ".ts", ".wmv"}
"""Endings of what is looked for in folders."""
MAX_VIDEO_FRAMES = 60
"""The most pictures taken from one video, evenly from its whole length."""
MAX_VIDEO_SIDE = 480
"""Frames with a longer short side are kept at this one: crops are smaller anyway."""


@dataclass(frozen=True)
class Photo:
    """One picture to train on.

    ``read()`` returns uint8 (H, W, 3) RGB or raises TrainingError. ``read_painted()``, for training by
    pairs only, returns its painted version in the same form.
    """

    name: str
    read: Callable[[], RGB]
    read_painted: Callable[[], RGB] | None = None


@dataclass
class Content:
    """The photos that were found, and the names of files that were skipped because they cannot be read."""

    photos: list[Photo] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


def find_content(places: Sequence[Path]) -> Content:
    """Find photos and video frames; a place is a folder, with all its subfolders, a video or a photo.

    Raises TrainingError when a place is missing or holds nothing to train on.
    """
    content = Content()
    for place in places:
        if place.is_dir():
            found = sorted(p for p in place.rglob("*") if p.suffix.lower() in STILLS | VIDEOS)
        elif place.is_file():
            found = [place]
        else:
            raise TrainingError(
                f"There is no folder or file {place}; give a folder of photos, a photo or a video."
            )
        before = len(content.photos)
        for path in found:
            if path.suffix.lower() in STILLS:
                content.photos.append(Photo(str(path), _reader(path)))
                continue
            frames = _video_photos(path)
            content.photos += frames
            content.broken += [] if frames else [str(path)]
        if len(content.photos) == before:
            raise TrainingError(
                f"{place} holds no photos (JPEG, PNG, WebP, BMP, TIFF) and no readable videos; "
                "choose another folder."
            )
    return content


def find_pairs(photos: Path, painted: Path) -> Content:
    """Find the photos of one folder that have a painted version of the same name in the other.

    File name extensions may differ. Raises TrainingError when there is no such pair.
    """
    for folder in (photos, painted):
        if not folder.is_dir():
            raise TrainingError(f"There is no folder {folder}; give two folders with equal file names.")
    versions = {p.stem: p for p in sorted(painted.iterdir()) if p.suffix.lower() in STILLS}
    content = Content()
    for path in sorted(photos.iterdir()):
        if path.suffix.lower() in STILLS and path.stem in versions:
            name = f"{path} with {versions[path.stem]}"
            content.photos.append(Photo(name, _reader(path), _reader(versions[path.stem])))
    if not content.photos:
        raise TrainingError(
            f"No picture in {photos} has the name of one in {painted}; "
            "give two folders with equal file names."
        )
    return content


def oversample(content: Content, patterns: Mapping[str, int]) -> None:
    """Make photos be drawn more often: file name pattern, as in a shell -> how many times as often.

    Raises TrainingError for a pattern that matches no photo.
    """
    for pattern, times in patterns.items():
        matching = [photo for photo in content.photos if fnmatch(Path(photo.name).name, pattern)]
        if not matching:
            raise TrainingError(f"No photo has a name like '{pattern}'; check the pattern.")
        content.photos += matching * (times - 1)


def _reader(path: Path) -> Callable[[], RGB]:
    return lambda: read_picture(path)


def _video_photos(path: Path) -> list[Photo]:
    """Frames of a video, kept as JPEG; none when it cannot be read. A truncated one is used up to there."""
    kept: list[npt.NDArray[np.uint8]] = []
    interval = 1  # in frames between two that are kept; doubles when there are too many
    try:
        with closing(open_clip(path)) as video:
            for number, picture in enumerate(video.pictures()):
                if number % interval:
                    continue
                bgr = picture.pixels
                if min(bgr.shape[:2]) > MAX_VIDEO_SIDE:
                    bgr = resize_short_side(bgr, MAX_VIDEO_SIDE)
                kept.append(cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 95])[1])
                if len(kept) > MAX_VIDEO_FRAMES:
                    kept, interval = kept[::2], 2 * interval
    except PictureError:
        pass  # the caller names a video without any frame
    return [Photo(f"{path}, picture {n + 1}", _jpeg_reader(data)) for n, data in enumerate(kept)]


def _jpeg_reader(data: npt.NDArray[np.uint8]) -> Callable[[], RGB]:
    def read() -> RGB:
        return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), dtype=np.uint8)[:, :, ::-1]

    return read

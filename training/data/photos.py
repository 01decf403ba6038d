"""Photos for training: found in folders and videos, cropped and varied as cheap webcams would show them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from pleinair.engine.errors import PictureError, TrainingError
from pleinair.engine.frame import Pixels
from pleinair.engine.media import read_still, upright
from pleinair.engine.offline import VIDEOS
from pleinair.engine.sources.factory import STILLS
from pleinair.training.data.faces import FaceMasks
from pleinair.training.data.webcam import darken_faces, light

FEW = 20
FRAMES_OF_A_VIDEO = 60
"""The most pictures taken from one video, evenly from its whole length."""
SHORT_SIDE_OF_A_VIDEO = 480
"""Larger frames are kept at this size: crops are smaller anyway."""

RGB = npt.NDArray[np.uint8]
"""uint8 (H, W, 3), red first."""


def read_picture(path: Path) -> RGB:
    """Decode one picture to uint8 (H, W, 3) RGB. Raises TrainingError when it cannot be read."""
    try:
        return np.ascontiguousarray(read_still(path)[:, :, ::-1])
    except PictureError as error:
        raise TrainingError(str(error)) from error


def to_tensor(rgb: RGB) -> Tensor:
    """uint8 (H, W, 3) RGB -> float32 (1, 3, H, W) RGB 0..1."""
    return torch.from_numpy(_to_floats(rgb))[None]


def _to_floats(rgb: RGB) -> npt.NDArray[np.float32]:
    return np.ascontiguousarray(rgb.transpose(2, 0, 1), np.float32) / np.float32(255)


def to_pixels(picture: Tensor) -> Pixels:
    """float (1, 3, H, W) RGB, limited to 0..1 -> uint8 (H, W, 3) BGR."""
    rgb = (picture.detach()[0].float().clamp(0, 1) * 255).round().to(torch.uint8).permute(1, 2, 0)
    return np.ascontiguousarray(rgb.cpu().numpy()[:, :, ::-1])


def resize_short_side(rgb: RGB, short: int) -> RGB:
    """Scale so that the shorter side has ``short`` pixels."""
    height, width = rgb.shape[:2]
    scale = short / min(height, width)
    size = (max(short, round(width * scale)), max(short, round(height * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(rgb, size, interpolation=how), dtype=np.uint8)


@dataclass(frozen=True)
class Photo:
    """One picture to train on. ``read()`` gives uint8 (H, W, 3) RGB or raises TrainingError;
    ``read_painted()``, only where training is by pairs, what it is to be painted like."""

    name: str
    read: Callable[[], RGB]
    read_painted: Callable[[], RGB] | None = None


@dataclass
class Content:
    """The photos that were found, and the files that were left out, since they cannot be read."""

    photos: list[Photo] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


def find_content(places: Sequence[Path]) -> Content:
    """Photos and frames of videos: each place is a folder, searched with all below it, a video or a photo.

    Raises TrainingError when a place is missing or has nothing to train on.
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
                f"{place} holds no photos (JPEG, PNG, WebP, BMP, TIFF) and no videos that can be read; "
                "choose another."
            )
    return content


def oversample(content: Content, oversampled: dict[str, int]) -> None:
    """Let photos be drawn more often: file name pattern, as in a shell -> how many times as often.

    Raises TrainingError for a pattern that fits no photo.
    """
    for pattern, times in oversampled.items():
        fitting = [photo for photo in content.photos if fnmatch(Path(photo.name).name, pattern)]
        if not fitting:
            raise TrainingError(f"No photo has a name like '{pattern}'; check it.")
        content.photos += fitting * (times - 1)


def find_pairs(photos: Path, painted: Path) -> Content:
    """Photos of one folder whose painted versions lie under the same names in the other.

    Endings may differ. Raises TrainingError when there is no such pair.
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


def _reader(path: Path) -> Callable[[], RGB]:
    return lambda: read_picture(path)


def _video_photos(path: Path) -> list[Photo]:
    """Frames of a video, packed; none when it cannot be read. One that breaks off serves up to there."""
    kept: list[npt.NDArray[np.uint8]] = []
    apart = 1  # every how many frames one is kept; doubles when there are too many
    try:
        with av.open(str(path)) as video:
            for number, frame in enumerate(video.decode(video=0)):
                if number % apart:
                    continue
                bgr = upright(frame)
                if min(bgr.shape[:2]) > SHORT_SIDE_OF_A_VIDEO:
                    bgr = resize_short_side(bgr, SHORT_SIDE_OF_A_VIDEO)
                kept.append(cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 95])[1])
                if len(kept) > FRAMES_OF_A_VIDEO:
                    kept, apart = kept[::2], 2 * apart
    except (av.FFmpegError, OSError, IndexError):
        pass  # what was read before serves; a video without any frame is named by the caller
    return [Photo(f"{path}, picture {n + 1}", _unpacker(data)) for n, data in enumerate(kept)]


def _unpacker(data: npt.NDArray[np.uint8]) -> Callable[[], RGB]:
    def unpack() -> RGB:
        return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), dtype=np.uint8)[:, :, ::-1]

    return unpack


@dataclass
class PhotoCrops:
    """Random crops of photos.

    What crop ``index`` of step ``step`` is depends on these two and the seed alone, so that a run can
    be resumed and shared among processes. A photo that cannot be read is left out from then on and
    named in ``content.broken``. With ``vary``, the light differs (see ``webcam``). With ``masks``, each crop
    has a second layer that tells where faces are, and with both, faces differ in light of their own.
    """

    content: Content
    size: int
    seed: int
    vary: bool = True
    masks: FaceMasks | None = None

    def crop(self, step: int, index: int) -> list[npt.NDArray[np.float32]]:
        """One crop, float32 (3, size, size) RGB 0..1, and a second layer alike: of pairs, what it is to be
        painted like; with ``masks``, 1 where faces are.

        Works without torch, whose threads would get in the way of the training itself.

        Raises TrainingError when no photo can be read.
        """
        rng = np.random.default_rng([self.seed, step, index])
        layers = self._read(rng)
        # From the whole scene to a face that fills the crop, log-uniform.
        short = round(self.size * float(np.exp(rng.uniform(np.log(1.05), np.log(2.2)))))
        place, mirrored = rng.random(2), rng.random() < 0.5
        crops = []
        for rgb in layers:
            rgb = resize_short_side(rgb, short)
            top, left = ((np.array(rgb.shape[:2]) - self.size + 1) * place).astype(int)
            rgb = rgb[top : top + self.size, left : left + self.size]
            crops.append(_to_floats(rgb[:, ::-1] if mirrored else rgb))
        if self.vary:
            if self.masks is not None:
                crops[0] = darken_faces(crops[0], crops[1], rng)
            crops[0] = light(crops[0], rng)
        return crops

    def _read(self, rng: np.random.Generator) -> list[RGB]:
        """The photo that was drawn and, in training by pairs, its painted version at its size."""
        photos, broken = self.content.photos, self.content.broken
        while True:
            photo = photos[int(rng.integers(len(photos)))]
            if photo.name in broken:
                if all(p.name in broken for p in photos):
                    raise TrainingError("None of the photos can be read; choose another folder.")
                continue
            try:
                layers = [photo.read()]
                if self.masks is not None:
                    bgr = np.ascontiguousarray(layers[0][:, :, ::-1])
                    layers.append(self.masks.of(photo.name, bgr))
                if photo.read_painted is not None:
                    painted = photo.read_painted()
                    height, width = layers[0].shape[:2]
                    layers.append(
                        np.asarray(
                            cv2.resize(painted, (width, height), interpolation=cv2.INTER_AREA), np.uint8
                        )
                    )
                return layers
            except TrainingError:
                if photo.name not in broken:  # another thread may have met it too
                    broken.append(photo.name)

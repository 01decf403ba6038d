"""Photos for training: found in folders, cropped and varied as cheap webcams would show them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.camera.files import read_still
from engine.camera.opening import STILLS
from engine.errors import PictureError, TrainingError

FEW = 20


def find_photos(folders: list[Path]) -> list[Path]:
    """All pictures below the folders, sorted. Raises TrainingError when a folder has none."""
    found: list[Path] = []
    for folder in folders:
        if not folder.is_dir():
            raise TrainingError(f"There is no folder {folder}; give a folder of photos with --content.")
        here = sorted(p for p in folder.rglob("*") if p.suffix.lower() in STILLS)
        if not here:
            raise TrainingError(
                f"The folder {folder} holds no photos (JPEG, PNG, WebP, BMP, TIFF); choose another."
            )
        found += here
    return found


def read_picture(path: Path) -> npt.NDArray[np.uint8]:
    """Decode one picture to uint8 (H, W, 3) RGB. Raises TrainingError when it cannot be read."""
    try:
        return np.ascontiguousarray(read_still(path)[:, :, ::-1])
    except PictureError as error:
        raise TrainingError(str(error)) from error


def to_tensor(rgb: npt.NDArray[np.uint8]) -> Tensor:
    """uint8 (H, W, 3) RGB -> float32 (1, 3, H, W) RGB 0..1."""
    return torch.from_numpy(rgb).permute(2, 0, 1).unsqueeze(0).float() / 255.0


def resize_short_side(rgb: npt.NDArray[np.uint8], short: int) -> npt.NDArray[np.uint8]:
    """Scale so that the shorter side has ``short`` pixels."""
    height, width = rgb.shape[:2]
    scale = short / min(height, width)
    size = (max(short, round(width * scale)), max(short, round(height * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(rgb, size, interpolation=how), dtype=np.uint8)


@dataclass
class PhotoCrops:
    """Random crops of photos; what step k gets depends on the seed and k alone, so runs can resume.

    A file that cannot be read is skipped from then on and listed in ``broken``.
    """

    files: list[Path]
    size: int
    seed: int

    def __post_init__(self) -> None:
        self.broken: list[Path] = []

    def batch(self, step: int, count: int) -> tuple[Tensor, np.random.Generator]:
        """``count`` crops for one step, float32 (count, 3, size, size) RGB 0..1, and the step's dice.

        Raises TrainingError when no photo can be read.
        """
        dice = np.random.default_rng([self.seed, step])
        crops = [self._crop(dice) for _ in range(count)]
        return torch.cat(crops), dice

    def _crop(self, dice: np.random.Generator) -> Tensor:
        while True:
            if len(self.broken) == len(self.files):
                raise TrainingError("None of the photos can be read; choose another folder.")
            path = self.files[int(dice.integers(len(self.files)))]
            if path in self.broken:
                continue
            try:
                rgb = read_picture(path)
            except TrainingError:
                self.broken.append(path)
                continue
            break
        # From the whole scene to a face that fills the crop, log-uniform.
        short = round(self.size * float(np.exp(dice.uniform(np.log(1.05), np.log(2.2)))))
        rgb = resize_short_side(rgb, short)
        top = int(dice.integers(rgb.shape[0] - self.size + 1))
        left = int(dice.integers(rgb.shape[1] - self.size + 1))
        rgb = rgb[top : top + self.size, left : left + self.size]
        if dice.random() < 0.5:
            rgb = rgb[:, ::-1]
        crop = to_tensor(np.ascontiguousarray(rgb))
        if dice.random() < 0.3:  # a dim or a hard-lit room
            crop = crop.clamp_min(0.0) ** float(np.exp(dice.uniform(-0.4, 0.7)))
        return crop

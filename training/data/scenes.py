"""Where the scenes of a step come from, as the camera delivers them: crops made on the CPU, one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from pleinair.training.data.crops import PhotoCrops


@dataclass(frozen=True)
class Scenes:
    """On the device, float RGB 0..1, w pixels square: ``wide`` (P, 3, w, w) the crops, ``filmed`` the same as a
    poor camera delivers them, ``faces`` (P, 1, w, w) 1 within faces, where these are looked for. ``around``:
    pixels on each side that the generator sees beside the crop, and the losses do not."""

    wide: Tensor
    filmed: Tensor
    faces: Tensor | None
    around: int = 0


class SceneSource(Protocol):
    """``draw``: the part of crops with these numbers that can be done ahead, in threads, on the CPU. ``make``:
    the rest, on the device. Raise TrainingError when no photo can be read."""

    def draw(self, step: int, crops: range) -> Any: ...

    def make(self, drawn: Any) -> Scenes: ...


class LoadedScenes:
    """Photos are read when they are drawn, and cropped on the CPU."""

    def __init__(self, crops: PhotoCrops, device: torch.device) -> None:
        self._crops, self._device = crops, device

    def draw(self, step: int, crops: range) -> Scenes:
        made = [self._crops.crop(step, index) for index in crops]
        faces = [crop.faces for crop in made if crop.faces is not None]
        return Scenes(
            torch.from_numpy(np.stack([crop.photo for crop in made])),
            torch.from_numpy(np.stack([crop.filmed for crop in made])),
            torch.from_numpy(np.stack(faces)) if faces else None,
        )

    def make(self, drawn: Scenes) -> Scenes:
        faces = None if drawn.faces is None else to_device(drawn.faces, self._device)
        return Scenes(to_device(drawn.wide, self._device), to_device(drawn.filmed, self._device), faces)


def to_device(tensor: Tensor, device: torch.device) -> Tensor:
    """A copy on the device, of pictures (N, C, H, W) channels last in memory. It does not wait for what a GPU
    has still to do."""
    if tensor.ndim == 4:
        tensor = tensor.contiguous(memory_format=torch.channels_last)
    if device.type == "cuda":
        tensor = tensor.pin_memory()
    return tensor.to(device, non_blocking=True)

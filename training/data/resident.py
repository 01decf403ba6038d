"""Photos that stay in the memory of the device, and crops that are made of them there.

What is drawn, is drawn by ``PhotoCrops``, so the crops are the same as on the CPU but for the resampling, which is
bicubic here. What lies around a crop is painted too and then cut off, as the margin of use is; otherwise a
generator learns to paint the border of a picture in a colour of its own. It is the photo's own surroundings, and
beyond its border the mirror image.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor

from pleinair.engine.errors import TrainingError
from pleinair.training.data.crops import CropDraw, PhotoCrops
from pleinair.training.data.device_camera import DeviceCamera
from pleinair.training.data.pictures import RGB, resize_short_side
from pleinair.training.data.scenes import Scenes, to_device

AROUND = (0, 16, 32, 48)
"""Pixels around a crop, drawn for each step."""
AROUND_SEED = 4
"""First number of its seeds; see ``losses.batches`` for others."""
FINEST = 1.5
"""Short side of the photos in memory over the crop's side, at the most. The crops that show the most of a photo
are scaled down from there, without an average over the pixels that are left out: not much, so hardly seen."""
LONGEST = 1.7
"""Long side of the photos in memory over their short side, at the most; longer ones keep their middle."""
LOADERS = 8


@dataclass(frozen=True)
class _Drawn:
    crops: list[CropDraw]
    around: int


class ResidentScenes:
    """See above. Loads all photos, uint8, when it is made."""

    def __init__(self, crops: PhotoCrops, device: torch.device) -> None:
        """Raises TrainingError when no photo can be read."""
        self._crops, self._device, self._camera = crops, device, DeviceCamera(device)
        numbers = {photo.name: number for number, photo in enumerate(crops.content.photos)}
        with ThreadPoolExecutor(LOADERS, thread_name_prefix="photo") as pool:
            loaded = dict(zip(numbers, pool.map(self._load, numbers.values()), strict=True))
        layers = {name: layer for name, layer in loaded.items() if layer is not None}
        if not layers:
            raise TrainingError("None of the photos can be read; choose another folder.")
        places = {name: place for place, name in enumerate(layers)}
        # Photos that are drawn more often lie there once.
        self._places = [places.get(photo.name, -1) for photo in crops.content.photos]
        self._sizes = [layer.shape[:2] for layer in layers.values()]
        self._memory = to_device(_stack(list(layers.values())), device)

    def draw(self, step: int, crops: range) -> _Drawn:
        rng = np.random.default_rng([AROUND_SEED, self._crops.seed, step])
        return _Drawn([self._crops.draw(step, index) for index in crops], int(rng.choice(AROUND)))

    def make(self, drawn: _Drawn) -> Scenes:
        draws, camera = drawn.crops, self._camera
        places = [self._places[draw.photo] for draw in draws]
        layers = self._memory[to_device(torch.tensor(places), self._device)].float() / 255
        grid = self._grid(draws, places, self._crops.size + 2 * drawn.around)
        layers = F.grid_sample(
            layers, grid, mode="bicubic", padding_mode="border", align_corners=False
        ).clamp(0, 1)
        photos, faces = layers[:, :3], None
        if self._crops.masks is not None:
            faces = layers[:, 3:]
            face_lights = [draw.face_light for draw in draws if draw.face_light is not None]
            if face_lights:
                photos = camera.relight_faces(photos, faces, face_lights)
        lights = [draw.light for draw in draws if draw.light is not None]
        filmings = [draw.filming for draw in draws if draw.filming is not None]
        photos = camera.relight(photos, lights) if lights else photos
        return Scenes(photos, camera.film(photos, filmings), faces, drawn.around)

    def _grid(self, draws: Sequence[CropDraw], places: Sequence[int], side: int) -> Tensor:
        """Where in memory the pixels of the crops lie, as ``grid_sample`` counts: float (P, side, side, 2)."""
        size = self._crops.size
        line = np.arange(side) - (side - size) / 2 + 0.5
        height, width = self._memory.shape[2:]
        rows: list[npt.NDArray[np.float64]] = []
        columns: list[npt.NDArray[np.float64]] = []
        for draw, place in zip(draws, places, strict=True):
            short = min(self._sizes[place])
            for axis, whole, lines in ((0, height, rows), (1, width, columns)):
                stored = self._sizes[place][axis]
                # The same whole pixels of the scaled photo as on the CPU.
                scaled = max(draw.short, round(stored * draw.short / short))
                first = int((scaled - size + 1) * draw.place[axis])
                seen = (first + line) * stored / scaled
                if axis == 1 and draw.mirrored:
                    seen = seen[::-1]
                seen = stored - np.abs(stored - np.abs(seen))  # mirrored at both borders
                lines.append(seen * 2 / whole - 1)
        y, x = (
            to_device(torch.from_numpy(np.stack(lines)).float(), self._device) for lines in (rows, columns)
        )
        shape = (len(draws), side, side)
        return torch.stack([x[:, None].expand(shape), y[:, :, None].expand(shape)], -1)

    def _load(self, number: int) -> RGB | None:
        """A photo, and its face mask as a fourth channel: uint8 (H, W, 3 or 4)."""
        read = self._crops.read(number)
        if read is None:
            return None
        found = [read.photo] if read.faces is None else [read.photo, read.faces]
        short = min(min(read.photo.shape[:2]), round(FINEST * self._crops.size))
        scaled = [_middle(resize_short_side(layer, short)) for layer in found]
        return np.concatenate([scaled[0], *(mask[:, :, :1] for mask in scaled[1:])], 2)


def _middle(picture: RGB) -> RGB:
    longest = round(LONGEST * min(picture.shape[:2]))
    top, left = (max(0, (side - longest) // 2) for side in picture.shape[:2])
    return picture[top : top + longest, left : left + longest]


def _stack(layers: Sequence[RGB]) -> Tensor:
    """uint8 (n, C, H, W) from (h, w, C) of any size; what is left over repeats their edges, for the sampling."""
    height, width = (max(layer.shape[axis] for layer in layers) for axis in (0, 1))
    memory = torch.empty(len(layers), layers[0].shape[2], height, width, dtype=torch.uint8)
    for place, layer in enumerate(layers):
        around = ((0, height - layer.shape[0]), (0, width - layer.shape[1]), (0, 0))
        memory[place] = torch.from_numpy(np.pad(layer, around, mode="edge").transpose(2, 0, 1).copy())
    return memory

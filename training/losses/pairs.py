"""Supervised training: painted versions of the photos are given."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from pleinair.training.data.crops import PhotoCrops
from pleinair.training.data.scenes import to_device
from pleinair.training.losses.objective import BatchLayout, PaintBatch


@dataclass(frozen=True)
class PairBatch:
    """Photos and their painted versions, float (N, 3, s, s) RGB 0..1 each."""

    photos: Tensor
    painted: Tensor


class Pairs:
    """The mean squared difference to the painted versions."""

    def __init__(self, crops: PhotoCrops, layout: BatchLayout) -> None:
        self._crops, self._layout = replace(crops, vary=False), layout

    def batch(self, step: int) -> PairBatch:
        crops = [self._crops.crop(step, index) for index in self._layout.crops()]
        painted = [crop.painted for crop in crops if crop.painted is not None]
        return PairBatch(
            torch.from_numpy(np.stack([crop.photo for crop in crops])), torch.from_numpy(np.stack(painted))
        )

    def prepare(self, batch: PairBatch) -> PairBatch:
        device = self._layout.processes.device
        return PairBatch(to_device(batch.photos, device), to_device(batch.painted, device))

    def losses(self, paint: PaintBatch, batch: PairBatch) -> dict[str, Tensor]:
        styles = torch.zeros(len(batch.photos), dtype=torch.int64, device=batch.photos.device)
        return {"total": F.mse_loss(paint(batch.photos, styles, None), batch.painted)}

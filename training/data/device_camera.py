"""What ``webcam`` does to one picture on the CPU, done to a batch wherever it lies.

Pictures are float (N, 3, H, W) RGB 0..1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor

from pleinair.training.data.scenes import to_device
from pleinair.training.data.webcam import FACE_BLUR, NO_LIGHT, Filming, Light

BLOCK = 8
_LUMA_TABLE = (
    (16, 11, 10, 16, 24, 40, 51, 61),
    (12, 12, 14, 19, 26, 58, 60, 55),
    (14, 13, 16, 24, 40, 57, 69, 56),
    (14, 17, 22, 29, 51, 87, 80, 62),
    (18, 22, 37, 56, 68, 109, 103, 77),
    (24, 35, 55, 64, 81, 104, 113, 92),
    (49, 64, 78, 87, 103, 121, 120, 101),
    (72, 92, 95, 98, 112, 100, 103, 99),
)
_COLOR_CORNER = ((17, 18, 24, 47), (18, 21, 26, 66), (24, 26, 56, 99), (47, 66, 99, 99))
"""The tables of JPEG at quality 50 (ITU-T T.81, annex K.1); that for colours is 99 outside its corner."""
_TO_YCC = ((0.299, 0.587, 0.114), (-0.168736, -0.331264, 0.5), (0.5, -0.418688, -0.081312))


class DeviceCamera:
    """Light, motion blur and JPEG, for pictures on one device."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        place = np.arange(BLOCK)
        cosines = np.cos(np.pi * (2 * place[None] + 1) * place[:, None] / (2 * BLOCK)) / 2
        cosines[0] /= np.sqrt(2)
        self._dct = self._float(cosines)  # (frequency, place)
        colors = np.full((BLOCK, BLOCK), 99.0)
        colors[:4, :4] = _COLOR_CORNER
        self._tables = self._float(np.stack([np.array(_LUMA_TABLE), colors]))
        self._to_ycc = self._float(np.array(_TO_YCC))
        self._to_rgb = self._float(np.linalg.inv(_TO_YCC))

    def relight(self, pictures: Tensor, lights: Sequence[Light]) -> Tensor:
        """As ``webcam.relight``, each in its own light."""
        gamma = self._float(np.array([light.gamma for light in lights]))
        gain = self._float(np.stack([light.gain for light in lights]))
        return (pictures ** gamma[:, None, None, None] * gain[:, :, None, None]).clamp(0, 1)

    def relight_faces(self, pictures: Tensor, faces: Tensor, lights: Sequence[Light]) -> Tensor:
        """As ``webcam.relight_faces``; ``faces`` (N, 1, H, W)."""
        blur = _gaussian(faces.shape[2], self._device)
        soft = (2 * (blur @ faces @ blur.T)).clamp_max(1)
        soft = soft * self._float(np.array([light is not NO_LIGHT for light in lights]))[:, None, None, None]
        return pictures + soft * (self.relight(pictures, lights) - pictures)

    def film(self, pictures: Tensor, filmings: Sequence[Filming]) -> Tensor:
        """As ``webcam.film``; JPEG without its lossless part, colours at half the resolution."""
        blurred = [n for n, filming in enumerate(filmings) if filming.blur is not None]
        packed = [n for n, filming in enumerate(filmings) if filming.quality is not None]
        if blurred:
            kernels = self._float(np.stack([f.blur for f in filmings if f.blur is not None]))
            pictures = self._change(pictures, blurred, lambda some: _blur(some, kernels))
        if packed:
            quality = self._float(np.array([f.quality for f in filmings if f.quality is not None]))
            pictures = self._change(pictures, packed, lambda some: self._jpeg(some, quality))
        return pictures

    def _change(self, pictures: Tensor, numbers: Sequence[int], change: Callable[[Tensor], Tensor]) -> Tensor:
        places = to_device(torch.tensor(numbers), self._device)
        return pictures.index_copy(0, places, change(pictures[places]))

    def _jpeg(self, pictures: Tensor, quality: Tensor) -> Tensor:
        """``quality`` (N,), 1 to 100: scales the tables as libjpeg does."""
        height, width = pictures.shape[2:]
        levels = (pictures * 255).round()
        side = 2 * BLOCK
        levels = F.pad(levels, (0, -width % side, 0, -height % side), mode="replicate")
        scale = torch.where(quality < 50, 5000 / quality, 200 - 2 * quality) / 100
        tables = (self._tables[None] * scale[:, None, None, None] + 0.5).floor().clamp(1, 255)  # (N, 2, 8, 8)
        ycc = torch.einsum("ij,njhw->nihw", self._to_ycc, levels)
        luma = self._quantize(ycc[:, :1] - 128, tables[:, 0]) + 128
        colors = self._quantize(F.avg_pool2d(ycc[:, 1:], 2), tables[:, 1])
        colors = F.interpolate(colors, scale_factor=2.0, mode="bilinear", align_corners=False)
        rgb = torch.einsum("ij,njhw->nihw", self._to_rgb, torch.cat([luma, colors], 1))
        return (rgb[:, :, :height, :width].round() / 255).clamp(0, 1)

    def _quantize(self, planes: Tensor, tables: Tensor) -> Tensor:
        """Planes (N, C, h, w) of levels around 0, whose blocks keep multiples of the tables (N, 8, 8)."""
        n, c, height, width = planes.shape
        blocks = planes.reshape(n, c, height // BLOCK, BLOCK, width // BLOCK, BLOCK).transpose(3, 4)
        steps = tables[:, None, None, None]
        kept = (self._dct @ blocks @ self._dct.T / steps).round() * steps
        return (self._dct.T @ kept @ self._dct).transpose(3, 4).reshape(n, c, height, width)

    def _float(self, values: npt.NDArray[Any]) -> Tensor:
        return to_device(torch.from_numpy(values.astype(np.float32)), self._device)


def _blur(pictures: Tensor, kernels: Tensor) -> Tensor:
    """Pictures (N, 3, H, W), each filtered with its kernel (N, 7, 7)."""
    n, c, height, width = pictures.shape
    reach = kernels.shape[1] // 2
    padded = F.pad(pictures, [reach] * 4, mode="replicate").reshape(1, n * c, height + 2 * reach, -1)
    filtered = F.conv2d(padded, kernels.repeat_interleave(c, 0)[:, None], groups=n * c)
    return filtered.reshape(n, c, height, width)


@lru_cache(maxsize=8)
def _gaussian(side: int, device: torch.device) -> Tensor:
    """The blur of ``webcam.relight_faces`` along one axis of this length, as a matrix (side, side)."""
    reach = 2 * round(4 * FACE_BLUR) + 1  # as OpenCV chooses it for float32
    one = cv2.getGaussianKernel(reach, FACE_BLUR, cv2.CV_32F)
    matrix = cv2.sepFilter2D(np.eye(side, dtype=np.float32), -1, np.ones((1, 1), np.float32), one)
    return to_device(torch.from_numpy(np.asarray(matrix)), device)

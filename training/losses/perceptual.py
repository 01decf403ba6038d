"""The perceptual losses of paintings (Johnson, Alahi, Fei-Fei, arXiv:1603.08155)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor

from pleinair.training.data.crops import PhotoCrops
from pleinair.training.data.motion import MARGIN, draw_motion, flow_grid, inside, no_motion, warp
from pleinair.training.data.webcam import film
from pleinair.training.losses.loss_network import LossNetwork
from pleinair.training.losses.objective import BatchLayout, LossWeights, PaintBatch
from pleinair.training.losses.terms import (
    CONTENT_TAP,
    content_loss,
    style_loss,
    temporal_loss,
    tone_loss,
    total_variation,
)

MAX_NOISE = 8.0
"""Largest standard deviation of camera noise, in grey levels."""

PICTURE, STEP, FILM = 1, 2, 3
"""First numbers of the seeds of what is drawn for a picture, for a step and for a crop. numpy takes [a, b]
and [a, b, 0] for the same seed, so without them a crop and its motion would be drawn alike."""


@dataclass(frozen=True)
class PerceptualBatch:
    """What the CPU draws for one step: N = styles_per_photo x photos pictures, style by style."""

    wide: Tensor  # float (photos, 3, w, w): the crops, with a margin for motion where there is any
    filmed: Tensor  # float (photos, 3, w, w): the same as a poor camera delivers them
    faces: Tensor | None  # float (photos, 1, w, w): 1 within faces, where these are looked for
    styles: Tensor  # int64 (N,): the style of each picture
    sigma: Tensor  # float (N,): standard deviation of its noise, 0..1
    seeds: list[int]  # (2N): of the noise of first all pictures, then all moved ones
    motions: Tensor  # float (N, 2, 3), see ``motion``


@dataclass(frozen=True)
class PreparedBatch:
    """The same on the device; the crops' side is s."""

    photos: Tensor  # float (photos, 3, s, s) as they are
    # float (N or 2N, 3, s, s) as the camera delivers them: first all, then, for the temporal loss, all once
    # more, moved and with other noise
    seen: Tensor
    styles: Tensor  # int64 (N,)
    content: Tensor  # the photos' features (photos, C, h, w)
    content_weight: Tensor | None  # float (N, 1, h, w): how much each place of these counts
    grid: Tensor | None  # float (N, s, s, 2): where the moved pixels were
    seen_moved: Tensor | None  # the first N of ``seen``, moved onto the others


class Perceptual:
    """Content and style losses of a fixed network, with terms for tone, steadiness and smoothness."""

    def __init__(
        self,
        network: LossNetwork,
        targets: dict[str, Tensor],
        style_weights: Tensor,
        weights: LossWeights,
        crops: PhotoCrops,
        layout: BatchLayout,
    ) -> None:
        """``targets``: Gram matrices of the K paintings, tap -> (K, C, C); ``style_weights`` (K,)."""
        self._network, self._targets, self._style_weights = network, targets, style_weights
        self.weights, self._layout, self._size, self._seed = weights, layout, crops.size, crops.seed
        # A moved crop needs some of what lies around it.
        self._margin = MARGIN if weights.temporal else 0
        self._crops = replace(crops, size=crops.size + 2 * self._margin)

    def batch(self, step: int) -> PerceptualBatch:
        layout = self._layout
        crops = [self._crops.crop(step, index) for index in layout.crops()]
        wide = filmed = [crop.photo for crop in crops]
        faces = [crop.faces for crop in crops if crop.faces is not None]
        if self._crops.vary:
            rngs = [np.random.default_rng([FILM, self._seed, step, index]) for index in layout.crops()]
            filmed = [film(photo, rng) for photo, rng in zip(wide, rngs, strict=True)]
        sigma, seeds, motions = [], [], []
        for style in range(layout.styles_per_photo):
            for index in layout.crops():
                rng = np.random.default_rng([PICTURE, self._seed, step, index, style])
                sigma.append(float(rng.uniform(0.0, MAX_NOISE)) / 255 if self._crops.vary else 0.0)
                seeds.append(rng.integers(2**62, size=2))
                # Half of the photos are moved, half only noisy.
                motions.append(draw_motion(rng) if rng.random() < 0.5 else no_motion())
        return PerceptualBatch(
            torch.from_numpy(np.stack(wide)),
            torch.from_numpy(np.stack(filmed)),
            torch.from_numpy(np.stack(faces)) if faces else None,
            torch.from_numpy(self._draw_styles(step)),
            torch.tensor(sigma),
            [int(seed) for seed in np.stack(seeds, 1).reshape(-1)],
            torch.from_numpy(np.stack(motions)),
        )

    def _draw_styles(self, step: int) -> npt.NDArray[np.int64]:
        """The style of each of this process's pictures, int64 (N,); all styles come equally often."""
        layout, count = self._layout, len(self._style_weights)
        rng = np.random.default_rng([STEP, self._seed, step])
        rounds = [rng.permutation(count) for _ in range(-(-layout.pictures // count))]
        of_step = np.concatenate(rounds)[: layout.pictures].reshape(layout.styles_per_photo, -1)
        return of_step[:, list(layout.crops())].reshape(-1).copy()

    def prepare(self, batch: PerceptualBatch) -> PreparedBatch:
        device, count = self._layout.processes.device, len(batch.styles)
        wide, filmed, sigma = to_device(batch.wide, device), to_device(batch.filmed, device), batch.sigma
        sigma = sigma.to(device)
        photos, middle = (
            self._middle(x).contiguous(memory_format=torch.channels_last) for x in (wide, filmed)
        )
        seen, grid, moved = _noisy(self._per_style(middle), sigma, batch.seeds[:count]), None, None
        if self.weights.temporal:
            grid = flow_grid(batch.motions.to(device), self._size)
            other = _noisy(warp(self._per_style(filmed), grid), sigma, batch.seeds[count:])
            moved, seen = warp(seen, grid), torch.cat([seen, other])
        with torch.no_grad():
            content = self._network(photos, CONTENT_TAP)[CONTENT_TAP]
        content_weight = None
        if batch.faces is not None:
            faces = self._middle(batch.faces.to(device))
            covered = F.adaptive_avg_pool2d(faces, (content.shape[2], content.shape[3]))
            content_weight = self._per_style(1 + (self.weights.face - 1) * covered)
        return PreparedBatch(photos, seen, batch.styles.to(device), content, content_weight, grid, moved)

    def losses(self, paint: PaintBatch, batch: PreparedBatch) -> dict[str, Tensor]:
        count, styles = len(batch.styles), batch.styles
        raw = paint(batch.seen, styles.repeat(len(batch.seen) // count))
        pictures = clip(raw)
        first = pictures[:count]
        taps = self._network(first)
        terms = {
            "content": content_loss(taps[CONTENT_TAP], self._per_style(batch.content), batch.content_weight),
            "style": style_loss(taps, {tap: target[styles] for tap, target in self._targets.items()}),
            "tone": tone_loss(first, self._per_style(batch.photos)),
        }
        w = self.weights
        total = w.content * terms["content"] + w.tone * terms["tone"]
        total = (total + self._style_weights[styles] * terms["style"]).mean()
        total = total + w.smoothness * total_variation(first)
        total = total + (raw - raw.clamp(0, 1)).square().mean()  # keeps values near what a screen shows
        if batch.grid is not None and batch.seen_moved is not None:
            seen, valid_mask = (batch.seen_moved, batch.seen[count:]), inside(batch.grid, self._size)
            # "still" is its name in logs, checkpoints and JSON lines since the first version.
            terms["still"] = temporal_loss(warp(first, batch.grid), pictures[count:], seen, valid_mask)
            total = total + w.temporal * terms["still"].mean()
        return {name: term.mean() for name, term in terms.items()} | {"total": total}

    def _middle(self, wide: Tensor) -> Tensor:
        """Without the margin: (photos, C, w, w) -> (photos, C, s, s)."""
        m = self._margin
        return wide[:, :, m : m + self._size, m : m + self._size]

    def _per_style(self, photos: Tensor) -> Tensor:
        """One for each picture: (photos, C, H, W) -> (N, C, H, W)."""
        return photos.repeat(self._layout.styles_per_photo, 1, 1, 1)


class _Clip(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, painted: Tensor) -> Tensor:
        ctx.save_for_backward(painted)
        return painted.clamp(0, 1)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        (painted,) = ctx.saved_tensors
        outwards = ((painted > 1) & (gradient < 0)) | ((painted < 0) & (gradient > 0))
        return gradient.masked_fill(outwards, 0)


def clip(painted: Tensor) -> Tensor:
    """Clip to 0..1, as the picture will be, with a gradient for values beyond.

    Gradients that lead back pass, so that nothing stays burnt. Those that lead further out do not: they
    would change no picture.
    """
    clipped: Tensor = _Clip.apply(painted)  # type: ignore[no-untyped-call]
    return clipped


def to_device(pictures: Tensor, device: torch.device) -> Tensor:
    """Pictures (N, C, H, W) on the device, channels last in memory."""
    return pictures.to(device, memory_format=torch.channels_last)


def _noisy(pictures: Tensor, sigma: Tensor, seeds: list[int]) -> Tensor:
    """Add noise to pictures (N, 3, H, W) 0..1, each with its own sigma (N,) and seed, so that any number
    of processes draws the same."""
    if not sigma.any():
        return pictures
    device = pictures.device
    noise = [
        torch.randn(pictures.shape[1:], generator=torch.Generator(device).manual_seed(seed), device=device)
        for seed in seeds
    ]
    noisy = (pictures + torch.stack(noise) * sigma[:, None, None, None]).clamp(0, 1)
    return noisy.contiguous(memory_format=torch.channels_last)

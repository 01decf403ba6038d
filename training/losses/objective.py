"""What a painter is trained for: the perceptual losses of paintings, or given pairs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from pleinair.training.data.motion import MARGIN, draw_motion, flow_grid, inside, no_motion, warp
from pleinair.training.data.photos import PhotoCrops
from pleinair.training.data.webcam import film
from pleinair.training.losses.loss_network import LossNetwork
from pleinair.training.losses.terms import (
    CONTENT_TAP,
    content_loss,
    style_loss,
    temporal_loss,
    tone_loss,
    total_variation,
)
from pleinair.training.optim.processes import Processes

NOISE = 8.0
"""Standard deviation of camera noise at the most, in grey levels."""

PICTURE, STEP, FILM = 1, 2, 3
"""Begin the seeds of what is drawn for a picture, for a step and for a crop: numpy takes [a, b] and
[a, b, 0] for the same seed, so without them a crop and its motion would fall alike."""

PaintBatch = Callable[[Tensor, Tensor], Tensor]
"""Photos (N, 3, H, W) and style numbers int64 (N,) -> painted float32 (N, 3, H, W), RGB, not limited."""


class Objective(Protocol):
    """Gives the batches, and the losses to be lowered on them.

    ``batch(step)``: this process's part, on the CPU; called from threads, ahead of time.
    ``prepare(batch)``: moved to the device, with all that does not depend on the painter.
    ``losses(paint, batch)``: name -> (); "total" is what is lowered.
    """

    def batch(self, step: int) -> Any: ...

    def prepare(self, batch: Any) -> Any: ...

    def losses(self, paint: PaintBatch, batch: Any) -> dict[str, Tensor]: ...


@dataclass(frozen=True)
class LossWeights:
    """Weights of the terms beside the style, whose weight is the painting's own.

    ``face``: how much the content of faces counts, against 1 elsewhere.
    """

    content: float = 1.0
    face: float = 1.0
    tone: float = 1.0
    temporal: float = 0.05
    smoothness: float = 0.02


@dataclass(frozen=True)
class BatchLayout:
    """How a step is divided: ``photos`` crops a process, each painted in ``styles_per_photo`` styles."""

    photos: int
    styles_per_photo: int
    processes: Processes

    @property
    def pictures(self) -> int:
        """Painted in a step by all processes together."""
        return self.styles_per_photo * self.photos * self.processes.count

    def crops(self) -> range:
        """Numbers of this process's crops among those of the step."""
        return range(self.processes.rank * self.photos, (self.processes.rank + 1) * self.photos)


class _Limit(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, painted: Tensor) -> Tensor:
        ctx.save_for_backward(painted)
        return painted.clamp(0, 1)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        (painted,) = ctx.saved_tensors
        outwards = ((painted > 1) & (gradient < 0)) | ((painted < 0) & (gradient > 0))
        return gradient.masked_fill(outwards, 0)


def limit(painted: Tensor) -> Tensor:
    """Clip to 0..1 as the picture will be. Of values beyond, gradients that lead back get through, so that
    nothing stays burnt; those that lead further out do not: they would change no picture."""
    limited: Tensor = _Limit.apply(painted)  # type: ignore[no-untyped-call]
    return limited


@dataclass(frozen=True)
class PerceptualBatch:
    """What the CPU draws for one step; N = styles_per_photo x photos pictures, style by style.

    ``wide`` float (photos, 3, w, w): the crops, with a margin for motion where there is any; ``filmed``:
    the same as a poor camera delivers them; ``faces`` (photos, 3, w, w): 1 where there are any, where that is
    asked for; ``which`` int64 (N,): the style of each picture; ``sigma`` (N,):
    its noise, 0..1; ``seeds`` (2N): of the noise of first all pictures, then all moved ones; ``motions``
    (N, 2, 3).
    """

    wide: Tensor
    filmed: Tensor
    faces: Tensor | None
    which: Tensor
    sigma: Tensor
    seeds: list[int]
    motions: Tensor


@dataclass(frozen=True)
class PreparedBatch:
    """The same on the device.

    ``photos`` float (photos, 3, s, s) as they are; ``seen`` (N or 2N, 3, s, s) as the camera delivers them:
    first all, then, for the temporal loss, all once more, moved and with other noise; ``content`` the photos'
    features; ``content_weight`` (N, 1, ...): how much each place of these counts; ``grid``
    (N, s, s, 2): where the moved pixels were; ``seen_moved``: the first N of ``seen``, moved onto the others.
    """

    photos: Tensor
    seen: Tensor
    which: Tensor
    content: Tensor
    content_weight: Tensor | None
    grid: Tensor | None
    seen_moved: Tensor | None


class Perceptual:
    """Content and style losses of a fixed network (Johnson, Alahi, Fei-Fei, arXiv:1603.08155), with
    terms for tone, steadiness and smoothness."""

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
        layers = [self._crops.crop(step, index) for index in layout.crops()]
        wide = filmed = [crop[0] for crop in layers]
        faces = np.stack([crop[1] for crop in layers]) if self._crops.masks is not None else None
        if self._crops.vary:
            rngs = [np.random.default_rng([FILM, self._seed, step, index]) for index in layout.crops()]
            filmed = [film(crop, rng) for crop, rng in zip(wide, rngs, strict=True)]
        sigma, seeds, motions = [], [], []
        for style in range(layout.styles_per_photo):
            for index in layout.crops():
                rng = np.random.default_rng([PICTURE, self._seed, step, index, style])
                sigma.append(float(rng.uniform(0.0, NOISE)) / 255 if self._crops.vary else 0.0)
                seeds.append(rng.integers(2**62, size=2))
                # Half of the photos are moved, half only noisy.
                motions.append(draw_motion(rng) if rng.random() < 0.5 else no_motion())
        rng = np.random.default_rng([STEP, self._seed, step])
        styles, everything = len(self._style_weights), layout.pictures
        rounds = [rng.permutation(styles) for _ in range(-(-everything // styles))]
        which = np.concatenate(rounds)[:everything].reshape(layout.styles_per_photo, -1)
        which = which[:, list(layout.crops())]
        return PerceptualBatch(
            torch.from_numpy(np.stack(wide)),
            torch.from_numpy(np.stack(filmed)),
            None if faces is None else torch.from_numpy(faces),
            torch.from_numpy(which.reshape(-1).copy()),
            torch.tensor(sigma),
            [int(seed) for seed in np.stack(seeds, 1).reshape(-1)],
            torch.from_numpy(np.stack(motions)),
        )

    def prepare(self, batch: PerceptualBatch) -> PreparedBatch:
        device, m, count = self._layout.processes.device, self._margin, len(batch.which)
        wide, filmed, sigma = _to(batch.wide, device), _to(batch.filmed, device), batch.sigma.to(device)
        photos, middle = (
            x[:, :, m : m + self._size, m : m + self._size].contiguous(memory_format=torch.channels_last)
            for x in (wide, filmed)
        )
        repeats = (self._layout.styles_per_photo, 1, 1, 1)
        seen, grid, moved = _noisy(middle.repeat(repeats), sigma, batch.seeds[:count]), None, None
        if self.weights.temporal:
            grid = flow_grid(batch.motions.to(device), self._size)
            other = _noisy(warp(filmed.repeat(repeats), grid), sigma, batch.seeds[count:])
            moved, seen = warp(seen, grid), torch.cat([seen, other])
        with torch.no_grad():
            content = self._network(photos, CONTENT_TAP)[CONTENT_TAP]
        content_weight = None
        if batch.faces is not None:
            middle = _to(batch.faces, device)[:, :1, m : m + self._size, m : m + self._size]
            covered = F.adaptive_avg_pool2d(middle, (content.shape[2], content.shape[3]))
            content_weight = (1 + (self.weights.face - 1) * covered).repeat(repeats)
        return PreparedBatch(photos, seen, batch.which.to(device), content, content_weight, grid, moved)

    def losses(self, paint: PaintBatch, batch: PreparedBatch) -> dict[str, Tensor]:
        repeats = (self._layout.styles_per_photo, 1, 1, 1)
        count, which = len(batch.which), batch.which
        raw = paint(batch.seen, which.repeat(len(batch.seen) // count))
        pictures = limit(raw)
        first = pictures[:count]
        taps = self._network(first)
        terms = {
            "content": content_loss(taps[CONTENT_TAP], batch.content.repeat(repeats), batch.content_weight),
            "style": style_loss(taps, {tap: target[which] for tap, target in self._targets.items()}),
            "tone": tone_loss(first, batch.photos.repeat(repeats)),
        }
        w = self.weights
        total = w.content * terms["content"] + w.tone * terms["tone"]
        total = (total + self._style_weights[which] * terms["style"]).mean()
        total = total + w.smoothness * total_variation(first)
        total = total + (raw - raw.clamp(0, 1)).square().mean()  # keeps values near what a screen shows
        if batch.grid is not None and batch.seen_moved is not None:
            seen, valid_mask = (batch.seen_moved, batch.seen[count:]), inside(batch.grid, self._size)
            # "still" is its name in logs, checkpoints and JSON lines since the first version.
            terms["still"] = temporal_loss(warp(first, batch.grid), pictures[count:], seen, valid_mask)
            total = total + w.temporal * terms["still"].mean()
        return {name: term.mean() for name, term in terms.items()} | {"total": total}


@dataclass(frozen=True)
class PairBatch:
    """Photos and what they are to be painted like, float (N, 3, s, s) RGB 0..1 each."""

    photos: Tensor
    painted: Tensor


class Pairs:
    """Supervised training: the squared difference to given painted versions of the photos."""

    def __init__(self, crops: PhotoCrops, layout: BatchLayout) -> None:
        self._crops, self._layout = replace(crops, vary=False), layout

    def batch(self, step: int) -> PairBatch:
        pairs = [self._crops.crop(step, index) for index in self._layout.crops()]
        photos, painted = (np.stack(layer) for layer in zip(*pairs, strict=True))
        return PairBatch(torch.from_numpy(photos), torch.from_numpy(painted))

    def prepare(self, batch: PairBatch) -> PairBatch:
        device = self._layout.processes.device
        return PairBatch(_to(batch.photos, device), _to(batch.painted, device))

    def losses(self, paint: PaintBatch, batch: PairBatch) -> dict[str, Tensor]:
        which = torch.zeros(len(batch.photos), dtype=torch.int64, device=batch.photos.device)
        return {"total": F.mse_loss(paint(batch.photos, which), batch.painted)}


def _noisy(pictures: Tensor, sigma: Tensor, seeds: list[int]) -> Tensor:
    """Pictures (N, 3, H, W) 0..1 with noise, each of its own sigma (N,) and seed, so that any number of
    processes draws the same."""
    if not sigma.any():
        return pictures
    device = pictures.device
    noise = [
        torch.randn(pictures.shape[1:], generator=torch.Generator(device).manual_seed(seed), device=device)
        for seed in seeds
    ]
    noisy = (pictures + torch.stack(noise) * sigma[:, None, None, None]).clamp(0, 1)
    return noisy.contiguous(memory_format=torch.channels_last)


def _to(pictures: Tensor, device: torch.device) -> Tensor:
    return pictures.to(device, memory_format=torch.channels_last)

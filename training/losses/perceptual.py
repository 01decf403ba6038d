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
from pleinair.training.data.resident import ResidentScenes
from pleinair.training.data.scenes import LoadedScenes, SceneSource, to_device
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

PICTURE, STEP = 1, 2
"""First numbers of the seeds of what is drawn for a picture and for a step. numpy takes [a, b] and [a, b, 0] for
the same seed, so without them a crop and its motion would be drawn alike."""

STROKES = (0.5, 0.71, 1.0, 1.41, 2.0)
"""Sizes of a painting for stroke sizes from -1 to 1, evenly: powers of two."""
STROKE_SHARES = (0.15, 0.15, 0.4, 0.15, 0.15)
FACES = (0.0, 0.5, 1.0)
"""How far faces are kept."""
FACE_SHARES = (0.4, 0.2, 0.4)


@dataclass(frozen=True)
class PerceptualBatch:
    """What the CPU draws for one step: N = styles_per_photo x photos pictures, style by style."""

    drawn: Any  # of the photos, see ``SceneSource``
    styles: Tensor  # int64 (N,): the style of each picture
    sigma: Tensor  # float (N,): standard deviation of its noise, 0..1
    seeds: list[int]  # (2N): of the noise of first all pictures, then all moved ones
    motions: Tensor  # float (N, 2, 3), see ``motion``
    strokes: Tensor  # int64 (N,): which of ``STROKES``; the only size, where there is one
    faces: Tensor  # float (N,): one of ``FACES``


@dataclass(frozen=True)
class PreparedBatch:
    """The same on the device; the crops' side is s. What is painted may have more pixels around."""

    photos: Tensor  # float (photos, 3, s, s) as they are
    # float (N or 2N, 3, S, S) as the camera delivers them: first all, then, for the temporal loss, all once
    # more, moved and with other noise
    seen: Tensor
    styles: Tensor  # int64 (N,)
    targets: list[dict[str, Tensor]]  # of the style loss, tap -> (N, C, C), at full size and smaller ones
    values: Tensor | None  # float (N, C): of the controls, where the styles learn them
    content: Tensor  # the photos' features (photos, C, h, w)
    content_weight: Tensor | None  # float (N, 1, h, w): how much each place of these counts
    grid: Tensor | None  # float (N, s, s, 2): where the moved pixels were
    seen_moved: Tensor | None  # the first N of ``seen``, moved onto the others


@dataclass(frozen=True)
class StyleGoals:
    """What K paintings ask for. ``targets``: Gram matrices, tap -> (K, L, C, C), of the paintings at L sizes,
    first at full size, then at half, if ``LossWeights.half`` is not 0. L is 1, or that of ``STROKES``: then each
    picture of a batch asks for one of them, and for faces kept more or less, by the values of its controls.
    ``weights`` (K,) of the style loss, ``temporal`` (K,) of the temporal loss."""

    targets: list[dict[str, Tensor]]
    weights: Tensor
    temporal: Tensor


class Perceptual:
    """Content and style losses of a fixed network, with terms for tone, steadiness and smoothness."""

    def __init__(
        self,
        network: LossNetwork,
        goals: StyleGoals,
        weights: LossWeights,
        crops: PhotoCrops,
        layout: BatchLayout,
        resident: bool = False,
    ) -> None:
        """``resident``: whether the photos stay in the device's memory. Raises TrainingError then, when none
        can be read."""
        self._network, self._goals = network, goals
        self.weights, self._layout, self._size, self._seed = weights, layout, crops.size, crops.seed
        # A moved crop needs some of what lies around it.
        self._crops = replace(crops, size=crops.size + (2 * MARGIN if weights.temporal else 0))
        source = ResidentScenes if resident else LoadedScenes
        self._scenes: SceneSource = source(self._crops, layout.processes.device)
        self._sizes = goals.targets[0][CONTENT_TAP].shape[1]

    def batch(self, step: int) -> PerceptualBatch:
        layout = self._layout
        sigma, seeds, motions, strokes, faces = [], [], [], [], []
        for style in range(layout.styles_per_photo):
            for index in layout.crops():
                rng = np.random.default_rng([PICTURE, self._seed, step, index, style])
                sigma.append(float(rng.uniform(0.0, MAX_NOISE)) / 255 if self._crops.vary else 0.0)
                seeds.append(rng.integers(2**62, size=2))
                # Half of the photos are moved, half only noisy.
                motions.append(draw_motion(rng) if rng.random() < 0.5 else no_motion())
                strokes.append(int(rng.choice(len(STROKES), p=STROKE_SHARES)) if self._sizes > 1 else 0)
                # Where nobody knows of faces, they are painted like all else.
                faces.append(float(rng.choice(FACES, p=FACE_SHARES)) if self._crops.masks else 0.0)
        return PerceptualBatch(
            self._scenes.draw(step, layout.crops()),
            torch.from_numpy(self._draw_styles(step)),
            torch.tensor(sigma),
            [int(seed) for seed in np.stack(seeds, 1).reshape(-1)],
            torch.from_numpy(np.stack(motions)),
            torch.tensor(strokes),
            torch.tensor(faces),
        )

    def _draw_styles(self, step: int) -> npt.NDArray[np.int64]:
        """The style of each of this process's pictures, int64 (N,); all styles come equally often."""
        layout, count = self._layout, len(self._goals.weights)
        rng = np.random.default_rng([STEP, self._seed, step])
        rounds = [rng.permutation(count) for _ in range(-(-layout.pictures // count))]
        of_step = np.concatenate(rounds)[: layout.pictures].reshape(layout.styles_per_photo, -1)
        return of_step[:, list(layout.crops())].reshape(-1).copy()

    def prepare(self, batch: PerceptualBatch) -> PreparedBatch:
        device, count = self._layout.processes.device, len(batch.styles)
        scenes = self._scenes.make(batch.drawn)
        side = self._size + 2 * scenes.around
        photos = middle(scenes.wide, self._size).contiguous(memory_format=torch.channels_last)
        noisy = Noise(batch.sigma, device)
        seen, grid, moved = (
            noisy.add(self._per_style(middle(scenes.filmed, side)), batch.seeds[:count]),
            None,
            None,
        )
        if self.weights.temporal:
            motions = to_device(batch.motions, device)
            filmed = self._per_style(scenes.filmed)
            other = noisy.add(warp(filmed, flow_grid(motions, side)), batch.seeds[count:])
            grid = flow_grid(motions, self._size)
            moved, seen = warp(middle(seen, self._size), grid), torch.cat([seen, other])
        with torch.no_grad():
            content = self._network(photos, CONTENT_TAP)[CONTENT_TAP]
        styles, strokes, kept = (to_device(x, device) for x in (batch.styles, batch.strokes, batch.faces))
        values = None
        if self._sizes > 1:
            values = torch.stack([strokes * (2 / (self._sizes - 1)) - 1, kept], 1)
        content_weight = None
        if scenes.faces is not None:
            faces = middle(scenes.faces, self._size)
            covered = self._per_style(F.adaptive_avg_pool2d(faces, (content.shape[2], content.shape[3])))
            more = (self.weights.face - 1) * covered
            content_weight = 1 + (more if values is None else kept[:, None, None, None] * more)
        targets = [
            {tap: grams[styles, strokes] for tap, grams in goal.items()} for goal in self._goals.targets
        ]
        return PreparedBatch(photos, seen, styles, targets, values, content, content_weight, grid, moved)

    def losses(self, paint: PaintBatch, batch: PreparedBatch) -> dict[str, Tensor]:
        count, styles, w = len(batch.styles), batch.styles, self.weights
        views = len(batch.seen) // count
        values = None if batch.values is None else batch.values.repeat(views, 1)
        raw = middle(paint(batch.seen, styles.repeat(views), values), self._size)
        pictures = clip(raw)
        first = pictures[:count]
        taps = self._network(first)
        terms = {
            "content": content_loss(taps[CONTENT_TAP], self._per_style(batch.content), batch.content_weight),
            "style": style_loss(taps, batch.targets[0]),
            "tone": tone_loss(first, self._per_style(batch.photos)),
        }
        style = terms["style"]
        if w.half:
            terms["half"] = style_loss(self._network(F.avg_pool2d(first, 2)), batch.targets[1])
            style = (style + w.half * terms["half"]) / (1 + w.half)
        total = w.content * terms["content"] + w.tone * terms["tone"]
        total = (total + self._goals.weights[styles] * style).mean()
        total = total + w.smoothness * total_variation(first)
        total = total + (raw - raw.clamp(0, 1)).square().mean()  # keeps values near what a screen shows
        if batch.grid is not None and batch.seen_moved is not None:
            seen = (batch.seen_moved, middle(batch.seen[count:], self._size))
            valid_mask = inside(batch.grid, self._size)
            # "still" is its name in logs, checkpoints and JSON lines since the first version.
            terms["still"] = temporal_loss(warp(first, batch.grid), pictures[count:], seen, valid_mask)
            total = total + (self._goals.temporal[styles] * terms["still"]).mean()
        return {name: term.mean() for name, term in terms.items()} | {"total": total}

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


def middle(pictures: Tensor, side: int) -> Tensor:
    """(N, C, S, S) -> the (N, C, side, side) in their middle."""
    around = (pictures.shape[2] - side) // 2
    return pictures[:, :, around : around + side, around : around + side]


class Noise:
    """Camera noise, ``sigma`` (N,), 0..1, for each picture, by a seed of its own, so that any number of
    processes draws the same."""

    def __init__(self, sigma: Tensor, device: torch.device) -> None:
        self._any = bool(sigma.any())  # asked here: a GPU would have to be waited for
        self._sigma, self._generator = to_device(sigma, device), torch.Generator(device)

    def add(self, pictures: Tensor, seeds: list[int]) -> Tensor:
        """To pictures (N, 3, H, W) 0..1; they stay within."""
        if self._any:
            noise = torch.empty_like(pictures, memory_format=torch.contiguous_format)
            for one, seed in zip(noise, seeds, strict=True):
                one.normal_(generator=self._generator.manual_seed(seed))
            pictures = (pictures + noise * self._sigma[:, None, None, None]).clamp(0, 1)
        return pictures.contiguous(memory_format=torch.channels_last)

"""How good pictures are: losses against the iterative method, stillness, and what contrast does to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.camera.files import upright
from engine.errors import TrainingError
from engine.frame import Paint, Pixels
from training.gatys import iterate
from training.loss_network import LossNetwork
from training.losses import CONTENT_TAP, content_loss, style_loss
from training.targets import style_targets

STYLE_WEIGHT = 8.0
"""Of the style loss in the total, against content 1, in all measurements, so that figures compare."""
SHORT_SIDE = 320
"""Of the photos on which losses are measured, in pixels."""
SIGMA = 3.0
"""Of the noise in ``noise_gain``, in grey levels."""
CONTRASTS = (0.5, 0.75, 1.25)
BRIGHTNESSES = (-0.15, 0.15)
"""Added to pixels of 0..1."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Losses:
    """Content, style, and ``total`` = content + STYLE_WEIGHT x style."""

    content: float
    style: float

    @property
    def total(self) -> float:
        """The weighted sum."""
        return self.content + STYLE_WEIGHT * self.style


class Yardstick:
    """Measures pictures against one painting, float (1, 3, h, w) RGB 0..1 at its training size."""

    def __init__(self, network: LossNetwork, painting: Tensor) -> None:
        self.network = network
        self.device = next(network.parameters()).device
        self.targets = style_targets(network, [painting], self.device)

    def losses(self, picture: Tensor, photo: Tensor) -> Losses:
        """Of a painted picture, float (1, 3, H, W) RGB 0..1 like the photo."""
        with torch.no_grad():
            wanted = self.network(photo.to(self.device), CONTENT_TAP)[CONTENT_TAP]
            taps = self.network(picture.to(self.device))
            content = content_loss(taps[CONTENT_TAP], wanted)
            return Losses(float(content), float(style_loss(taps, self.targets)))

    def iterate(self, photo: Tensor, steps: int) -> tuple[list[Losses], Tensor]:
        """The iterative method's losses after 0 .. ``steps`` steps of Adam, and its last picture."""
        curve = []
        for iterated in iterate(self.network, photo.to(self.device), self.targets, steps, STYLE_WEIGHT):
            curve.append(Losses(iterated.content, iterated.style))
            picture = iterated.picture
        return curve, picture


def equal_step(curve: list[Losses], total: float) -> int | None:
    """After how many of its steps the iterative method is as good; None when it is not by its end."""
    for step, losses in enumerate(curve):
        if losses.total <= total:
            return step
    return None


def noise_gain(paint: Paint, pixels: Pixels, seed: int = 0) -> float:
    """Mean difference of two paintings of one photo under two draws of noise over the mean difference
    of the noisy photos."""
    dice = np.random.default_rng(seed)
    noisy = [
        np.clip(np.round(pixels + dice.normal(0, SIGMA, pixels.shape)), 0, 255).astype(np.uint8)
        for _ in range(2)
    ]
    return _difference(paint(noisy[0]), paint(noisy[1])) / _difference(noisy[0], noisy[1])


def warp_error(paint: Paint, clip: Path, most: int = 60) -> tuple[float, float]:
    """Mean difference, in grey levels, of each frame to the one before, warped onto it: of the painted
    clip, and of the clip itself. The first ``most`` frames.

    The flow is measured on the clip (DIS, Kroeger et al., arXiv:1603.03590); places where forward and
    backward flow disagree do not count (as in Ruder, Dosovitskiy, Brox, arXiv:1604.08610).
    Raises TrainingError when the clip cannot be read or nothing changes in it.
    """
    dis = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    no_guess: Any = None
    painted_sum = own_sum = 0.0
    count = 0
    before: tuple[Pixels, Pixels, Pixels] | None = None
    for frame in _frames(clip, most):
        grey, painted = np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8), paint(frame)
        if before is not None:
            back = np.asarray(dis.calc(grey, before[0], no_guess), np.float32)
            forth = np.asarray(dis.calc(before[0], grey, no_guess), np.float32)
            places = _places(back)
            returned = back + _sample(forth, places)
            most_apart = 0.01 * ((back**2).sum(-1) + (_sample(forth, places) ** 2).sum(-1)) + 0.5
            seen = (returned**2).sum(-1) < most_apart
            size = np.array([grey.shape[1] - 1, grey.shape[0] - 1], np.float32)
            seen &= ((places >= 0) & (places <= size)).all(-1)
            if seen.any():  # else it is a cut
                own_sum += _difference(_sample(before[1], places)[seen], frame[seen])
                painted_sum += _difference(_sample(before[2], places)[seen], painted[seen])
                count += 1
        before = grey, frame, painted
    if not own_sum:
        raise TrainingError(f"Nothing moves or changes in {clip}; choose another clip.")
    return painted_sum / count, own_sum / count


def contrast_drift(paint: Paint, pixels: Pixels) -> tuple[float, float]:
    """How far the paintings of one photo at other contrasts and at other brightnesses are from that of the
    photo itself: two means in grey levels (cf. arXiv:1607.08022, section 2)."""
    painted = paint(pixels)
    contrast = [_difference(paint(other), painted) for other in with_contrasts(pixels)]
    brightness = [_difference(paint(other), painted) for other in with_brightnesses(pixels)]
    return float(np.mean(contrast)), float(np.mean(brightness))


def with_contrasts(pixels: Pixels) -> list[Pixels]:
    """The photo at each of ``CONTRASTS``, around middle grey."""
    return [_limited(127.5 + contrast * (pixels - 127.5)) for contrast in CONTRASTS]


def with_brightnesses(pixels: Pixels) -> list[Pixels]:
    """The photo at each of ``BRIGHTNESSES``."""
    return [_limited(pixels + 255.0 * brightness) for brightness in BRIGHTNESSES]


def _limited(values: npt.NDArray[np.floating]) -> Pixels:
    return np.clip(np.round(values), 0, 255).astype(np.uint8)


def _difference(one: npt.NDArray[np.generic], other: npt.NDArray[np.generic]) -> float:
    return float(np.abs(np.asarray(one, np.float32) - np.asarray(other, np.float32)).mean())


def _places(flow: Floats) -> Floats:
    height, width = flow.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return np.stack([x, y], -1) + flow


def _sample(picture: npt.NDArray[np.generic], places: Floats) -> Floats:
    values = np.asarray(picture, np.float32)
    sampled = cv2.remap(
        values, places[..., 0], places[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(sampled, np.float32)


def _frames(clip: Path, most: int) -> Iterator[Pixels]:
    try:
        with av.open(str(clip)) as video:
            for number, frame in enumerate(video.decode(video=0)):
                if number == most:
                    return
                yield upright(frame)
    except (av.FFmpegError, OSError, IndexError) as error:
        raise TrainingError(f"The clip {clip} cannot be read ({error}); choose another.") from error

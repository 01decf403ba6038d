"""How close a picture comes to photo and painting at once, beside the iterative method."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from pleinair.training.evaluation.iterative import iterate
from pleinair.training.losses.loss_network import LossNetwork
from pleinair.training.losses.targets import style_targets
from pleinair.training.losses.terms import CONTENT_TAP, content_loss, style_loss

STYLE_WEIGHT = 8.0
"""Of the style loss in the total, against content 1, in all measurements, so that figures compare."""
MAX_EXTENSION = 5
"""How many times the steps asked for the iterative method takes at most, to come as close as a style."""


@dataclass(frozen=True)
class Losses:
    """Content, style, and ``total`` = content + STYLE_WEIGHT x style."""

    content: float
    style: float

    @property
    def total(self) -> float:
        """The weighted sum."""
        return self.content + STYLE_WEIGHT * self.style


class IterativeBaseline:
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

    def style_within(self, picture: Tensor, masks: Sequence[Tensor]) -> list[float]:
        """The style loss of parts of a painted picture, float (1, 3, H, W) RGB 0..1: of where each of ``masks``
        (1, 1, H, W) is 1. The Gram matrices are means over the features there."""
        found = []
        with torch.no_grad():
            taps = self.network(picture.to(self.device))
            for mask in masks:
                parts = {}
                for tap, features in taps.items():
                    small = F.interpolate(mask.to(features), features.shape[2:], mode="area")
                    part = (small > 0.5).to(features)
                    parts[tap] = features * part / part.mean().clamp_min(1e-6).sqrt()
                found.append(float(style_loss(parts, self.targets)))
        return found

    def iterate(self, photo: Tensor, steps: int, until: float) -> tuple[list[Losses], Tensor]:
        """The iterative method's losses after 0, 1, 2, ... steps of Adam, and its picture after ``steps``.

        Where its total is still above ``until`` then, it goes on, to at most ``MAX_EXTENSION`` x ``steps``.
        """
        curve, longest = [], MAX_EXTENSION * steps
        for iterated in iterate(self.network, photo.to(self.device), self.targets, longest, STYLE_WEIGHT):
            curve.append(Losses(iterated.content, iterated.style))
            if iterated.step <= steps:
                picture = iterated.picture
            if iterated.step >= steps and curve[-1].total <= until:
                break
        return curve, picture


def equal_step(curve: list[Losses], total: float) -> int | None:
    """After how many of its steps the iterative method is as good; None when it never is."""
    for step, losses in enumerate(curve):
        if losses.total <= total:
            return step
    return None

"""What a generator is trained for: the form of an objective, its weights, the layout of a step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from torch import Tensor

from pleinair.training.optim.processes import Processes

PaintBatch = Callable[[Tensor, Tensor, Tensor | None], Tensor]
"""Photos (N, 3, H, W) RGB 0..1, style numbers int64 (N,) and values of the styles' controls, float (N, C) or None
for the defaults -> painted float32 (N, 3, H, W) RGB, not clipped."""


class Objective(Protocol):
    """Draws the batches, and computes the losses on them.

    ``batch(step)``: this process's part of a step, on the CPU. Called from threads, ahead of time.
    ``prepare(batch)``: the batch on the device, with everything that does not depend on the generator.
    ``losses(paint, batch)``: name -> (); "total" is minimised.
    """

    def batch(self, step: int) -> Any: ...

    def prepare(self, batch: Any) -> Any: ...

    def losses(self, paint: PaintBatch, batch: Any) -> dict[str, Tensor]: ...


@dataclass(frozen=True)
class LossWeights:
    """Weights of the terms beside the style loss, whose weight is the painting's own.

    ``face`` multiplies the content loss within faces. ``half``: weight of the style loss of the picture at half
    its size, beside 1 for that at full size, so that strokes hang together beyond the loss network's view.
    """

    content: float = 1.0
    face: float = 1.0
    tone: float = 1.0
    temporal: float = 0.05
    smoothness: float = 0.02
    half: float = 0.0


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

"""How long and how to train."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch

from pleinair.training.optim.soap import Soap

OPTIMIZERS: dict[str, Callable[..., torch.optim.Optimizer]] = {"adam": torch.optim.Adam, "soap": Soap}
WARM_UP_STEPS = 100


@dataclass(frozen=True)
class Plan:
    """The same for all generators of a run.

    ``rate``: the peak learning rate. ``save_every`` in seconds, ``log_every`` in steps. ``optimizer``: one
    of ``OPTIMIZERS``. ``bf16``: where the device has it, the generator computes in bfloat16 too (autocast);
    the loss network always does there.
    """

    steps: int
    rate: float
    seed: int
    save_every: float = 180
    log_every: int = 100
    resume: bool = False
    optimizer: str = "soap"
    bf16: bool = False
    compile: bool = False
    tensorboard: bool = False

    def learning_rate(self, step: int) -> float:
        """A short warm-up, then half a cosine down to a hundredth."""
        warm = min(1.0, (step + 1) / WARM_UP_STEPS)
        fall = 0.5 * (1 + math.cos(math.pi * min(1.0, step / self.steps)))
        return self.rate * warm * max(0.01, fall)

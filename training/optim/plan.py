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

    ``seconds``: the end of training that comes even before the last step, counted from where this run begins
    or is resumed; such a run can be resumed, but not bit for bit. ``rate``: the peak learning rate.
    ``save_every`` in seconds, ``log_every`` in steps. ``optimizer``: one of ``OPTIMIZERS``. ``bf16``: where the
    device has it, the generator computes in bfloat16 too (autocast); the loss network always does there.
    """

    steps: int
    rate: float
    seed: int
    seconds: float | None = None
    save_every: float = 180
    log_every: int = 100
    resume: bool = False
    optimizer: str = "soap"
    bf16: bool = False
    compile: bool = False
    tensorboard: bool = False

    def done(self, step: int, elapsed: float) -> float:
        """The share of training that lies behind at the beginning of a step, ``elapsed`` seconds after that of
        the run; 1 or more at its end."""
        return max(step / self.steps, elapsed / self.seconds if self.seconds else 0.0)

    def seconds_left(self, step: int, taken: int, elapsed: float) -> float:
        """After ``step`` steps, the last ``taken`` of them in ``elapsed`` seconds."""
        left = (self.steps - step) * elapsed / taken
        return left if self.seconds is None else min(left, max(0.0, self.seconds - elapsed))

    def learning_rate(self, step: int, elapsed: float = 0.0) -> float:
        """A short warm-up, then half a cosine down to a hundredth."""
        warm = min(1.0, (step + 1) / WARM_UP_STEPS)
        fall = 0.5 * (1 + math.cos(math.pi * min(1.0, self.done(step, elapsed))))
        return self.rate * warm * max(0.01, fall)

"""The iterative method: the pixels themselves are optimised (Gatys, Ecker, Bethge, arXiv:1508.06576).

It is slow, and the baseline of the feed-forward generators: with enough steps its loss gets below theirs.
Deviation: it starts from the photo unless asked for white noise, because the generators start there too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from pleinair.engine.errors import TrainingError
from pleinair.training.losses.loss_network import LossNetwork
from pleinair.training.losses.terms import CONTENT_TAP, content_loss, style_loss

ADAM, LBFGS = "adam", "lbfgs"
ADAM_RATE = 4 / 255
"""Learning rate: four grey levels a step."""


@dataclass(frozen=True)
class Iterate:
    """The picture after ``step`` steps, float (1, 3, H, W) RGB, and its losses; step 0 is the start."""

    step: int
    picture: Tensor
    content: float
    style: float
    total: float


def iterate(
    network: LossNetwork,
    photo: Tensor,
    targets: dict[str, Tensor],
    steps: int,
    style_weight: float,
    content_weight: float = 1.0,
    method: str = ADAM,
    start: Tensor | None = None,
) -> Iterator[Iterate]:
    """Optimise a picture, from the photo or ``start``; yields ``steps`` + 1 iterates.

    ``photo``: float (1, 3, H, W) RGB 0..1; ``targets``: Gram matrices of one painting, tap -> (1, C, C).
    ``method``: "adam" keeps the pixels within 0..1 after each step; "lbfgs" does not, and makes as many
    evaluations a step as its line search needs.

    Raises TrainingError when the loss is no longer finite.
    """
    with torch.no_grad():
        wanted = network(photo, CONTENT_TAP)[CONTENT_TAP]
    picture = (
        (photo if start is None else start).clone(memory_format=torch.contiguous_format).requires_grad_(True)
    )
    optimizer: torch.optim.Optimizer = torch.optim.Adam([picture], lr=ADAM_RATE)
    if method == LBFGS:
        optimizer = torch.optim.LBFGS(
            [picture], lr=1.0, max_iter=1, history_size=50, line_search_fn="strong_wolfe"
        )
    last: list[float] = []  # content, style, total before the step

    def evaluate() -> Tensor:
        taps = network(picture)
        content = content_loss(taps[CONTENT_TAP], wanted).sum()
        style = style_loss(taps, targets).sum()
        total = content_weight * content + style_weight * style
        optimizer.zero_grad()
        total.backward()
        assert picture.grad is not None
        picture.grad = picture.grad.contiguous()  # L-BFGS accepts no other
        if not last:  # the first evaluation of a step is of the picture as it is
            last.extend((float(content.detach()), float(style.detach()), float(total.detach())))
        return total

    for step in range(steps + 1):
        before = picture.detach().clone()
        last.clear()
        if step < steps:
            optimizer.step(evaluate)  # type: ignore[arg-type]
        else:
            evaluate()
        content, style, total = last
        if not torch.isfinite(torch.tensor(total)):
            raise TrainingError(
                f"The loss is no longer finite at step {step}; choose a smaller style weight."
            )
        yield Iterate(step, before, content, style, total)
        if method == ADAM:
            with torch.no_grad():
                picture.clamp_(0, 1)

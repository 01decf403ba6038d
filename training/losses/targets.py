"""The loss network's features of paintings, which the style loss compares with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from pleinair.training.losses.loss_network import LossNetwork, load_loss_network
from pleinair.training.losses.terms import STYLE_TAPS, gram_matrix
from pleinair.training.optim.processes import has_bf16


def open_loss_network(file: Path | None, device: torch.device) -> LossNetwork:
    """The loss network on the device, in bfloat16 where that is faster: it takes nine tenths of the time.

    Raises LossNetworkError.
    """
    return load_loss_network(file, torch.bfloat16 if has_bf16() else torch.float32).to(device)


def style_targets(
    network: LossNetwork, paintings: Sequence[Tensor], device: torch.device, shrink: int = 1
) -> dict[str, Tensor]:
    """Gram matrices of K paintings at L sizes each, float (1, 3, h, w) RGB 0..1, painting by painting, seen at
    1 / ``shrink`` of their size: tap -> float32 (K x L, C, C)."""
    grams: dict[str, list[Tensor]] = {tap: [] for tap in STYLE_TAPS}
    for painting in paintings:
        with torch.no_grad():
            taps = network(F.avg_pool2d(painting.to(device), shrink))
        for tap in STYLE_TAPS:
            grams[tap].append(gram_matrix(taps[tap]))
    return {tap: torch.cat(values) for tap, values in grams.items()}

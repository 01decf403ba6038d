"""What pictures are held against: the loss network's features of paintings."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from pleinair.training.losses.loss_network import LossNetwork, load_loss_network
from pleinair.training.losses.terms import STYLE_TAPS, gram_matrix


def has_bf16() -> bool:
    """Whether bfloat16 is worth using on this machine's processor or GPU."""
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported())
    return bool(torch.backends.mkldnn.is_available() and torch.ops.mkldnn._is_mkldnn_bf16_supported())  # type: ignore[no-untyped-call]


def open_loss_network(file: Path | None, device: torch.device) -> LossNetwork:
    """The loss network on the device, in half precision where that is faster: it takes nine tenths
    of the time. Raises LossNetworkError."""
    return load_loss_network(file, torch.bfloat16 if has_bf16() else torch.float32).to(device)


def style_targets(network: LossNetwork, paintings: list[Tensor], device: torch.device) -> dict[str, Tensor]:
    """Gram matrices of paintings, float (1, 3, h, w) RGB 0..1 each: tap -> float32 (K, C, C)."""
    grams: dict[str, list[Tensor]] = {tap: [] for tap in STYLE_TAPS}
    for painting in paintings:
        with torch.no_grad():
            taps = network(painting.to(device))
        for tap in STYLE_TAPS:
            grams[tap].append(gram_matrix(taps[tap]))
    return {tap: torch.cat(values) for tap, values in grams.items()}

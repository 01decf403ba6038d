"""Losses on their way from the device."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor


class Reading:
    """The losses of a step, each (), and the norm of its gradient. On a GPU they are copied when it comes to it,
    and only ``read`` waits for that."""

    def __init__(self, step: int, terms: Mapping[str, Tensor], norm: Tensor) -> None:
        self.step, self._names = step, list(terms)
        found = torch.stack([*(term.detach().float() for term in terms.values()), norm.float()])
        self._copied: torch.cuda.Event | None = None
        if found.device.type == "cuda":
            self._values = torch.empty(found.shape, pin_memory=True).copy_(found, non_blocking=True)
            self._copied = torch.cuda.Event()
            self._copied.record()
        else:
            self._values = found

    def read(self) -> tuple[list[str], list[float]]:
        """Names and values of the losses; the last value is the norm."""
        if self._copied is not None:
            self._copied.synchronize()
        return self._names, self._values.tolist()

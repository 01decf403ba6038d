"""One process or several: under ``torchrun`` each process paints its part of every step.

Gradients are averaged over all processes (DistributedDataParallel), so N processes with P photos each learn
what one process with N x P photos learns. Batch norm is the exception: each process normalises by its own
part.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
import torch.distributed as dist

# Imported before a process group exists: its functions take the group of that moment as their default
# argument. They would keep it and its threads alive, and the interpreter sometimes aborts at its end.
import torch.distributed.nn
from torch import nn
from torch.nn.parallel import DistributedDataParallel


@dataclass(frozen=True)
class Processes:
    """This process among all: ``rank`` 0 .. ``count`` - 1, and the device it computes on."""

    rank: int
    count: int
    device: torch.device

    @property
    def is_main(self) -> bool:
        """Whether this is the one that prints and writes files."""
        return self.rank == 0

    def wrap(self, module: nn.Module) -> nn.Module:
        """The module whose gradients are averaged over all processes."""
        if self.count == 1:
            return module
        devices = [self.device.index] if self.device.type == "cuda" else None
        return DistributedDataParallel(module, device_ids=devices)

    def mean(self, values: list[float]) -> list[float]:
        """Mean of each number over all processes."""
        if self.count == 1:
            return values
        shared = torch.tensor(values, dtype=torch.float64, device=self.device)
        dist.all_reduce(shared)
        return [float(value) for value in shared / self.count]


@contextmanager
def join_processes() -> Iterator[Processes]:
    """Join the process group that ``torchrun`` describes in the environment; without it, run alone.

    On GPUs each process takes one, and they communicate over NCCL; on CPUs over gloo.
    """
    count, rank = int(os.environ.get("WORLD_SIZE", "1")), int(os.environ.get("RANK", "0"))
    device = default_device()
    if device.type == "cuda":
        torch.set_float32_matmul_precision("high")  # TF32
        device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
        torch.cuda.set_device(device)
    if count == 1:
        yield Processes(rank, count, device)
        return
    dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield Processes(rank, count, device)
    finally:
        dist.destroy_process_group()


def default_device() -> torch.device:
    """A GPU where there is one, else the processor."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def has_bf16() -> bool:
    """Whether bfloat16 is worth using on this machine's processor or GPU.

    On processors that is so with matrix units for it (AMX). With its instructions alone, a step through the loss
    network took 1.3 times as long as in float32 (Xeon), and without both far longer.
    """
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported())
    return bool(torch.backends.mkldnn.is_available() and torch.cpu._is_amx_tile_supported())

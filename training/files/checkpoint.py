"""Checkpoints: tensors in one safetensors file, the rest as JSON in its metadata. Nothing is unpickled."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from pleinair.engine.errors import CheckpointError, TrainingError
from pleinair.training.files.records import TrainingRecord
from pleinair.training.generators import StyledGenerator, build

CHECKPOINT = "checkpoint.safetensors"
"""Its name in the folder of a run."""


@dataclass(frozen=True)
class Checkpoint:
    """``optimizer``: number of the parameter -> name -> tensor, as ``torch.optim`` keeps its state."""

    model: StyledGenerator
    record: TrainingRecord
    optimizer: dict[int, dict[str, Tensor]]

    def restore(self, optimizer: torch.optim.Optimizer) -> None:
        """Put the state that was saved into a fresh optimizer of the same kind."""
        optimizer.load_state_dict({**optimizer.state_dict(), "state": self.optimizer})


def save_checkpoint(
    path: Path, model: StyledGenerator, optimizer: torch.optim.Optimizer, record: TrainingRecord
) -> None:
    """Write weights, optimizer state and record in one step: the old file stays until the new one is whole.

    Raises TrainingError when it cannot be written.
    """
    tensors = {f"model.{k}": v.contiguous() for k, v in model.state_dict().items()}
    for number, state in optimizer.state_dict()["state"].items():
        for name, value in state.items():
            tensors[f"optimizer.{number}.{name}"] = value.contiguous()
    meta = {"generator": json.dumps(model.generator.config), "record": json.dumps(record.to_json())}
    part = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        save_file(tensors, part, metadata=meta)
        os.replace(part, path)
    except (OSError, SafetensorError) as error:
        part.unlink(missing_ok=True)
        raise TrainingError(
            f"The checkpoint {path} could not be written ({error}); free some space. "
            "The last good checkpoint is kept."
        ) from error


def read_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint of this or an earlier version. Raises CheckpointError when it cannot be read."""
    optimizer: dict[int, dict[str, Tensor]] = {}
    weights: dict[str, Tensor] = {}
    try:
        with safe_open(path, framework="pt") as file:
            meta = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        for key, tensor in tensors.items():
            part, _, name = key.partition(".")
            if part == "model":
                weights[name] = tensor
            elif part == "optimizer":
                number, _, field = name.partition(".")
                optimizer.setdefault(int(number), {})[field] = tensor
        record = TrainingRecord.from_json(json.loads(meta["record"]))
        model = StyledGenerator(build(**json.loads(meta["generator"])), len(weights["styles"]))
        model.load_state_dict(weights)
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError, AttributeError) as error:
        raise CheckpointError(
            f"{path} is not a checkpoint that can be read ({error}); choose another or train anew."
        ) from error
    return Checkpoint(model, record, optimizer)

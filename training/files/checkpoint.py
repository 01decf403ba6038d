"""Checkpoints: tensors in one safetensors file, the rest as JSON in its metadata. Nothing is unpickled."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save_file
from torch import Tensor

from pleinair.engine.errors import CheckpointError, TrainingError
from pleinair.engine.untrusted.data import parse_json, read_metadata
from pleinair.engine.untrusted.files import MEGABYTE, read_file
from pleinair.engine.untrusted.texts import one_line
from pleinair.training.files.records import TrainingRecord
from pleinair.training.generators import StyledGenerator, build

CHECKPOINT = "checkpoint.safetensors"
"""Its name in the folder of a run."""
LARGEST_FILE = 400 * MEGABYTE
"""Bytes."""
LONGEST_REASON = 200
"""Letters of what is said of a broken one."""


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
    """Read a checkpoint of this or an earlier version, safe on files from strangers. Raises CheckpointError when it
    cannot be read."""
    optimizer: dict[int, dict[str, Tensor]] = {}
    weights: dict[str, Tensor] = {}
    try:
        data = read_file(path, LARGEST_FILE)
        meta, tensors = read_metadata(data), load(data)
        del data  # the tensors are copies
        for key, tensor in tensors.items():
            part, _, name = key.partition(".")
            if part == "model":
                weights[name] = tensor
            elif part == "optimizer":
                number, _, field = name.partition(".")
                optimizer.setdefault(int(number), {})[field] = tensor
        record = TrainingRecord.from_json(parse_json(meta["record"]))
        if len(record.paintings) != len(weights["styles"]):
            raise ValueError("its styles are not those of its record")
        model = _build(parse_json(meta["generator"]), weights)
    except Exception as error:  # whatever a stranger's file brings about
        raise CheckpointError(
            f"{path} is not a checkpoint that can be read ({one_line(str(error), LONGEST_REASON)}); "
            "choose another or train anew."
        ) from error
    return Checkpoint(model, record, optimizer)


def _build(config: dict[str, Any], weights: dict[str, Tensor]) -> StyledGenerator:
    """The model with these weights. What the file says of its size takes no memory until they bear it out."""
    with torch.device("meta"):
        expected = StyledGenerator(build(**config), 1).state_dict()
    if weights.keys() != expected.keys():
        raise ValueError("its weights are those of another generator")
    tables = {name for name in ("styles", "controls") if name in expected}
    for name, value in expected.items():
        shape = weights[name].shape
        if (shape[1:] if name in tables else shape) != (value.shape[1:] if name in tables else value.shape):
            raise ValueError(f"its {name} have another shape")
    model = StyledGenerator(build(**config), len(weights["styles"]))
    model.load_state_dict(weights)
    return model

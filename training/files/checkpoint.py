"""Checkpoints: tensors in one safetensors file, the rest as JSON in its metadata. Nothing is unpickled."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from pleinair.engine.errors import CheckpointError, TrainingError
from pleinair.training.generators import Generator, StyledGenerator, build

CHECKPOINT = "checkpoint.safetensors"
"""Its name in the folder of a run."""


def describe(generator: Generator) -> str:
    """The kind of a generator in words, to name it in messages."""
    config = dict(generator.config)
    sizes = ", ".join(f"{name} {value}" for name, value in config.items() if name not in ("kind", "norm"))
    return f"a {config['kind']} generator with {config['norm']} norm ({sizes})"


def save_checkpoint(
    path: Path, model: StyledGenerator, optimizer: torch.optim.Optimizer, record: dict[str, Any]
) -> None:
    """Write weights, optimizer state and ``record`` (JSON) in one step: the old file stays until
    the new one is whole. Raises TrainingError when the disk does not take it."""
    tensors = {f"model.{k}": v.contiguous() for k, v in model.state_dict().items()}
    for number, state in optimizer.state_dict()["state"].items():
        for name, value in state.items():
            tensors[f"optimizer.{number}.{name}"] = value.contiguous()
    meta = {"generator": json.dumps(model.generator.config), "record": json.dumps(record)}
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


def read_checkpoint(path: Path) -> tuple[StyledGenerator, dict[str, Tensor], dict[str, Any]]:
    """Rebuild the model; also returns the raw tensors and the record.

    Raises CheckpointError when the file is missing or broken.
    """
    try:
        with safe_open(path, framework="pt") as file:
            meta = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        record = json.loads(meta["record"])
        config = json.loads(meta["generator"])
        model = StyledGenerator(build(**config), len(tensors["model.styles"]))
        weights = {k.removeprefix("model."): v for k, v in tensors.items() if k.startswith("model.")}
        model.load_state_dict(weights)
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise CheckpointError(
            f"{path} is not a checkpoint that can be read ({error}); choose another or start anew."
        ) from error
    return model, tensors, record


def restore_optimizer(optimizer: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    """Put the moments read by ``read_checkpoint`` back into a fresh optimizer."""
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        if name.startswith("optimizer."):
            _, number, field = name.split(".")
            state.setdefault(int(number), {})[field] = value
    optimizer.load_state_dict({**optimizer.state_dict(), "state": state})

"""Spoiled checkpoints."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import torch

from pleinair.engine.errors import CheckpointError
from pleinair.training.files.checkpoint import read_checkpoint, save_checkpoint
from pleinair.training.files.paintings import Painting
from pleinair.training.files.records import TrainingRecord
from pleinair.training.generators import StyledGenerator, build
from pleinair.training.losses.objective import LossWeights
from tests.faults.strangers.mutations import no_sentence, spoil_bytes, spoil_safetensors


def _written() -> bytes:
    """A checkpoint of a small generator with two styles."""
    torch.manual_seed(0)
    model = StyledGenerator(build("fine", half=4, quarter=4, eighth=4, body=1, middle=1), 2)
    optimizer = torch.optim.Adam(model.parameters())
    model(torch.rand(1, 3, 32, 32), torch.tensor([1])).sum().backward()
    optimizer.step()
    paintings = tuple(Painting.of_file(Path(name), 256) for name in ("one.jpg", "two.jpg"))
    record = TrainingRecord(paintings, 192, 4, 10, 1e-3, 1, LossWeights(), 2, {"total": 1.0})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "checkpoint.safetensors")
        save_checkpoint(path, model, optimizer, record)
        return path.read_bytes()


WRITTEN = _written()


def spoiled_checkpoint(rng: random.Random, folder: Path) -> str | None:
    """Spoil a checkpoint, and read it."""
    path = folder / "spoiled.safetensors"
    if rng.random() < 0.3:
        path.write_bytes(spoil_bytes(WRITTEN, rng))
    else:
        path.write_bytes(spoil_safetensors(WRITTEN, rng, ("generator", "record")))
    try:
        found = read_checkpoint(path)
    except CheckpointError as error:
        return no_sentence(error)
    if len(found.record.styles) != len(found.model.styles):
        return "other styles than those of the record"
    return next(
        (f"a file may be called {one!r}" for one in found.record.styles if Path(one).name != one), None
    )

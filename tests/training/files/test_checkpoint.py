import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from pleinair.engine.errors import CheckpointError
from pleinair.training.files.checkpoint import read_checkpoint, save_checkpoint
from pleinair.training.files.paintings import Painting
from pleinair.training.files.records import TrainingRecord
from pleinair.training.generators import StyledGenerator, build
from pleinair.training.losses.objective import LossWeights

ONE = Painting.of_file(Path("one.jpg"), 352)
RECORD = TrainingRecord(
    paintings=(replace(ONE, temporal=0.4), Painting.of_file(Path("two.jpg"), 256, 5.0)),
    size=192,
    batch=4,
    planned_steps=10,
    rate=2e-3,
    seed=1,
    weights=LossWeights(face=1.0, temporal=0.3),
    step=2,
    losses={"content": 1.5, "still": 0.5, "total": 2.0},
)


def saved(folder: Path, record: TrainingRecord = RECORD) -> Path:
    model = StyledGenerator(build("residual", channels=2), 2)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    model(torch.rand(1, 3, 32, 32), torch.tensor([1])).sum().backward()
    optimizer.step()
    path = folder / "checkpoint.safetensors"
    save_checkpoint(path, model, optimizer, record)
    read = read_checkpoint(path)
    assert read.record == record
    assert all(
        torch.equal(value, read.model.state_dict()[name]) for name, value in model.state_dict().items()
    )
    state = optimizer.state_dict()["state"]
    assert read.optimizer.keys() == state.keys()
    assert all(torch.equal(read.optimizer[n][name], state[n][name]) for n in state for name in state[n])
    return path


def test_what_is_saved_is_read(tmp_path: Path) -> None:
    saved(tmp_path)
    saved(tmp_path, replace(RECORD, weights=None))  # from pairs


def test_a_checkpoint_of_before_0_2_is_read(tmp_path: Path) -> None:
    path = saved(tmp_path)
    with safe_open(path, framework="pt") as file:
        meta, tensors = file.metadata(), {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    record = json.loads(meta["record"])
    record["stillness"] = record.pop("temporal")
    del record["face_weight"]  # not known before the losses of faces
    for painting in record["paintings"]:
        painting["stillness"] = painting.pop("temporal")
    save_file(tensors, path, {**meta, "record": json.dumps(record)})
    assert read_checkpoint(path).record == RECORD


def test_what_is_no_checkpoint_is_refused_by_name(tmp_path: Path) -> None:
    bad = tmp_path / "bad.safetensors"
    bad.write_bytes(b"bad")
    with pytest.raises(CheckpointError, match=r"bad\.safetensors"):
        read_checkpoint(bad)
    tensors = {"model.styles": torch.zeros(1, 4)}
    for meta in ({}, {"record": "{}", "generator": "{}"}, {"record": "[]", "generator": "1"}):
        save_file(tensors, bad, meta)
        with pytest.raises(CheckpointError, match=r"bad\.safetensors"):
            read_checkpoint(bad)


def test_a_style_file_tells_how_it_was_made() -> None:
    told = RECORD.of_style(1, "abc")
    assert told["steps"] == 2 and told["commit"] == "abc" and told["losses"] == dict(RECORD.losses)
    assert (told["painting_size"], told["style_weight"]) == (256, 5.0)
    assert "paintings" not in told and "styles" not in told


def rewritten(path: Path, **changes: object) -> Path:
    """A checkpoint with another record or configuration."""
    with safe_open(path, framework="pt") as file:
        meta, tensors = file.metadata(), {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    for name, value in changes.items():
        meta[name] = value if isinstance(value, str) else json.dumps({**json.loads(meta[name]), **value})  # type: ignore[dict-item]
    save_file(tensors, path, meta)
    return path


@pytest.mark.parametrize(
    "changes",
    [
        {"record": "[" * 200_000},
        {"record": {"step": 10**400}},
        {"record": {"paintings": []}},
        {"record": {"paintings": [{**ONE.to_json(), "id": "../../escaped"}] * 2}},
        {"record": {"paintings": [{**ONE.to_json(), "title": 3}] * 2}},
        {"generator": {"channels": 100_000_000}},
        {"generator": {"channels": 512}},
        {"generator": {"norm": "../x"}},
        {"generator": {"kind": "fine"}},
    ],
    ids=str,
)
def test_checkpoints_of_strangers_end_in_the_sentence(tmp_path: Path, changes: dict[str, object]) -> None:
    path = rewritten(saved(tmp_path), **changes)
    with pytest.raises(CheckpointError, match=r"checkpoint\.safetensors is not a checkpoint") as told:
        read_checkpoint(path)
    assert len(str(told.value)) < 600


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names there")
def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.safetensors")
    with pytest.raises(CheckpointError, match="pipe or device"):
        read_checkpoint(tmp_path / "pipe.safetensors")

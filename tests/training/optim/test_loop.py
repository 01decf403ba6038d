"""The loop with a real generator; the objectives here are small, so that what goes wrong can be chosen."""

from __future__ import annotations

import json
import os
import signal
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from pleinair.engine.errors import CheckpointError, TrainingError
from pleinair.training.files.checkpoint import read_checkpoint
from pleinair.training.files.loss_log import read_log
from pleinair.training.files.paintings import Painting
from pleinair.training.files.records import TrainingRecord
from pleinair.training.generators import StyledGenerator, build
from pleinair.training.losses.objective import PaintBatch
from pleinair.training.optim.loop import train
from pleinair.training.optim.plan import Plan
from pleinair.training.optim.processes import Processes
from pleinair.training.optim.run import TrainingRun
from pleinair.training.report import Report

ALONE = Processes(0, 1, torch.device("cpu"))
PLAN = Plan(steps=6, rate=1e-3, seed=1, save_every=0, log_every=1)


@dataclass
class Darken:
    """Paint the photo at half its brightness; the loss of step ``spoilt`` is not finite."""

    spoilt: int = -1
    stop_at: int = -1

    def batch(self, step: int) -> tuple[int, Tensor]:
        return step, torch.rand(2, 3, 24, 24, generator=torch.Generator().manual_seed(step))

    def prepare(self, batch: Any) -> Any:
        if batch[0] == self.stop_at:
            os.kill(os.getpid(), signal.SIGINT)  # as Ctrl+C does
        return batch

    def losses(self, paint: PaintBatch, batch: Any) -> dict[str, Tensor]:
        step, photo = batch
        painted = paint(photo, torch.zeros(2, dtype=torch.int64), None)
        total = (painted - 0.5 * photo).square().mean()
        return {"total": total * float("nan") if step == self.spoilt else total}


def record(style: str = "one") -> TrainingRecord:
    painting = Painting.of_file(Path(f"{style}.jpg"), 64)
    return TrainingRecord((painting,), 24, 2, PLAN.steps, PLAN.rate, PLAN.seed, None)


def new_run(folder: Path, style: str = "one") -> TrainingRun:
    torch.manual_seed(0)
    return TrainingRun("test", StyledGenerator(build("fast"), 1), folder, record(style))


def weights(folder: Path) -> dict[str, Tensor]:
    checkpoint = read_checkpoint(folder / "checkpoint.safetensors")
    state = {f"{n}.{name}": value for n, part in checkpoint.optimizer.items() for name, value in part.items()}
    return {**checkpoint.model.state_dict(), **state}


def run(folder: Path, plan: Plan = PLAN, objective: Darken | None = None) -> bool:
    return train([new_run(folder)], objective or Darken(), plan, ALONE, Report(silent=True))


def test_it_learns(tmp_path: Path) -> None:
    assert run(tmp_path, replace(PLAN, steps=80, rate=1e-2, save_every=999))
    losses = [entry["total"] for entry in read_log(tmp_path).values()]
    assert len(losses) == 80 and losses[-1] < 0.5 * losses[0]


def test_a_stop_finishes_the_step_and_resume_equals_uninterrupted_bit_for_bit(
    tmp_path: Path, one_thread: None
) -> None:
    assert run(tmp_path / "whole")
    plan = replace(PLAN, save_every=999)
    before = signal.getsignal(signal.SIGINT)
    assert not run(tmp_path / "parts", plan, Darken(stop_at=2))
    assert signal.getsignal(signal.SIGINT) is before
    assert read_checkpoint(tmp_path / "parts" / "checkpoint.safetensors").record.step == 3
    assert run(tmp_path / "parts", replace(plan, resume=True))
    whole, parts = weights(tmp_path / "whole"), weights(tmp_path / "parts")
    assert whole.keys() == parts.keys()
    assert all(torch.equal(whole[name], parts[name]) for name in whole)  # moments of Adam too


def test_a_loss_that_is_not_finite_stops_before_it_spoils_the_weights(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"step 4; the last good checkpoint.*is kept"):
        run(tmp_path, objective=Darken(spoilt=3))
    assert all(bool(torch.isfinite(value).all()) for value in weights(tmp_path).values())
    assert read_checkpoint(tmp_path / "checkpoint.safetensors").record.step == 3


def test_a_gradient_that_is_not_finite_stops_too(tmp_path: Path) -> None:
    class Steep(Darken):
        def losses(self, paint: PaintBatch, batch: Any) -> dict[str, Tensor]:
            painted = paint(batch[1], torch.zeros(2, dtype=torch.int64), None)
            return {"total": (0 * painted).sum().sqrt()}  # zero, and infinitely steep

    with pytest.raises(TrainingError, match="step 1; there is no checkpoint yet"):
        run(tmp_path, objective=Steep())


def test_a_full_disk_keeps_the_last_good_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import resource

    run(tmp_path, replace(PLAN, steps=2))
    good = (tmp_path / "checkpoint.safetensors").read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # the write fails instead of the process
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(good) // 2, limits[1]))
    try:
        with pytest.raises(TrainingError, match="could not be written"):
            run(tmp_path, replace(PLAN, steps=4, resume=True))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert (tmp_path / "checkpoint.safetensors").read_bytes() == good
    assert not list(tmp_path.glob("*.part"))


def test_a_checkpoint_of_another_generator_is_refused_and_both_are_named(tmp_path: Path) -> None:
    run(tmp_path, replace(PLAN, steps=1))
    other = TrainingRun("test", StyledGenerator(build("residual", "batch", 4), 1), tmp_path, record())
    with pytest.raises(CheckpointError, match=r"holds a fast.*instance.*not a residual.*batch norm"):
        train([other], Darken(), replace(PLAN, resume=True), ALONE, Report(silent=True))
    with pytest.raises(CheckpointError, match=r"other styles.*one.*not.*two"):
        train([new_run(tmp_path, "two")], Darken(), replace(PLAN, resume=True), ALONE, Report())


def test_runs_side_by_side_learn_what_each_learns_alone(tmp_path: Path) -> None:
    both = [new_run(tmp_path / "a"), new_run(tmp_path / "b")]
    train(both, Darken(), PLAN, ALONE, Report(silent=True))
    run(tmp_path / "alone")
    alone = weights(tmp_path / "alone")
    for name in ("a", "b"):
        side = weights(tmp_path / name)
        assert all(torch.allclose(side[key], alone[key], atol=1e-6) for key in alone)


def test_progress_is_told_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    train([new_run(tmp_path)], Darken(), PLAN, ALONE, Report(as_json=True))
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert events[-1]["event"] == "progress" and events[-1]["step"] == events[-1]["steps"] == 6
    assert events[-1]["seconds_left"] == 0 and events[-1]["losses"]["total"] > 0


def test_tensorboard_gets_the_losses(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    run(tmp_path, replace(PLAN, tensorboard=True))
    assert [path.stat().st_size > 0 for path in (tmp_path / "tensorboard").glob("events*")] == [True]


def test_bfloat16_learns_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Works everywhere, only slowly without.
    monkeypatch.setattr("pleinair.training.optim.loop.has_bf16", lambda: True)
    run(tmp_path, replace(PLAN, steps=80, rate=1e-2, save_every=999, bf16=True))
    losses = [entry["total"] for entry in read_log(tmp_path).values()]
    assert losses[-1] < 0.5 * losses[0]
    assert all(value.dtype == torch.float32 for value in weights(tmp_path).values())


def test_bfloat16_is_left_out_where_the_machine_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("pleinair.training.optim.loop.has_bf16", lambda: False)
    one = new_run(tmp_path)
    train([one], Darken(), replace(PLAN, bf16=True), ALONE, Report())
    assert "This machine has no fast bfloat16" in capsys.readouterr().out
    assert not one.plan.bf16


def test_the_learning_rate_rises_and_falls() -> None:
    plan = Plan(steps=1000, rate=1.0, seed=1)
    rates = [plan.learning_rate(step) for step in range(1000)]
    assert rates[0] == 0.01 and max(rates) == pytest.approx(0.97, abs=0.02) and rates[-1] == 0.01
    assert rates.index(max(rates)) == 99

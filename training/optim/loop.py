"""The training loop that all commands share."""

from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from pleinair.engine.errors import CheckpointError, TrainingError
from pleinair.training.files.checkpoint import (
    CHECKPOINT,
    describe,
    read_checkpoint,
    restore_optimizer,
    save_checkpoint,
)
from pleinair.training.generators import StyledGenerator
from pleinair.training.losses.objective import Objective
from pleinair.training.losses.targets import has_bf16
from pleinair.training.optim.processes import Processes
from pleinair.training.optim.soap import Soap
from pleinair.training.report import LossLog, Report

AHEAD = 3
"""Batches that are prepared while the device computes."""
OPTIMIZERS: dict[str, Callable[..., torch.optim.Optimizer]] = {"adam": torch.optim.Adam, "soap": Soap}
STEEPEST = 5.0
"""Gradients with a larger norm are scaled down to it."""


@dataclass(frozen=True)
class Plan:
    """How long and how to train; the same for all painters of a run.

    ``save_every`` in seconds, ``log_every`` in steps. ``optimizer``: one of ``OPTIMIZERS``. ``bf16``: where
    the device has it, the generator computes in bfloat16 too (autocast); the loss network always does there.
    """

    steps: int
    rate: float
    seed: int
    save_every: float = 180
    log_every: int = 100
    resume: bool = False
    optimizer: str = "soap"
    bf16: bool = False
    compile: bool = False
    tensorboard: bool = False


def learning_rate(step: int, steps: int, peak: float) -> float:
    """A short warm-up, then half a cosine down to a hundredth."""
    warm = min(1.0, (step + 1) / 100)
    fall = 0.5 * (1 + math.cos(math.pi * min(1.0, step / steps)))
    return peak * warm * max(0.01, fall)


@dataclass
class Trainee:
    """One model in training.

    ``record`` describes the run (JSON) and goes into the checkpoint; a checkpoint whose entries named
    in ``must_match`` differ is refused. ``objective``: its own, where painters of one run have different
    ones; the batches are the same for all. ``step`` is how many steps are done.
    """

    name: str
    model: StyledGenerator
    folder: Path
    record: dict[str, Any]
    must_match: tuple[str, ...] = ("styles",)
    objective: Objective | None = None
    step: int = 0

    @property
    def checkpoint(self) -> Path:
        """Where the weights, the optimizer and the record lie."""
        return self.folder / CHECKPOINT

    def start(self, plan: Plan, processes: Processes) -> None:
        """Get ready, from the checkpoint where ``plan`` says so. Raises CheckpointError, TrainingError."""
        self.plan, self._processes = plan, processes
        tensors = self._read() if plan.resume and self.checkpoint.exists() else None
        self.model.to(processes.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.model.train()
        learned = [p for p in self.model.parameters() if p.requires_grad]
        self.optimizer = OPTIMIZERS[plan.optimizer](learned, lr=plan.rate)
        if tensors is not None:
            restore_optimizer(self.optimizer, tensors)
        self.log: LossLog | None = None
        if processes.is_main:
            means = self.record["losses"] if tensors is not None else None
            self.log = LossLog(self.folder, plan.log_every, plan.tensorboard, means)
        module = processes.wrap(self.model)
        self._paint = torch.compile(module) if plan.compile else module

    def _read(self) -> dict[str, Tensor]:
        model, tensors, record = read_checkpoint(self.checkpoint)
        have, want = describe(model.generator), describe(self.model.generator)
        if have != want:
            raise CheckpointError(
                f"{self.checkpoint} holds {have}, not {want}; choose another folder or leave out --resume."
            )
        for name in self.must_match:
            if record.get(name) != self.record.get(name):
                raise CheckpointError(
                    f"{self.checkpoint} was trained with other {name} ({record.get(name)}, not "
                    f"{self.record.get(name)}); choose another folder or leave out --resume."
                )
        self.model.load_state_dict(model.state_dict())
        self.step = int(record["step"])
        self.record |= {"step": self.step, "losses": record["losses"]}
        return tensors

    def paint(self, photos: Tensor, which: Tensor) -> Tensor:
        """As ``PaintBatch``."""
        with torch.autocast(photos.device.type, torch.bfloat16, enabled=self.plan.bf16):
            painted: Tensor = self._paint(photos, which)
        return painted.float()

    def learn(self, objective: Objective, batch: Any) -> dict[str, float]:
        """One step; returns its losses, means over all processes.

        Raises TrainingError, before any weight is touched, when the loss or its gradient is no number.
        """
        # For generators that draw noise; each process its own.
        torch.manual_seed(
            (self.plan.seed * 1_000_003 + self.step) * self._processes.count + self._processes.rank
        )
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(self.step, self.plan.steps, self.plan.rate)
        terms = objective.losses(self.paint, batch)
        self.optimizer.zero_grad(set_to_none=True)
        terms["total"].backward()  # type: ignore[no-untyped-call]
        norm = torch.nn.utils.clip_grad_norm_(self.optimizer.param_groups[0]["params"], STEEPEST)
        found = torch.stack([*(term.detach().float() for term in terms.values()), norm.float()])
        *values, steepness = self._processes.mean(found.tolist())
        losses = dict(zip(terms, values, strict=True))
        if not (math.isfinite(losses["total"]) and math.isfinite(steepness)):
            kept = f"the last good checkpoint, {self.checkpoint}, is kept"
            raise TrainingError(
                f"The loss is no longer a number at step {self.step + 1}; "
                f"{kept if self.checkpoint.exists() else 'there is no checkpoint yet'}. "
                "Go on from it with --resume, or start anew with a smaller --rate."
            )
        self.optimizer.step()
        self.step += 1
        if self.log is not None:
            self.log.add(self.step, losses)
        return losses

    def save(self) -> None:
        """Write the checkpoint; the old one stays until the new one is whole. Raises TrainingError."""
        assert self.log is not None
        self.record |= {"step": self.step, "losses": self.log.means()}
        save_checkpoint(self.checkpoint, self.model, self.optimizer, self.record)

    def close(self) -> None:
        """Close the log."""
        if self.log is not None:
            self.log.close()


Saved = Callable[[Trainee], None]


def train(
    trainees: list[Trainee],
    objective: Objective,
    plan: Plan,
    processes: Processes,
    report: Report,
    saved: Saved = lambda trainee: None,
) -> bool:
    """Train all painters on the same batches until ``plan.steps``; ``saved`` runs after each checkpoint.

    Returns False when a person (Ctrl+C, SIGTERM) stopped it before; a checkpoint is written then too.
    Raises TrainingError, CheckpointError.
    """
    if plan.bf16 and not has_bf16():  # without it, convolutions take 40 times as long as in float32
        report.tell("float32", "There is no bfloat16 on this machine; everything computes in float32.")
        plan = replace(plan, bf16=False)
    for trainee in trainees:
        trainee.start(plan, processes)
        if trainee.step >= plan.steps and processes.is_main:
            saved(trainee)  # in case the run ended between the checkpoint and this
    first = min(trainee.step for trainee in trainees)
    began = saved_at = told_at = time.monotonic()
    finished = True
    try:
        with _stop_signals() as stop, _batches(objective, first, plan.steps) as batches:
            for step, batch in batches:
                prepared = objective.prepare(batch)
                for trainee in trainees:
                    if trainee.step == step:  # a resumed one may be further
                        trainee.learn(trainee.objective or objective, prepared)
                now, last = time.monotonic(), step + 1 == plan.steps
                (stopped,) = processes.mean([float(stop.is_set())])
                if processes.is_main:
                    if step == first or last or now - told_at >= 15:
                        for trainee in trainees:
                            assert trainee.log is not None
                            name = trainee.name if len(trainees) > 1 else None
                            rate = (step + 1 - first) / (now - began)
                            report.progress(step + 1, plan.steps, rate, trainee.log.means(), name)
                        told_at = now
                    if last or stopped or now - saved_at >= plan.save_every:
                        for trainee in trainees:
                            trainee.save()
                            saved(trainee)
                        saved_at = now
                if stopped and not last:
                    finished = False
                    break
    except RuntimeError as error:  # out of memory, another process gone, no compiler
        raise TrainingError(
            f"Training broke off ({str(error).splitlines()[0]}); what was saved is kept. Go on with "
            "--resume; where memory ran out, with a smaller --photos-per-step or --size."
        ) from error
    finally:
        for trainee in trainees:
            trainee.close()
    return finished


@contextmanager
def _stop_signals() -> Iterator[threading.Event]:
    """Set when a person asks to stop, so that the step at hand is finished; asked twice, it stops at once."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def ask(number: int, frame: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _batches(objective: Objective, first: int, steps: int) -> Iterator[Iterator[tuple[int, Any]]]:
    """Batches in order, read and cropped by threads while the device computes."""
    with ThreadPoolExecutor(AHEAD, thread_name_prefix="batch") as pool:
        waiting: dict[int, Future[Any]] = {}

        def ask(step: int) -> None:
            if step < steps:
                waiting[step] = pool.submit(objective.batch, step)

        def each() -> Iterator[tuple[int, Any]]:
            for step in range(first, first + AHEAD):
                ask(step)
            for step in range(first, steps):
                batch = waiting.pop(step).result()
                ask(step + AHEAD)
                yield step, batch

        try:
            yield each()
        finally:
            for future in waiting.values():
                future.cancel()

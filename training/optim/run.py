"""One generator in training: its optimizer, its log, its checkpoint."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from pleinair.engine.errors import CheckpointError, TrainingError
from pleinair.training.files.checkpoint import CHECKPOINT, Checkpoint, read_checkpoint, save_checkpoint
from pleinair.training.files.loss_log import LossLog
from pleinair.training.files.records import TrainingRecord
from pleinair.training.generators import StyledGenerator
from pleinair.training.losses.objective import Objective
from pleinair.training.optim.plan import OPTIMIZERS, Plan
from pleinair.training.optim.processes import Processes
from pleinair.training.optim.reading import Reading

MAX_GRADIENT_NORM = 5.0
"""Gradients with a larger norm are scaled down to it."""


@dataclass
class TrainingRun:
    """``objective``: its own, where the runs side by side have different ones; the batches are the same for
    all. ``step``: how many steps are done."""

    name: str
    model: StyledGenerator
    folder: Path
    record: TrainingRecord
    objective: Objective | None = None
    step: int = 0

    @property
    def checkpoint(self) -> Path:
        """The file with the weights, the optimizer's state and the record."""
        return self.folder / CHECKPOINT

    def start(self, plan: Plan, processes: Processes) -> None:
        """Get ready, from the checkpoint where ``plan`` says so. Raises CheckpointError, TrainingError."""
        self.plan, self._processes = plan, processes
        saved = self._read() if plan.resume and self.checkpoint.exists() else None
        self.model.to(processes.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.model.train()
        trained = [p for p in self.model.parameters() if p.requires_grad]
        self.optimizer = OPTIMIZERS[plan.optimizer](trained, lr=plan.rate)
        if saved is not None:
            saved.restore(self.optimizer)
        self._unread: deque[Reading] = deque()
        self.log: LossLog | None = None
        if processes.is_main:
            means = self.record.losses if saved is not None else None
            self.log = LossLog(self.folder, plan.log_every, plan.tensorboard, means)
        module = processes.wrap(self.model)
        self._paint = torch.compile(module) if plan.compile else module

    def _read(self) -> Checkpoint:
        saved = read_checkpoint(self.checkpoint)
        have, want = saved.model.generator.description, self.model.generator.description
        if have != want:
            raise CheckpointError(
                f"{self.checkpoint} holds {have}, not {want}; choose another folder or leave out --resume."
            )
        if saved.record.styles != self.record.styles:
            raise CheckpointError(
                f"{self.checkpoint} was trained with other styles ({', '.join(saved.record.styles)}, not "
                f"{', '.join(self.record.styles)}); choose another folder or leave out --resume."
            )
        self.model.load_state_dict(saved.model.state_dict())
        self.step = saved.record.step
        self.record = replace(self.record, step=self.step, losses=saved.record.losses)
        return saved

    def paint(self, photos: Tensor, styles: Tensor, values: Tensor | None) -> Tensor:
        """As ``PaintBatch``."""
        with torch.autocast(photos.device.type, torch.bfloat16, enabled=self.plan.bf16):
            painted: Tensor = self._paint(photos, styles, values)
        return painted.float()

    def train_step(self, objective: Objective, batch: Any, elapsed: float = 0.0) -> None:
        """Take one step, ``elapsed`` seconds after the beginning of the run.

        Raises TrainingError when the loss or its gradient is not finite, before that touches any weight. On a
        GPU it is told a step later, since reading a number there means to wait for all that is still to do.
        """
        # For generators that draw noise; each process its own.
        torch.manual_seed(
            (self.plan.seed * 1_000_003 + self.step) * self._processes.count + self._processes.rank
        )
        for group in self.optimizer.param_groups:
            group["lr"] = self.plan.learning_rate(self.step, elapsed)
        terms = objective.losses(self.paint, batch)
        self.optimizer.zero_grad(set_to_none=True)
        terms["total"].backward()
        trained = self.optimizer.param_groups[0]["params"]
        norm = torch.nn.utils.clip_grad_norm_(trained, MAX_GRADIENT_NORM)
        self.step += 1
        self._unread.append(Reading(self.step, terms, norm))
        if terms["total"].device.type == "cuda":
            usable = torch.isfinite(terms["total"]) & torch.isfinite(norm)
            for parameter in trained:
                if parameter.grad is not None:
                    parameter.grad = torch.where(usable, parameter.grad, 0.0)
            self._read_losses(waiting=1)
        else:
            self._read_losses()
        self.optimizer.step()

    def _read_losses(self, waiting: int = 0) -> None:
        """Log the losses of past steps, all but the last ``waiting``. Raises TrainingError as ``train_step``."""
        while len(self._unread) > waiting:
            reading = self._unread.popleft()
            names, values = reading.read()
            *values, gradient_norm = self._processes.mean(values)
            losses = dict(zip(names, values, strict=True))
            if not (math.isfinite(losses["total"]) and math.isfinite(gradient_norm)):
                kept = f"the last good checkpoint, {self.checkpoint}, is kept"
                raise TrainingError(
                    f"The loss is no longer finite at step {reading.step}; "
                    f"{kept if self.checkpoint.exists() else 'there is no checkpoint yet'}. "
                    "Continue from it with --resume, or start again with a smaller --rate."
                )
            if self.log is not None:
                self.log.add(reading.step, losses)

    def save(self) -> None:
        """Write the checkpoint; the old one stays until the new one is whole. Raises TrainingError."""
        assert self.log is not None
        self._read_losses()
        self.record = replace(self.record, step=self.step, losses=self.log.means())
        save_checkpoint(self.checkpoint, self.model, self.optimizer, self.record)

    def close(self) -> None:
        """Close the log."""
        if self.log is not None:
            self.log.close()

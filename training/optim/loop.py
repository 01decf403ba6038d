"""The training loop that all commands share."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import torch

from pleinair.engine.errors import TrainingError
from pleinair.training.losses.objective import Objective
from pleinair.training.optim.plan import Plan
from pleinair.training.optim.prefetch import prefetched
from pleinair.training.optim.processes import Processes, has_bf16
from pleinair.training.optim.run import TrainingRun
from pleinair.training.optim.signals import stop_requested
from pleinair.training.report import Progress, Report

Saved = Callable[[TrainingRun], None]


def train(
    runs: Sequence[TrainingRun],
    objective: Objective,
    plan: Plan,
    processes: Processes,
    report: Report,
    saved: Saved = lambda run: None,
) -> bool:
    """Train all runs on the same batches until ``plan`` ends; ``saved`` is called after each checkpoint.

    Returns False when a person (Ctrl+C, SIGTERM) stopped it before; a checkpoint is written then too.
    Raises TrainingError, CheckpointError.
    """
    if plan.bf16 and not has_bf16():  # without it, convolutions take 40 times as long as in float32
        report.event("float32", "This machine has no fast bfloat16; everything is computed in float32.")
        plan = replace(plan, bf16=False)
    for run in runs:
        run.start(plan, processes)
        if run.step >= plan.steps and processes.is_main:
            saved(run)  # in case the run ended between the checkpoint and this
    # What is painted has few sizes, so the fastest kernels for each are worth a search.
    torch.backends.cudnn.benchmark = True
    first = min(run.step for run in runs)
    began = saved_at = reported_at = time.monotonic()
    finished, elapsed = True, 0.0
    try:
        with stop_requested() as stop, prefetched(objective, first, plan.steps) as batches:
            for step, batch in batches:
                prepared = objective.prepare(batch)
                for run in runs:
                    if run.step == step:  # a resumed one may be further
                        run.train_step(run.objective or objective, prepared, elapsed)
                now = time.monotonic()
                stopped, elapsed = processes.mean([float(stop.is_set()), now - began])
                last = plan.done(step + 1, elapsed) >= 1
                if processes.is_main:
                    if step == first or last or now - reported_at >= report.every:
                        _report_progress(runs, step + 1, step + 1 - first, elapsed, report)
                        reported_at = now
                    if last or stopped or now - saved_at >= plan.save_every:
                        for run in runs:
                            run.save()
                            saved(run)
                        saved_at = now
                if stopped or last:
                    finished = last
                    break
    except RuntimeError as error:  # out of memory, another process gone, no compiler
        raise TrainingError(
            f"Training failed ({str(error).splitlines()[0]}); what was saved is kept. Continue with "
            "--resume; if memory ran out, with a smaller --photos-per-step or --size."
        ) from error
    finally:
        for run in runs:
            run.close()
    return finished


def _report_progress(
    runs: Sequence[TrainingRun], step: int, taken: int, elapsed: float, report: Report
) -> None:
    """``taken``: of the steps, in this call's ``elapsed`` seconds."""
    for run in runs:
        assert run.log is not None
        progress = Progress(
            step,
            run.plan.steps,
            taken / elapsed,
            run.record.batch,
            run.plan.seconds_left(step, taken, elapsed),
        )
        report.progress(progress, run.log.means(), run.name if len(runs) > 1 else None)

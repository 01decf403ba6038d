"""Batches, drawn ahead by threads while the device computes."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from pleinair.training.losses.objective import Objective

PREFETCHED = 3
"""Batches that are drawn ahead, each by a thread."""


@contextmanager
def prefetched(objective: Objective, first: int, steps: int) -> Iterator[Iterator[tuple[int, Any]]]:
    """The steps from ``first`` to ``steps`` - 1 in order, each with its batch."""
    with ThreadPoolExecutor(PREFETCHED, thread_name_prefix="batch") as pool:
        waiting: dict[int, Future[Any]] = {}

        def submit(step: int) -> None:
            if step < steps:
                waiting[step] = pool.submit(objective.batch, step)

        def batches() -> Iterator[tuple[int, Any]]:
            for step in range(first, first + PREFETCHED):
                submit(step)
            for step in range(first, steps):
                batch = waiting.pop(step).result()
                submit(step + PREFETCHED)
                yield step, batch

        try:
            yield batches()
        finally:
            for future in waiting.values():
                future.cancel()

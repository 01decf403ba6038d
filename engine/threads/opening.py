"""Opening something while something else may come up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from pleinair.engine.threads.worker import Worker

POLL_SECONDS = 0.05


class Closes(Protocol):
    """What has to be closed in the end."""

    def close(self) -> None:
        """Give back what it holds."""


T = TypeVar("T", bound=Closes)


def open_unless(given_up: Callable[[], bool], open_it: Callable[[], T]) -> T | None:
    """Open a source in a thread of its own; None as soon as it is ``given_up``, and what comes later is closed.

    Ctrl+C is heard meanwhile. Raises what ``open_it`` raises.
    """
    worker, taken = Worker("opening a source"), False
    job = worker.begin(open_it)
    try:
        while not job.wait(POLL_SECONDS):
            if given_up():
                return None
        taken = True
        return job.result()
    finally:
        worker.leave()
        if not taken:
            job.forsake(close_it)


def close_it(opened: Closes) -> None:
    """For what nobody waits for any more."""
    opened.close()

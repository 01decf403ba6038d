"""Opening a source while something else may come up."""

from __future__ import annotations

import threading
from collections.abc import Callable

from pleinair.engine.sources import Source, SourceOpener

POLL_SECONDS = 0.05


def open_unless(given_up: Callable[[], bool], open_source: SourceOpener) -> Source | None:
    """Open a source in a thread of its own; None as soon as it is ``given_up``, and what comes later is closed.

    Ctrl+C is heard meanwhile. Raises what ``open_source`` raises.
    """
    lock = threading.Lock()
    result: list[Source | BaseException] = []
    abandoned = False

    def run() -> None:
        outcome: Source | BaseException
        try:
            outcome = open_source()
        except BaseException as error:
            outcome = error
        with lock:
            if not abandoned:
                result.append(outcome)
                return
        if not isinstance(outcome, BaseException):
            outcome.close()

    thread = threading.Thread(target=run, name="opening a source", daemon=True)
    thread.start()
    try:
        while thread.is_alive() and not given_up():
            thread.join(POLL_SECONDS)
        with lock:
            outcome = result.pop() if result else None
    finally:
        with lock:
            abandoned = True
            late = result.pop() if result else None
        if late is not None and not isinstance(late, BaseException):
            late.close()
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome

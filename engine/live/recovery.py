"""Opening what paints in place of a stylizer that has failed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial

from pleinair.engine.backends.registry import AUTO
from pleinair.engine.errors import BackendError
from pleinair.engine.stylizer import Stylizer
from pleinair.engine.threads.opening import close_it
from pleinair.engine.threads.worker import Worker

ANEW_SECONDS = 15.0
"""That a backend whose libraries are loaded may take to open again and to paint a frame."""
OTHER_SECONDS = 60.0
"""That all others may take, which may have to be measured first."""
logger = logging.getLogger(__name__)

Reopen = Callable[[str, Collection[str]], Stylizer]
"""Opens the generators on a backend, by its name; with ``auto`` on the fastest that is not among the others, which
have failed. Raises PleinAirError."""


@dataclass
class _Attempt:
    backend: str | None
    """What is tried; None until it is known."""


class Recovery:
    """Under way from the start, in threads of its own: one backend after the other, until one paints a frame. Used from
    one other thread."""

    def __init__(
        self, reopen: Reopen, paint: Callable[[Stylizer], object], failed: frozenset[str], backend: str | None
    ) -> None:
        """``paint``: what a stylizer must do without an error before it is taken; ``backend``: tried first, before
        the best that has not ``failed``."""
        self._reopen, self._paint = reopen, paint
        self.failed = failed
        """Names of backends, with those that have failed here."""
        self._begin(backend)

    def _begin(self, backend: str | None) -> None:
        self._attempt = _Attempt(backend)
        self._most = OTHER_SECONDS if backend is None else ANEW_SECONDS
        self._worker = Worker("replacing what paints")
        self._job = self._worker.begin(partial(_open, self._reopen, self._paint, self.failed, self._attempt))
        self._worker.leave()

    def over(self) -> bool:
        """Whether ``take`` has something to give, or raises; else it is to be asked again."""
        done = self._job.wait(0)
        if done and self._job.error is None:
            return True
        if not done and self._job.seconds < self._most:
            return False
        backend = self._attempt.backend
        if backend is None or backend in self.failed:
            return True
        logger.warning("%s cannot take over: %s", backend, self._job.error or "it does not answer")
        self.failed |= {backend}
        self.forsake()
        self._begin(None)
        return False

    def take(self) -> Stylizer:
        """The one that paints. Raises what kept the last one from it."""
        if self._job.wait(0):
            return self._job.result()
        self.forsake()
        raise BackendError("Opening another backend takes too long.")

    def forsake(self) -> None:
        """Nobody waits for it any more."""
        self._job.forsake(close_it)


def _open(
    reopen: Reopen, paint: Callable[[Stylizer], object], failed: frozenset[str], attempt: _Attempt
) -> Stylizer:
    stylizer = reopen(attempt.backend or AUTO, failed)
    attempt.backend = stylizer.generator.session.backend
    try:
        if attempt.backend in failed:
            raise BackendError("No other backend runs here.")
        paint(stylizer)
    except BaseException:
        stylizer.close()
        raise
    return stylizer

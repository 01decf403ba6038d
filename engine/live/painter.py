"""Painting that goes on: faults of a backend are told once, and the next best takes over."""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from pleinair.engine.backends.registry import find_backend
from pleinair.engine.clock import now
from pleinair.engine.errors import BackendError, OutOfMemory, PleinAirError, internal_error
from pleinair.engine.frame import Pixels
from pleinair.engine.live.governor import Rung
from pleinair.engine.live.notices import Notice, NoticeKind
from pleinair.engine.live.recovery import Recovery, Reopen
from pleinair.engine.live.state import LiveState
from pleinair.engine.styles.look import Look
from pleinair.engine.stylizer import Stylizer, painted_size
from pleinair.engine.threads.worker import Job, Worker

T = TypeVar("T")

LATE_SECONDS = 1.5
"""That a painting may take before frames are shown unpainted; ``SLACK`` times what the fastest took for each pixel,
where that is more."""
SLACK = 8.0
"""A better generator takes four times as long as a cheaper one."""
HUNG_SECONDS = 3.0
"""After which it will not come any more; twice the former, where that is more."""
FIRST_SECONDS = 30.0
"""In place of that, for what was never painted at that size: some backends compile for it first, and those that are
asked for by name do so for minutes."""
TRY_LINES = 480
"""The most at which a backend is tried before it takes over: a processor that replaces a GPU paints smaller."""
STEADY_SECONDS = 60.0
"""After so long a fault counts as the first one again."""
logger = logging.getLogger(__name__)

Kind = tuple[str, tuple[int, int]]
"""Generator, and width and height: what may have to be compiled for itself."""


class Painter:
    """The stylizer in use, and what takes its place where it fails. Used from the engine thread, but for ``switch``.

    It paints in a worker: a backend's code that does not return can only be left where it stands. Where the stylizer
    fails, the same backend is opened anew once, and then the next best.
    """

    def __init__(self, stylizer: Stylizer, state: LiveState, reopen: Reopen | None) -> None:
        """``reopen``: without it, a stylizer that fails is tried again with each frame."""
        self.stylizer = stylizer
        """The one in use."""
        self.overdue = 0.0
        """Seconds that the last painting took which came too late; whoever takes note of it sets it back."""
        self._state, self._reopen = state, reopen
        self._chosen: Stylizer | None = None
        self._lock = threading.Lock()
        self._begin()

    def _begin(self) -> None:
        """With a stylizer that was not in use before."""
        self._worker = Worker("painting")
        self._late: tuple[Job[Any], Kind, float] | None = None
        self._known: set[Kind] = set()
        self._pixel = math.inf
        self._recovery: Recovery | None = None
        self._rebuilt: dict[str, float] = {}
        self._failed: frozenset[str] = frozenset()
        self._given_up = False
        self._told = ""

    def switch(self, stylizer: Stylizer) -> None:
        """A person wants this one, from the next frame on; the one in use is closed after its last frame."""
        with self._lock:
            waiting, self._chosen = self._chosen, stylizer
        if waiting is not None:
            waiting.close()

    def take_over(self) -> None:
        """Between two frames: change to the stylizer that a person chose, or to one that replaces what failed."""
        with self._lock:
            chosen, self._chosen = self._chosen, None
        if chosen is not None:
            if self._recovery is not None:
                self._recovery.forsake()
            self._worker.leave()
            self._begin()
            self._use(chosen)
        elif self._recovery is not None:
            self._look_after(self._recovery)

    def paint(
        self, pixels: Pixels, look: Look, rung: Rung, meanwhile: Callable[[], None] = lambda: None
    ) -> Pixels | None:
        """Paint uint8 (H, W, 3) BGR as ``Stylizer.stylize`` does, and call ``meanwhile``; None where that is not
        possible now, which was told.

        Raises OutOfMemory, StyleError, FrameSizeError.
        """
        height, width = pixels.shape[:2]
        size = painted_size(width, height, rung.work_size)
        self._try = partial(_try, pixels, look, min(rung.work_size, TRY_LINES), LATE_SECONDS)
        if look.strength == 0.0:
            return pixels  # which takes no time, and says nothing about the time that painting takes
        work = partial(self.stylizer.stylize, pixels, look, rung.work_size, rung.generator)
        return self.call(work, (rung.generator, size), meanwhile)

    def call(
        self, work: Callable[[], T], kind: Kind, meanwhile: Callable[[], None] = lambda: None
    ) -> T | None:
        """The result of ``work``, which paints with the stylizer in use and changes nothing else, with ``meanwhile``
        called beside it; None where that is not possible now, which was told.

        Raises OutOfMemory, and what ``work`` raises but for a BackendError.
        """
        if self._recovery is not None or self._given_up or not self._free():
            return None
        job = self._worker.begin(work)
        meanwhile()
        patience = self._patience(kind[1])
        if job.wait(patience):
            value = self._finish(job, kind)
            if value is not None:
                self._told = ""
            return value
        self._late = job, kind, self._most(kind, patience)
        self._tell(
            NoticeKind.INFO,
            f"Painting on {self.stylizer.generator.session.device} takes long. Until that is done, or another backend "
            "takes over, the picture stays as it is filmed.",
        )
        return None

    def forget(self) -> None:
        """Frames of another size come from now on. Raises BackendError."""
        self._known.clear()
        self.stylizer.forget()

    def close(self) -> None:
        """Once the engine thread has ended. The stylizer in use is the caller's to close."""
        if self._recovery is not None:
            self._recovery.forsake()
        if not self._worker.leave(LATE_SECONDS):
            logger.warning("A painting does not return; it was left")
        with self._lock:
            if self._chosen is not None:
                self._chosen.close()
                self._chosen = None

    def _use(self, stylizer: Stylizer) -> None:
        old, self.stylizer = self.stylizer, stylizer
        self._known.clear()
        self._pixel = math.inf
        old.close()

    def _free(self) -> bool:
        """Whether the worker is: what came too late is thrown away, what does not come is left."""
        if self._late is None:
            return True
        job, kind, most = self._late
        if job.wait(0):
            self._late, self.overdue = None, job.seconds
            self._finish(job, kind)
            return self._recovery is None
        if job.seconds > most and self._reopen is not None:
            self._late = None
            self._worker.leave()
            self._worker = Worker("painting")
            self._recover(self._reopen)  # it was told when it came to be late
        return False

    def _patience(self, size: tuple[int, int]) -> float:
        """Seconds that a painting of this size may take before it is late."""
        usual = 0.0 if self._pixel == math.inf else self._pixel * size[0] * size[1]
        return max(LATE_SECONDS, SLACK * usual)

    def _most(self, kind: Kind, patience: float) -> float:
        """Seconds after which it will not come any more."""
        if kind in self._known:
            return max(HUNG_SECONDS, 2 * patience)
        builds = find_backend(self.stylizer.generator.session.backend).only_by_name is not None
        return math.inf if builds else FIRST_SECONDS

    def _finish(self, job: Job[T], kind: Kind) -> T | None:
        try:
            value = job.result()
        except BackendError as error:
            if isinstance(error, OutOfMemory):
                raise
            self._fail(str(error))
        except PleinAirError:  # the look's or the frame's fault
            raise
        except Exception as error:
            self._fail(internal_error(error))
        else:
            self._known.add(kind)
            width, height = kind[1]
            self._pixel = min(self._pixel, job.seconds / (width * height))
            return value
        return None

    def _fail(self, reason: str) -> None:
        if self._reopen is None:
            self._tell(NoticeKind.ERROR, reason)
            return
        self._state.notify(
            Notice(
                NoticeKind.INFO,
                f"{reason} Painting is started anew, or another backend takes over; until then the picture stays as "
                "it is filmed.",
            )
        )
        self._recover(self._reopen)

    def _recover(self, reopen: Reopen) -> None:
        """Open the same backend anew; or another one, where that was done already."""
        backend, at = self.stylizer.generator.session.backend, now()
        anew = at - self._rebuilt.get(backend, -math.inf) > STEADY_SECONDS
        if anew:
            self._rebuilt[backend] = at
        else:
            self._failed |= {backend}
        logger.warning("Replacing %s, which fails", backend)
        self._recovery = Recovery(reopen, self._try, self._failed, backend if anew else None)

    def _look_after(self, recovery: Recovery) -> None:
        if not recovery.over():
            return
        self._recovery = None
        self._failed |= recovery.failed
        try:
            stylizer = recovery.take()
        except Exception as error:
            text = str(error) if isinstance(error, PleinAirError) else internal_error(error)
            self._given_up = True
            self._state.notify(
                Notice(
                    NoticeKind.ERROR,
                    f"Nothing paints here any more, so the picture stays as it is filmed; choose another backend, or "
                    f"restart the computer. {text}",
                )
            )
        else:
            logger.warning("Painting with %s now", stylizer.generator.session.backend)
            self._told = ""
            self._use(stylizer)

    def _tell(self, kind: NoticeKind, text: str) -> None:
        if text != self._told:  # once, not thirty times a second
            self._told = text
            self._state.notify(Notice(kind, text))


def _try(pixels: Pixels, look: Look, work_size: int, patience: float, stylizer: Stylizer) -> None:
    """Paint a frame as fast as this one can, and once more in time. Raises BackendError where that fails."""
    fastest = stylizer.generators_for(look)[-1]
    stylizer.stylize(pixels, look, work_size, fastest)
    began = now()
    stylizer.stylize(pixels, look, work_size, fastest)
    if now() - began > patience:
        raise BackendError("It hangs again.")

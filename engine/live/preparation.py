"""Prepares the rungs that the governor may choose, beside the painting."""

from __future__ import annotations

import threading

from pleinair.engine.errors import PleinAirError
from pleinair.engine.live.governor import Governor, Rung
from pleinair.engine.stylizer import Stylizer, painted_size

PAUSE_SECONDS = 0.1
"""Between two rungs, so that painting is not held up for long."""


class Preparation:
    """Owns the thread that prepares rungs. Used from the engine thread, and from the one that stops it all."""

    def __init__(self, governor: Governor) -> None:
        self._governor = governor
        self._thread: threading.Thread | None = None
        self._enough = threading.Event()

    @property
    def busy(self) -> bool:
        """Whether rungs are being prepared."""
        return self._thread is not None and self._thread.is_alive()

    def begin(self, stylizer: Stylizer, width: int, height: int) -> None:
        """Prepare the rungs for frames of this size, those next to the one in use first."""
        self.stop()
        ladder = self._governor.ladder
        at = ladder.index(self._governor.rung)
        rungs = sorted((r for r in ladder if r != ladder[at]), key=lambda rung: abs(ladder.index(rung) - at))
        if not rungs:
            return
        self._enough.clear()
        self._thread = threading.Thread(
            target=self._prepare, args=(stylizer, rungs, width, height), name="preparation", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop after the rung that is being prepared, and wait for it."""
        if self._thread is not None:
            self._enough.set()
            self._thread.join()
            self._thread = None

    def _prepare(self, stylizer: Stylizer, rungs: list[Rung], width: int, height: int) -> None:
        ready = []
        for rung in rungs:
            if self._enough.wait(PAUSE_SECONDS):
                return
            try:
                stylizer.generators[rung.generator].prepare(*painted_size(width, height, rung.work_size))
            except PleinAirError:
                continue  # told when a frame fails
            ready.append(rung)
        self._governor.allow(ready)

"""Prepares the rungs that the governor may choose, beside the painting."""

from __future__ import annotations

import threading

from pleinair.engine.clock import now
from pleinair.engine.errors import PleinAirError
from pleinair.engine.live.governor import Governor, Rung
from pleinair.engine.stylizer import Stylizer, painted_size
from pleinair.engine.threads.heartbeats import Heart

PAUSE_SECONDS = 0.1
"""Between two rungs, so that painting is not held up for long."""
FIRST_SECONDS = 1.0
"""The longest wait for the first frame, which tells which rungs will be wanted."""
STOP_SECONDS = 2.0
"""The longest wait for a rung that is being prepared; then it is left to end by itself."""


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
        """Prepare the rungs for frames of this size, those that the governor wants most first."""
        self.stop()
        if not self._governor.missing():
            return
        self._governor.disturb()
        self._enough = threading.Event()
        self._thread = threading.Thread(
            target=self._prepare,
            args=(stylizer, width, height, self._enough),
            name="preparation",
            daemon=True,
        )
        self._thread.start()

    def stop(self) -> bool:
        """Stop after the rung that is being prepared, and wait for it; whether it has ended within
        ``STOP_SECONDS``. What it finishes later is not allowed any more."""
        thread, self._thread = self._thread, None
        if thread is None:
            return True
        self._enough.set()
        thread.join(STOP_SECONDS)
        return not thread.is_alive()

    def _prepare(self, stylizer: Stylizer, width: int, height: int, enough: threading.Event) -> None:
        tried: set[Rung] = set()
        with Heart("preparation") as heart:
            end = now() + FIRST_SECONDS
            while not self._governor.observing and now() < end and not enough.wait(PAUSE_SECONDS / 5):
                pass
            while not enough.wait(PAUSE_SECONDS):
                heart.beat()
                rung = next((rung for rung in self._governor.missing() if rung not in tried), None)
                if rung is None:
                    self._governor.settle()
                    return
                tried.add(rung)
                try:
                    stylizer.prepare(rung.generator, *painted_size(width, height, rung.work_size))
                except PleinAirError:
                    continue  # told when a frame fails
                if not enough.is_set():
                    self._governor.allow([rung])

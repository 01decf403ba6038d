"""Prepares the sizes that the governor may choose, beside the painting."""

from __future__ import annotations

import threading

from pleinair.engine.errors import PleinAirError
from pleinair.engine.generator import Generator
from pleinair.engine.live.governor import Governor
from pleinair.engine.stylizer import painted_size

PAUSE_SECONDS = 0.1
"""Between two sizes, so that painting is not held up for long."""


class SizePreparation:
    """Owns the thread that prepares sizes. Used from the engine thread, and from the one that stops it all."""

    def __init__(self, governor: Governor) -> None:
        self._governor = governor
        self._thread: threading.Thread | None = None
        self._enough = threading.Event()

    def begin(self, generator: Generator, width: int, height: int) -> None:
        """Start the governor for frames of this size, and prepare the smaller sizes for ``generator``."""
        self.stop()
        self._governor.start(width, height)
        if self._governor.pinned is not None:
            return
        self._enough.clear()
        self._thread = threading.Thread(
            target=self._prepare, args=(generator, width, height), name="sizes", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop after the size that is being prepared, and wait for it."""
        if self._thread is not None:
            self._enough.set()
            self._thread.join()
            self._thread = None

    def _prepare(self, generator: Generator, width: int, height: int) -> None:
        ready = []
        for size in self._governor.ladder(width, height)[1:]:
            if self._enough.wait(PAUSE_SECONDS):
                return
            try:
                generator.prepare(*painted_size(width, height, size))
            except PleinAirError:
                break  # told when a frame fails
            ready.append(size)
        self._governor.allow(ready)

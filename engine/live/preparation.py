"""Prepares the rungs that the governor may choose, beside the painting."""

from __future__ import annotations

import threading

from pleinair.engine.clock import now
from pleinair.engine.errors import PleinAirError
from pleinair.engine.live.governor import Governor, Rung
from pleinair.engine.live.thumbnails import LINES, Thumbnails
from pleinair.engine.stylizer import Stylizer, painted_size
from pleinair.engine.threads.heartbeats import Heart

PAUSE_SECONDS = 0.1
"""Between two rungs, so that painting is not held up for long; and between two looks at what is wanted."""
FIRST_SECONDS = 1.0
"""The longest wait for the first frame, which tells which rungs will be wanted."""
STOP_SECONDS = 2.0
"""The longest wait for a rung that is being prepared; then it is left to end by itself."""


class Preparation:
    """Owns the thread that prepares rungs. Used from the engine thread, and from the one that stops it all."""

    def __init__(self, governor: Governor, thumbnails: Thumbnails) -> None:
        self._governor, self._thumbnails = governor, thumbnails
        self._thread: threading.Thread | None = None
        self._enough, self._idle = threading.Event(), threading.Event()

    @property
    def busy(self) -> bool:
        """Whether something is being prepared."""
        return self._thread is not None and not self._idle.is_set()

    def begin(self, stylizer: Stylizer, width: int, height: int) -> None:
        """For frames of this size: prepare the rungs that the governor wants, the most wanted first, then what paints
        thumbnails, where any are wanted, and from then on whatever else comes to be wanted."""
        self.stop()
        self._governor.disturb()
        self._enough, self._idle = threading.Event(), threading.Event()
        self._thread = threading.Thread(
            target=self._run,
            args=(stylizer, width, height, self._enough, self._idle),
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

    def _run(
        self, stylizer: Stylizer, width: int, height: int, enough: threading.Event, idle: threading.Event
    ) -> None:
        # Which the governor does not know.
        thumbnail = Rung(list(stylizer.generators)[-1], LINES, 0.0)
        tried: set[Rung] = set()
        with Heart("preparation") as heart:
            end = now() + FIRST_SECONDS
            while not self._governor.observing and now() < end and not enough.wait(PAUSE_SECONDS / 5):
                pass
            while not enough.wait(PAUSE_SECONDS):
                heart.beat()
                wanted = self._governor.missing() + [thumbnail] * self._thumbnails.wanted
                rung = next((rung for rung in wanted if rung not in tried), None)
                if (rung is None) != idle.is_set():
                    self._turn(idle)
                if rung is None:
                    continue
                tried.add(rung)
                try:
                    stylizer.prepare(rung.generator, *painted_size(width, height, rung.work_size))
                except PleinAirError:
                    continue  # told when a frame fails
                if not enough.is_set():
                    self._governor.allow([rung])

    def _turn(self, idle: threading.Event) -> None:
        """From work to rest, or back."""
        if idle.is_set():
            self._governor.disturb()
            idle.clear()
        else:
            self._governor.settle()
            idle.set()

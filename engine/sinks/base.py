"""What every sink is: a thread with a bounded queue, which never slows the picture."""

from __future__ import annotations

import logging
import math
import queue
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Self

from pleinair.engine.clock import now
from pleinair.engine.errors import PleinAirError, SinkError, internal_error
from pleinair.engine.frame import PaintedFrame
from pleinair.engine.threads.heartbeats import Heart
from pleinair.engine.timing import Timings

logger = logging.getLogger(__name__)
QUEUE = 8
"""Frames that may wait for a sink before new ones are dropped."""
IDLE_SECONDS = 0.05
"""Without a frame after which a sink sees to other things."""


class Sink(ABC):
    """Anything painted frames go to. A subclass says in ``consume`` what becomes of them.

    The thread that paints calls ``offer``; the one that made the sink calls ``start`` and ``stop``.
    """

    patience: float | None = 5.0
    """Seconds that ``stop`` waits for a thread that stands still; None where what was taken must not be lost, however
    long that takes."""

    def __init__(self, name: str, on_error: Callable[[str], None] | None = None) -> None:
        """``on_error`` is called from the sink's thread with the sentence about what broke it off."""
        self.written = 0
        """Frames that were taken and dealt with."""
        self.dropped = 0
        """Frames that were refused because the sink was behind."""
        self.times = Timings()
        """Of dealing with each frame, in the sink's thread."""
        self.error: PleinAirError | None = None
        """What broke the sink off."""
        self._on_error = on_error
        self._queue: queue.Queue[PaintedFrame | None] = queue.Queue(QUEUE)
        self._open = False
        self._heart = Heart(name)
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> Self:
        """Take frames from now on."""
        self._open = True
        self._thread.start()
        return self

    def offer(self, painted: PaintedFrame) -> None:
        """Queue a frame; never waits. Dropped and counted when the sink is behind; ignored before ``start``,
        after ``stop`` and after an error."""
        if not self._open or self.error is not None:
            return
        try:
            self._queue.put_nowait(painted)
        except queue.Full:
            self.dropped += 1

    def stop(self) -> None:
        """Deal with what is queued, and wait for it, ``patience`` seconds at most. May be called twice.

        Raises ``error`` when the sink broke off.
        """
        end = math.inf if self.patience is None else now() + self.patience
        self._open = False
        if self._thread.ident is None:  # never started: what it opened is put in order all the same
            self._thread.start()
        while self._thread.is_alive() and now() < end:
            try:
                self._queue.put(None, timeout=0.1)
                break
            except queue.Full:  # the sink is behind, or has just broken off
                continue
        self._thread.join(None if self.patience is None else max(0.0, end - now()))
        if self._thread.is_alive():
            logger.warning("The thread '%s' does not end; it was left", self._thread.name)
        if self.error is not None:
            raise self.error

    @abstractmethod
    def consume(self, frames: Iterator[PaintedFrame]) -> None:
        """Deal with every frame until they end; runs in the sink's thread. Calls ``count`` for each one."""

    def idle(self) -> None:  # noqa: B027 (most sinks have nothing to see to)
        """See to other things than frames; called in the sink's thread whenever none came for ``IDLE_SECONDS``."""

    def count(self, seconds: float) -> None:
        """A frame was dealt with, in so many seconds."""
        self.times.add(seconds)
        self.written += 1

    def describe(self, error: Exception) -> PleinAirError:
        """The error to show for what ``consume`` raised."""
        return error if isinstance(error, PleinAirError) else SinkError(internal_error(error))

    def _frames(self) -> Iterator[PaintedFrame]:
        while True:
            self._heart.beat()
            try:
                painted = self._queue.get(timeout=IDLE_SECONDS)
            except queue.Empty:
                if not self._open:  # it was left while it stood still
                    return
                self.idle()
                continue
            if painted is None:
                return
            yield painted

    def _run(self) -> None:
        try:
            with self._heart:
                self.consume(self._frames())
        except Exception as error:  # whatever it is, the person must hear of it
            self.error = self.describe(error)
            logger.warning("%s broke off", self._thread.name, exc_info=error)
            if self._on_error is not None:
                self._on_error(str(self.error))

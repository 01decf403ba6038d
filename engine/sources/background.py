"""Reading in a thread of its own, so that a device, disk or network that stands still holds nobody up."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from pleinair.engine.sources.base import WAIT_SECONDS, SourceEnded
from pleinair.engine.threads.heartbeats import Heart

T = TypeVar("T")

FIRST_SECONDS = 10.0
"""The longest wait for the first picture; some cameras need seconds to start."""
AHEAD = 2
"""Items that are read before they are asked for."""


@dataclass(frozen=True)
class _End:
    """No more items come: they have ended, or ``error`` was raised."""

    error: BaseException | None


class BackgroundReader(Generic[T]):
    """Takes items one after the other in its own thread. Used from one other thread."""

    def __init__(self, items: Iterator[T], close: Callable[[], None], name: str) -> None:
        """``items`` may wait for each one as long as it likes; ``close`` is called in the thread at the end."""
        self._items, self._close = items, close
        self._queue: queue.Queue[tuple[T, float] | _End] = queue.Queue(AHEAD)
        self.cost = 0.0
        """Processor seconds that reading the last item took, in that thread."""
        self._closing = threading.Event()
        self._end: _End | None = None
        self._heart = Heart(f"reading {name}")
        self._thread = threading.Thread(target=self._run, name=self._heart.name, daemon=True)
        self._thread.start()

    def next(self, seconds: float = WAIT_SECONDS) -> T | None:
        """The next item, waited for that long at most, or None.

        Raises SourceEnded after the last one, and what reading raised.
        """
        if self._end is None:
            try:
                item = self._queue.get(timeout=seconds)
            except queue.Empty:
                return None
            if not isinstance(item, _End):
                value, self.cost = item
                return value
            self._end = item
        if self._end.error is not None:
            raise self._end.error
        raise SourceEnded

    def close(self) -> None:
        """Stop reading. Waits shortly; a read that stands still is left to end by itself."""
        self._closing.set()
        while True:
            try:
                self._queue.get_nowait()
            except queue.Empty:
                break
        self._thread.join(WAIT_SECONDS)

    def _run(self) -> None:
        try:
            with self._heart:
                self._heart.beat()
                began = time.thread_time()
                for item in self._items:
                    if not self._put((item, time.thread_time() - began)):
                        return
                    began = time.thread_time()
                self._put(_End(None))
        except Exception as error:  # whoever asks next must hear of it
            self._put(_End(error))
        finally:
            self._close()

    def _put(self, item: tuple[T, float] | _End) -> bool:
        """Whether somebody still wants it."""
        while not self._closing.is_set():
            self._heart.beat()
            try:
                self._queue.put(item, timeout=WAIT_SECONDS)
            except queue.Full:
                continue
            return True
        return False

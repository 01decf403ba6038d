"""The hand-over point between threads of the live path: only the newest item is kept."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class LatestSlot(Generic[T]):
    """Holds the newest item. An unread older item is replaced and counted; nothing queues."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._item: T | None = None
        self._version = 0
        self._read = 0
        self._replaced = 0
        self._closed = False

    def put(self, item: T) -> None:
        """Make ``item`` the newest; never waits. Does nothing after ``close()``."""
        with self._condition:
            if self._closed:
                return
            if self._version > self._read:
                self._replaced += 1
            self._item = item
            self._version += 1
            self._condition.notify_all()

    def get_newer(self, than: int, timeout: float | None) -> tuple[int, T] | None:
        """The newest ``(version, item)`` once its version exceeds ``than``; versions count from 1.

        Waits at most ``timeout`` seconds (None: for ever; 0: not at all). None when the time is
        over or the slot is closed.
        """
        with self._condition:
            self._condition.wait_for(lambda: self._closed or self._version > than, timeout)
            if self._closed or self._version <= than or self._item is None:
                return None
            self._read = self._version
            return self._version, self._item

    def close(self) -> None:
        """Wake every waiting reader; from now on there is nothing to get."""
        with self._condition:
            self._closed = True
            self._item = None
            self._condition.notify_all()

    @property
    def replaced(self) -> int:
        """How many items were replaced before anyone read them."""
        with self._condition:
            return self._replaced

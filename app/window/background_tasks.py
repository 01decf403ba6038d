"""Slow work off the GUI thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal, Slot

from pleinair.engine.clock import now
from pleinair.engine.errors import PleinAirError, internal_error

FINISH_SECONDS = 10.0
"""The longest wait for tasks when the window closes."""
logger = logging.getLogger(__name__)


class BackgroundTasks(QObject):
    """Runs functions in threads of their own and calls back in the GUI thread."""

    _done = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self._threads: list[threading.Thread] = []
        self._to_the_end: set[threading.Thread] = set()
        self._over = threading.Event()
        self.closing = threading.Event()
        """The window closes: what still waits for something may give up."""
        # To a method of this object and queued, so that it runs in the thread the object lives in.
        self._done.connect(self._call_back, Qt.ConnectionType.QueuedConnection)

    def start(
        self,
        name: str,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[str], None],
        to_the_end: bool = False,
    ) -> None:
        """Run ``work``; then ``done`` with its result, or ``failed`` with a sentence for a person. ``to_the_end``: it
        must not be left when the window closes, however long it takes."""
        if self.closing.is_set():
            return

        def run() -> None:
            try:
                value, callback = work(), done
            except PleinAirError as error:
                value, callback = str(error), failed
            except Exception as error:  # a fault of ours: still told, never swallowed
                value = internal_error(error)
                callback = failed
            if not self._over.is_set():
                self._done.emit(callback, value)

        self._threads = [t for t in self._threads if t.is_alive()]
        self._to_the_end &= set(self._threads)
        thread = threading.Thread(target=run, name=name, daemon=True)
        self._threads.append(thread)
        if to_the_end:
            self._to_the_end.add(thread)
        thread.start()

    @Slot(object, object)
    def _call_back(self, callback: Callable[[Any], None], value: Any) -> None:
        callback(value)

    def wait_for(self, *names: str) -> None:
        """Wait for the tasks of these names, and hand over what they made."""
        for thread in self._threads:
            if thread.name in names:
                thread.join()
        QCoreApplication.sendPostedEvents(self, QEvent.Type.MetaCall.value)

    def finish(self) -> None:
        """When the window closes: wait for all tasks, and hand over what they made, so that it can be
        closed too. No job starts any more. What does not end in ``FINISH_SECONDS`` is left, but for what must be
        done ``to_the_end``, as a recording that is being finished."""
        self.closing.set()
        end = now() + FINISH_SECONDS
        for thread in self._threads:
            thread.join(None if thread in self._to_the_end else max(0.0, end - now()))
            if thread.is_alive():
                logger.warning("The task '%s' does not end; it was left", thread.name)
        self._over.set()
        QCoreApplication.sendPostedEvents(self, QEvent.Type.MetaCall.value)

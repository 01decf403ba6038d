"""Work in a thread of its own, so that what never returns can be left behind."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Generic, TypeVar

from pleinair.engine.clock import now
from pleinair.engine.threads.heartbeats import Heart

T = TypeVar("T")


class Job(Generic[T]):
    """One call of a function."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work, self._began = work, now()
        self._done = threading.Event()
        self._value: list[T] = []
        self.error: BaseException | None = None
        """What the function raised."""
        self._raised_in: TracebackType | None = None
        self._late: Callable[[T], None] | None = None
        self._lock = threading.Lock()

    @property
    def seconds(self) -> float:
        """Since it was given."""
        return now() - self._began

    def wait(self, seconds: float) -> bool:
        """Whether it is done, waited for that long at most."""
        return self._done.wait(seconds)

    def result(self) -> T:
        """What the function returned; it must be done. Raises what the function raised."""
        if self.error is not None:
            raise self.error.with_traceback(self._raised_in)  # which would grow each time that it is asked
        return self._value[0]

    def forsake(self, late: Callable[[T], None]) -> None:
        """Nobody waits for it any more: what it returns, be it already or later, is given to ``late``."""
        with self._lock:
            self._late = late
            done = self._done.is_set()
        if done and self._value:
            late(self._value.pop())

    def run(self) -> None:
        """Do it; called by the worker."""
        try:
            self._value.append(self._work())
        except BaseException as error:  # whoever waits must hear of it
            self.error, self._raised_in = error, error.__traceback__
        del self._work  # and what it holds
        with self._lock:
            self._done.set()
            late = self._late
        if late is not None and self._value:
            late(self._value.pop())


class Worker:
    """Does jobs one after the other. One that does not return is left with ``leave``, and another worker begun:
    the function then still runs, so it must touch nothing that others use. Used from one thread.
    """

    def __init__(self, name: str) -> None:
        """``name`` of the thread, which starts with the first job and does not keep the program from ending."""
        self._name = name
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def begin(self, work: Callable[[], T]) -> Job[T]:
        """Do this next."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()
        job = Job(work)
        self._jobs.put(job.run)
        return job

    def leave(self, seconds: float = 0.0) -> bool:
        """Do no more; whether the thread has ended within that time. Else it ends once its function returns."""
        self._jobs.put(None)
        if self._thread is None:
            return True
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        heart = Heart(self._name)
        while (run := self._jobs.get()) is not None:
            with heart:
                run()
            del run

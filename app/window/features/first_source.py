"""From what may be filmed to the first live path."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from pleinair.app.window.background_tasks import BackgroundTasks
from pleinair.app.window.features.sources import Sources
from pleinair.app.window.state import Store
from pleinair.engine.live.pipeline import LivePipeline
from pleinair.engine.sources import SourceOpener


class FirstSource(QObject):
    """Opens the first source that works. A person may choose another one before that."""

    opened = Signal(object, str, str)
    """A LivePipeline that is not started, the source, and why those before it did not work."""
    failed = Signal(str)
    """Why none of them works."""

    def __init__(self, store: Store, tasks: BackgroundTasks, sources: Sources) -> None:
        super().__init__()
        self._store, self._tasks, self._sources = store, tasks, sources
        self._given_up = threading.Event()

    def open(self, wanted: Sequence[str], make: Callable[[SourceOpener], LivePipeline]) -> None:
        """Open the first of these that works; what was wanted before is given up."""
        self._given_up.set()
        self._given_up = threading.Event()
        self._try(wanted, "", make, self._given_up)

    def _try(
        self,
        wanted: Sequence[str],
        reason: str,
        make: Callable[[SourceOpener], LivePipeline],
        given_up: threading.Event,
    ) -> None:
        source, *others = wanted

        def opened(live: LivePipeline) -> None:
            if given_up.is_set():
                self._tasks.start("close source", live.stop, lambda _: None, self._store.complain)
            else:
                self.opened.emit(live, source, reason)

        def failed(text: str) -> None:
            if given_up.is_set() or self._tasks.closing.is_set():
                return
            if others:
                self._try(others, reason or text, make, given_up)
            else:
                self.failed.emit(text)

        def open_it() -> None:
            opener = self._sources.opener(source, given_up)
            self._tasks.start("open source", lambda: make(opener), opened, failed)

        self._sources.when_allowed(source, open_it)

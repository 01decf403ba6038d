"""A source that is opened again when it is lost, and that another can replace."""

from __future__ import annotations

import threading

from pleinair.engine.errors import SourceError, SourceLost
from pleinair.engine.frame import Frame
from pleinair.engine.live.notices import Notice, NoticeKind
from pleinair.engine.live.state import LiveState
from pleinair.engine.sources import Source, SourceOpener

RETRY_SECONDS = 1.0


class ReconnectingSource:
    """The source in use. ``read`` is called by the capture thread, ``replace`` by any other."""

    def __init__(self, open_source: SourceOpener, state: LiveState) -> None:
        """Open the first source. Raises SourceError, PictureError from ``open_source``."""
        self._state = state
        self._lock = threading.Lock()
        self._replacement: tuple[Source, SourceOpener] | None = None
        self._opener = open_source
        self.current = open_source()
        """The source in use."""

    def replace(self, open_source: SourceOpener) -> None:
        """Open another source, which takes over before the next frame. The old one plays on when that fails:
        then raises SourceError or PictureError."""
        source = open_source()
        with self._lock:
            if self._replacement is not None:
                self._replacement[0].close()
            self._replacement = (source, open_source)

    def read(self) -> Frame | None:
        """The next frame; None at the end and after an interruption, so that the caller can look at the events."""
        self._take_replacement()
        if self._state.ended.is_set():
            return None
        try:
            frame = self.current.read()
        except SourceLost as error:
            if self.current.live:
                self._state.notify(Notice(NoticeKind.LOST, str(error)))
                self._reopen()
            else:
                self._state.notify(Notice(NoticeKind.ERROR, str(error)))
                self._state.ended.set()
            return None
        if frame is None:
            self._state.ended.set()
        return frame

    def close(self) -> None:
        """Close the source in use and one that was about to replace it."""
        if self._replacement is not None:
            self._replacement[0].close()
        self.current.close()

    def _take_replacement(self) -> None:
        with self._lock:
            if self._replacement is None:
                return
            old = self.current
            (self.current, self._opener), self._replacement = self._replacement, None
            self._state.ended.clear()
            self._state.finished.clear()
        old.close()

    def _reopen(self) -> None:
        """Try every second until the source is back, or another takes over."""
        self.current.close()
        while not self._state.stopping.wait(RETRY_SECONDS) and self._replacement is None:
            try:
                self.current = self._opener()
            except SourceError:
                continue
            self._state.notify(Notice(NoticeKind.INFO, f"The picture from {self.current.name} is back."))
            return

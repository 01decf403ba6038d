"""A source that is opened again when it is lost, and that another can replace."""

from __future__ import annotations

import threading
from itertools import chain, repeat

from pleinair.engine.clock import now
from pleinair.engine.errors import PictureError, SourceError, SourceLost
from pleinair.engine.frame import Frame
from pleinair.engine.live.notices import Notice, NoticeKind
from pleinair.engine.live.state import LiveState
from pleinair.engine.sources import Source, SourceOpener
from pleinair.engine.sources.base import WAIT_SECONDS, SourceEnded
from pleinair.engine.threads.opening import open_unless

PAUSES = (0.5, 1.0)
"""Seconds between two tries to open a lost source anew; the last again and again. No longer ones: a source that is back
shall be seen within two seconds, and a try costs next to nothing."""


class ReconnectingSource:
    """The source in use. ``read`` is called by the capture thread, ``replace`` by any other."""

    def __init__(self, open_source: SourceOpener, state: LiveState) -> None:
        """Open the first source. Raises SourceError, PictureError from ``open_source``."""
        self._state = state
        self._lock = threading.Lock()
        self._replacement: tuple[Source, SourceOpener] | None = None
        self._anew: SourceOpener | None = None
        self._opener = open_source
        first = open_unless(lambda: False, open_source)
        assert first is not None
        self.current = first
        """The source in use."""
        self._told: set[str] = set()
        """What was said about it."""

    def replace(self, open_source: SourceOpener) -> None:
        """Open another source, which takes over before the next frame. The old one plays on when that fails:
        then raises SourceError or PictureError."""
        source = open_source()
        with self._lock:
            if self._replacement is not None:
                self._replacement[0].close()
            self._replacement = (source, open_source)

    def reopen(self, open_source: SourceOpener) -> None:
        """Close the source in use before the next frame and open it in another way, as where a device can be open
        only once. It is tried until it works, or another takes over."""
        with self._lock:
            self._anew = open_source

    def read(self) -> Frame | None:
        """The next frame; None at the end, and where none came for a while, so that the caller can look at the
        events."""
        self._take_replacement()
        with self._lock:
            anew, self._anew = self._anew, None
        if anew is not None:
            self._opener = anew
            self._state.ended.clear()
            self._state.finished.clear()
            self._reopen()
            return None
        if self._state.ended.is_set():
            return None
        try:
            frame = self.current.read()
        except SourceLost as error:
            self._lost(error)
            return None
        except SourceEnded:
            self._state.ended.set()
            return None
        if self.current.notice:
            self._tell(self.current.notice)
        if self.current.damaged:
            self._tell(f"{self.current.name} is damaged in places; they are passed over.")
        return frame

    def _tell(self, text: str) -> None:
        if text not in self._told:
            self._told.add(text)
            self._state.notify(Notice(NoticeKind.INFO, text))

    def _lost(self, error: SourceLost) -> None:
        if self.current.live:
            self._state.notify(Notice(NoticeKind.LOST, str(error)))
            self._reopen()
        else:
            self._state.finished.set()  # before it is told, and so that nobody says that it has ended
            self._state.ended.set()
            self._state.notify(Notice(NoticeKind.ERROR, str(error)))

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
            self._anew = None  # which was meant for the old one
            self._told.clear()
            self._state.ended.clear()
            self._state.finished.clear()
        old.close()

    def _reopen(self) -> None:
        """Try again, after short pauses, until the source is back or another takes over."""
        self.current.close()
        pauses = chain(PAUSES, repeat(PAUSES[-1]))
        while not self._pause(next(pauses)):
            try:
                source = open_unless(self._given_up, self._opener)
            except (SourceError, PictureError):
                continue
            if source is not None:
                self.current = source
                self._told.clear()
                self._state.notify(Notice(NoticeKind.BACK, f"The picture from {source.name} is back."))
            return

    def _pause(self, seconds: float) -> bool:
        """Wait; whether it is given up meanwhile."""
        end = now() + seconds
        while not self._given_up():
            left = end - now()
            if left <= 0:
                return False
            self._state.stopping.wait(min(left, WAIT_SECONDS))
        return True

    def _given_up(self) -> bool:
        self._state.capturing.beat()  # it is asked for all the time that a source is tried again
        return self._state.stopping.is_set() or self._replacement is not None or self._anew is not None

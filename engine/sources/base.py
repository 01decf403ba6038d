"""What every source offers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from pleinair.engine.clock import MONOTONIC, Clock
from pleinair.engine.frame import Frame
from pleinair.engine.sources.playback import Playback

WAIT_SECONDS = 0.2
"""The longest that anybody waits for a frame before looking at what else there is to do."""


class SourceEnded(Exception):
    """A file has no more frames."""


@dataclass(frozen=True)
class SourceFormat:
    """What the source really delivers: pixels, and frames per second (0 when it does not say)."""

    width: int
    height: int
    fps: float

    def __str__(self) -> str:
        rate = f" at {self.fps:.3g} fps" if self.fps else ""
        return f"{self.width}x{self.height}{rate}"


class Source(Protocol):
    """Anything frames come from. Used from one thread."""

    @property
    def name(self) -> str:
        """What a person calls it."""

    @property
    def live(self) -> bool:
        """Whether it may come back after it was lost (a camera, a stream)."""

    @property
    def format(self) -> SourceFormat:
        """The format as granted."""

    @property
    def notice(self) -> str | None:
        """What a person should know about how it was opened."""

    @property
    def damaged(self) -> int:
        """Places that could not be read and were passed over, so far."""

    @property
    def playback(self) -> Playback | None:
        """For clips, which can be paused."""

    def read(self) -> Frame | None:
        """The next frame, waited for until it is due; None where that is more than ``WAIT_SECONDS`` away.

        Raises SourceEnded at the end of a file, and SourceLost when no more frames come although they should.
        """

    def close(self) -> None:
        """Give the device or file back. May be called twice."""


SourceOpener = Callable[[], Source]
"""Opens a source anew; may take seconds. Raises SourceError, PictureError."""


class Pace:
    """Waits so that frames come as fast as their time stamps say, and not faster."""

    def __init__(self, clock: Clock = MONOTONIC) -> None:
        self._clock = clock
        self._began: float | None = None

    def wait(self, seconds: float) -> float | None:
        """Wait until ``seconds`` after the first call's moment, and return the due time; or wait ``WAIT_SECONDS``
        where it is farther away, and return None. A pace that has fallen behind by more than half a second starts
        anew instead of hurrying."""
        at = self._clock.now()
        if self._began is None:
            self._began = at - seconds
        due = self._began + seconds
        if at < due:
            self._clock.sleep(min(due - at, WAIT_SECONDS))
            if due - at > WAIT_SECONDS:
                return None
        elif at - due > 0.5:
            self._began = at - seconds
        return max(due, at)

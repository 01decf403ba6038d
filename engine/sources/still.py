"""Photos, shown again and again."""

from __future__ import annotations

from pathlib import Path

from pleinair.engine.clock import MONOTONIC, Clock
from pleinair.engine.frame import Frame
from pleinair.engine.media.kinds import read_still
from pleinair.engine.sources.base import Pace, SourceFormat
from pleinair.engine.sources.playback import Playback

STILL_FPS = 30.0


class StillSource:
    """A photo, shown again and again at 30 fps, so that looks can be tried on it."""

    live = False
    damaged = 0
    notice: str | None = None
    playback: Playback | None = None

    def __init__(self, path: Path, clock: Clock = MONOTONIC) -> None:
        """Raises PictureError when it cannot be read."""
        self.name = path.name
        self._pixels = read_still(path)
        self._pace = Pace(clock)
        self._index = 0
        self.format = SourceFormat(self._pixels.shape[1], self._pixels.shape[0], STILL_FPS)

    def read(self) -> Frame | None:
        """The photo, when it is due again."""
        due = self._pace.wait(self._index / STILL_FPS)
        if due is None:
            return None
        frame = Frame(self._pixels, self._index, due)
        self._index += 1
        return frame

    def close(self) -> None:
        """Nothing to give back."""

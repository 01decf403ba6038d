"""Files and clips at addresses, played at their own pace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

import av

from pleinair.engine.clock import MONOTONIC, Clock
from pleinair.engine.errors import PictureError, SourceLost
from pleinair.engine.files import asset, local_path
from pleinair.engine.frame import Frame, Pixels
from pleinair.engine.media.films import Film
from pleinair.engine.sources.background import FIRST_SECONDS, BackgroundReader
from pleinair.engine.sources.base import Pace, Source, SourceEnded, SourceFormat
from pleinair.engine.sources.registry import SourceKind, SourceRequest, register_source

if TYPE_CHECKING:
    from pleinair.engine.media.animations import Animation

Clip: TypeAlias = "Film | Animation"


class ClipSource:
    """A clip, played in real time by its own time stamps; it begins again at its end with ``loop``."""

    notice: str | None = None

    def __init__(
        self,
        name: str,
        open_clip: Callable[[], Clip],
        loop: bool,
        live: bool = False,
        clock: Clock = MONOTONIC,
    ) -> None:
        """``open_clip`` opens it, and opens it anew; ``live``: whether it may come back.

        Raises PictureError from there, and where no picture comes."""
        self.name, self.live = name, live
        self._pace = Pace(clock)
        self._index = 0
        self._open_clip, self._clip = open_clip, open_clip()
        rate = float(self._clip.rate)
        self._reader = BackgroundReader(self._play(loop), self._close_clip, name)
        try:
            self._next = self._reader.next(FIRST_SECONDS)
        except (SourceEnded, SourceLost):
            self._next = None
        if self._next is None:
            self.close()
            raise PictureError(
                f"There is no picture in {name} that can be read; choose another video or photo."
            )
        height, width = self._next[1].shape[:2]
        self.format = SourceFormat(width, height, rate)

    @property
    def damaged(self) -> int:
        """Places that could not be read, so far."""
        return self._clip.damaged

    def read(self) -> Frame | None:
        """The next frame when it is due; None when that is more than a fifth of a second away.

        A file that breaks off is played up to there. Raises SourceEnded after the last frame, and SourceLost when
        it is gone meanwhile.
        """
        if self._next is None:
            self._next = self._reader.next()
        if self._next is None:
            return None
        at, pixels = self._next
        due = self._pace.wait(float(at))
        if due is None:
            return None
        self._next = None
        frame = Frame(pixels, self._index, due, self._reader.cost)
        self._index += 1
        return frame

    def close(self) -> None:
        """Close the file."""
        self._reader.close()

    def _play(self, loop: bool) -> Iterator[tuple[Fraction, Pixels]]:
        """Seconds from the start, and the picture. Raises SourceLost."""
        offset = Fraction(0)
        while True:
            end = None
            try:
                for picture in self._clip.pictures():
                    at = offset + (picture.seconds or 0)
                    end = at + (picture.duration or 1 / self._clip.rate)
                    yield at, picture.pixels
            except (av.FFmpegError, OSError) as error:
                raise SourceLost(f"The picture from {self.name} has stopped; check the network.") from error
            if not loop or end is None:
                return
            offset = end
            self._close_clip()
            try:
                self._clip = self._open_clip()
            except PictureError as error:
                raise SourceLost(f"{self.name} can no longer be read; choose another source.") from error

    def _close_clip(self) -> None:
        self._clip.close()


def _open_file(request: SourceRequest) -> Source:
    # Loaded when a file is opened: what reads photos takes a tenth of a second.
    from pleinair.engine.media.kinds import Kind, kind_of, open_clip
    from pleinair.engine.sources.still import StillSource

    path = local_path(request.spec)
    if kind_of(path) is Kind.PHOTO:
        return StillSource(path)
    return ClipSource(path.name, lambda: open_clip(path), request.loop)


def _open_demo(request: SourceRequest) -> Source:
    return ClipSource("demo.mp4", lambda: Film(asset("demo.mp4")), loop=True)


def _is_path(spec: str) -> bool:
    try:
        return local_path(spec).exists()
    except (OSError, ValueError):  # no name that can be: too long, or with a zero in it
        return False


register_source(SourceKind("demo", lambda spec: spec == "demo", _open_demo))
register_source(SourceKind("file", _is_path, _open_file))

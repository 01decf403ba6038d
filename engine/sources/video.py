"""Files and clips at addresses, played at their own pace."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import dataclass
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
from pleinair.engine.sources.playback import Playback
from pleinair.engine.sources.registry import SourceKind, SourceRequest, register_source

if TYPE_CHECKING:
    from pleinair.engine.media.animations import Animation

Clip: TypeAlias = "Film | Animation"
STANDING = Fraction(1, 30)
"""Seconds between two frames of a paused clip."""


@dataclass(frozen=True)
class _Due:
    """A picture, when it is due in seconds of playing, and its place in the clip in seconds."""

    at: Fraction
    position: Fraction
    pixels: Pixels


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
        self._clock, self._loop, self._open_clip = clock, loop, open_clip
        self._index = 0
        self._next: _Due | None = None
        self._shown: _Due | None = None
        clip = open_clip()
        self.playback = Playback(clip.duration)
        self._begin(clip)
        with suppress(SourceEnded, SourceLost):
            self._next = self._reader.next(FIRST_SECONDS)
        if self._next is None:
            self.close()
            raise PictureError(
                f"There is no picture in {name} that can be read; choose another video or photo."
            )
        height, width = self._next.pixels.shape[:2]
        self.format = SourceFormat(width, height, float(clip.rate))

    def _begin(self, clip: Clip, sought: bool = False) -> None:
        """Play ``clip`` from where it is; ``sought``: which may be its end."""
        self._clip = clip
        pictures = self._play(clip, sought)
        self._reader = BackgroundReader(pictures, pictures.close, self.name)
        self._pace = Pace(self._clock)
        self._next = self._shown = None
        self._stood = Fraction(0)

    @property
    def damaged(self) -> int:
        """Places that could not be read, so far."""
        return self._clip.damaged

    def read(self) -> Frame | None:
        """The next frame when it is due, or while it is paused the last one; None when that is more than a fifth of
        a second away.

        A file that breaks off is played up to there. Raises SourceEnded after the last frame, and SourceLost when
        it is gone meanwhile.
        """
        target = self.playback.take_target()
        if target is not None:
            self._jump(Fraction(target))
        standing = self.playback.paused and self._shown is not None
        picture = self._shown if standing else self._coming()
        if picture is None:
            return None
        due = self._pace.wait(float(picture.at + self._stood + (STANDING if standing else 0)))
        if due is None:
            return None
        if standing:
            self._stood += STANDING
        else:
            self._shown, self._next = picture, None
            self.playback.position = float(picture.position)
        frame = Frame(picture.pixels, self._index, due, self._reader.cost)
        self._index += 1
        return frame

    def _coming(self) -> _Due | None:
        if self._next is None:
            self._next = self._reader.next()
        return self._next

    def close(self) -> None:
        """Close the file."""
        self._reader.close()

    def _jump(self, target: Fraction) -> None:
        self._reader.close()
        clip = self._open_anew()
        clip.seek(target)
        self._begin(clip, sought=True)

    def _open_anew(self) -> Clip:
        try:
            return self._open_clip()
        except PictureError as error:
            raise SourceLost(f"{self.name} can no longer be read; choose another source.") from error

    def _play(self, clip: Clip, sought: bool) -> Generator[_Due, None, None]:
        """Its pictures, again and again where it loops. Raises SourceLost."""
        offset = Fraction(0)
        while True:
            end = None
            try:
                for picture in clip.pictures():
                    position = picture.seconds or Fraction(0)
                    end = offset + position + (picture.duration or 1 / clip.rate)
                    yield _Due(offset + position, position, picture.pixels)
            except (av.FFmpegError, OSError) as error:
                raise SourceLost(f"The picture from {self.name} has stopped; check the network.") from error
            finally:
                clip.close()
            if not self._loop or (end is None and not sought):
                return
            offset, sought = end or offset, False
            self._clip = clip = self._open_anew()


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
    return os.path.exists(local_path(spec))


register_source(SourceKind("demo", lambda spec: spec == "demo", _open_demo))
register_source(SourceKind("file", _is_path, _open_file))

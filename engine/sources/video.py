"""Video files in real time."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av

from pleinair.engine.clock import MONOTONIC, Clock
from pleinair.engine.errors import SourceLost, SourceNotFound
from pleinair.engine.files import asset
from pleinair.engine.frame import Frame, Pixels
from pleinair.engine.media.photos import STILLS, upright
from pleinair.engine.sources.base import Pace, SourceFormat
from pleinair.engine.sources.registry import SourceKind, register_source


class VideoSource:
    """A video file, played in real time by its own time stamps."""

    live = False

    def __init__(self, path: Path, loop: bool, clock: Clock = MONOTONIC) -> None:
        """Raises SourceNotFound when there is no video in the file."""
        self.name = path.name
        self._path = path
        self._loop = loop
        self._pace = Pace(clock)
        self._index = 0
        self._offset = 0.0
        self._container: av.container.InputContainer | None = None
        try:
            self._open()
            self._pictures = self._decode()
            self._next: tuple[float, Pixels] | None = next(self._pictures)
        except (av.FFmpegError, OSError, StopIteration, IndexError) as error:
            self.close()
            raise SourceNotFound(f"{path} cannot be played; choose a video or photo that opens.") from error
        height, width = self._next[1].shape[:2]
        self.format = SourceFormat(width, height, float(self._rate))

    def _open(self) -> None:
        self.close()
        self._container = av.open(str(self._path))
        stream = self._container.streams.video[0]
        stream.thread_type = "AUTO"
        self._rate = stream.average_rate or stream.guessed_rate or Fraction(30)

    def _decode(self) -> Iterator[tuple[float, Pixels]]:
        """(seconds from the start, picture) of one pass through the file."""
        assert self._container is not None
        first: float | None = None
        for count, frame in enumerate(self._container.decode(video=0)):
            stamp = frame.time if frame.time is not None else count / float(self._rate)
            first = stamp if first is None else first
            yield stamp - first, upright(frame)

    def read(self) -> Frame | None:
        """The next frame when it is due; after the last one None, or the first again in a loop.

        A file that breaks off is played up to there. Raises SourceLost when it is gone meanwhile.
        """
        if self._next is None:
            return None
        at, pixels = self._next
        due = self._pace.wait(self._offset + at)
        frame = Frame(pixels, self._index, due)
        self._index += 1
        self._next = self._following(at)
        return frame

    def _following(self, at: float) -> tuple[float, Pixels] | None:
        try:
            return next(self._pictures)
        except (StopIteration, av.FFmpegError):
            if not self._loop:
                return None
        self._offset += at + 1 / float(self._rate)
        try:
            self._open()
            self._pictures = self._decode()
            return next(self._pictures)
        except (av.FFmpegError, OSError, IndexError, StopIteration) as error:
            raise SourceLost(f"{self._path} can no longer be read; choose another source.") from error

    def close(self) -> None:
        """Close the file."""
        if self._container is not None:
            self._container.close()
            self._container = None


def _is_video(spec: str) -> bool:
    path = Path(spec).expanduser()
    return path.suffix.lower() not in STILLS and path.is_file()


register_source(
    SourceKind("demo", lambda spec: spec == "demo", lambda request: VideoSource(asset("demo.mp4"), loop=True))
)
register_source(
    SourceKind("video", _is_video, lambda request: VideoSource(Path(request.spec).expanduser(), request.loop))
)

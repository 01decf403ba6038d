"""Addresses: network cameras and streams as they come, files at their own pace."""

from __future__ import annotations

from collections.abc import Iterator

import av

from pleinair.engine.clock import now
from pleinair.engine.errors import PictureError, SourceLost, SourceNotFound
from pleinair.engine.frame import Frame, Pixels
from pleinair.engine.media.films import PROTOCOLS, TIMEOUT_SECONDS, Film
from pleinair.engine.sources.background import BackgroundReader
from pleinair.engine.sources.base import Source, SourceEnded, SourceFormat
from pleinair.engine.sources.registry import SourceKind, SourceRequest, register_source
from pleinair.engine.sources.video import FIRST_SECONDS, ClipSource


class StreamSource:
    """A stream that has no end, as it comes."""

    live = True

    def __init__(self, film: Film, name: str, notice: str | None = None) -> None:
        """Takes ``film`` over. Raises SourceNotFound when no picture comes."""
        self.name, self.notice = name, notice
        self._film, self._index = film, 0
        rate = float(film.rate)
        self._reader = BackgroundReader(_arriving(film), film.close, self.name)
        try:
            first = self._reader.next(FIRST_SECONDS)
        except (SourceEnded, av.FFmpegError, OSError):
            first = None
        if first is None:
            self.close()
            raise SourceNotFound(f"No picture comes from {self.name}; check the address and the network.")
        self._last, pixels = first
        self.format = SourceFormat(pixels.shape[1], pixels.shape[0], rate)

    @property
    def damaged(self) -> int:
        """Places that could not be read, so far."""
        return self._film.damaged

    def read(self) -> Frame | None:
        """The next frame, stamped as it arrived; None when none came within a fifth of a second. Raises SourceLost."""
        lost = f"The picture from {self.name} has stopped; check the network."
        try:
            item = self._reader.next()
        except (SourceEnded, av.FFmpegError, OSError) as error:
            raise SourceLost(lost) from error
        if item is None:
            if now() - self._last > TIMEOUT_SECONDS:
                raise SourceLost(lost)
            return None
        self._last, pixels = item
        frame = Frame(pixels, self._index, self._last, self._reader.cost)
        self._index += 1
        return frame

    def close(self) -> None:
        """Close the connection."""
        self._reader.close()


def _arriving(film: Film) -> Iterator[tuple[float, Pixels]]:
    for picture in film.pictures():
        yield now(), picture.pixels


def _open(request: SourceRequest) -> Source:
    address = request.spec

    def open_film() -> Film:
        return Film(address)

    try:
        film = open_film()
        if film.endless:
            return StreamSource(film, address)
        film.close()
        return ClipSource(address, open_film, request.loop, live=True)
    except PictureError as error:
        raise SourceNotFound(str(error)) from error


def _is_address(spec: str) -> bool:
    scheme, found, _ = spec.partition("://")
    return bool(found) and scheme.lower() in PROTOCOLS


register_source(SourceKind("stream", _is_address, _open))

"""Addresses: network cameras and streams as they come, files at their own pace."""

from __future__ import annotations

from pleinair.engine.clock import now
from pleinair.engine.errors import PictureError, SourceNotFound
from pleinair.engine.media.films import PROTOCOLS, Film
from pleinair.engine.sources.arriving import Arriving, ArrivingSource
from pleinair.engine.sources.base import Source
from pleinair.engine.sources.registry import SourceKind, SourceRequest, register_source
from pleinair.engine.sources.video import ClipSource
from pleinair.engine.untrusted.texts import one_line


def stream_source(film: Film, name: str) -> ArrivingSource:
    """A stream or device that is open, as it comes. Raises SourceNotFound when no picture does."""
    return ArrivingSource(
        name,
        _arriving(film),
        film.close,
        float(film.rate),
        check="the cable or the network",
        not_found=f"No picture comes from {name}; check the address and the network.",
        damaged=lambda: film.damaged,
    )


def _arriving(film: Film) -> Arriving:
    for picture in film.pictures():
        yield now(), picture.pixels


def _open(request: SourceRequest) -> Source:
    address, shown = request.spec, one_line(request.spec)

    def open_film() -> Film:
        return Film(address)

    try:
        film = open_film()
        if film.endless:
            return stream_source(film, shown)
        film.close()
        return ClipSource(shown, open_film, request.loop, live=True)
    except PictureError as error:
        raise SourceNotFound(str(error)) from error


def _is_address(spec: str) -> bool:
    scheme, found, _ = spec.partition("://")
    return bool(found) and scheme.lower() in PROTOCOLS


register_source(SourceKind("stream", _is_address, _open))

"""Addresses: network cameras and streams as they come, files at their own pace."""

from __future__ import annotations

import itertools
import queue
import threading
from contextlib import suppress

from pleinair.engine.clock import now
from pleinair.engine.errors import PictureError, SourceNotFound
from pleinair.engine.media.films import Film
from pleinair.engine.network.addresses import PROTOCOLS
from pleinair.engine.sources.arriving import Arriving, ArrivingSource
from pleinair.engine.sources.base import Source
from pleinair.engine.sources.registry import SourceKind, SourceRequest, register_source
from pleinair.engine.sources.video import ClipSource
from pleinair.engine.untrusted.texts import one_line

AGAIN_SECONDS = 1.0
"""After which a web server that has not answered is asked a second time. Where one hung and is well again, the first
connection may hang for good."""


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


class _Asking:
    """Asks a web server for a film until it answers, several times at once where it is slow."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._lock = threading.Lock()
        self._over = False
        self._answers: queue.Queue[tuple[int, Film | Exception]] = queue.Queue()

    def open(self) -> Film:
        """The first that is open. Raises PictureError when it is clear that the oldest connection will not be."""
        for number in itertools.count():
            threading.Thread(
                target=self._ask, args=(number,), name=f"opening {self._address}", daemon=True
            ).start()
            end = now() + AGAIN_SECONDS
            while (left := end - now()) > 0:
                with suppress(queue.Empty):
                    asked, answer = self._answers.get(timeout=left)
                    # Others may fail only because the server serves one at a time.
                    if isinstance(answer, Film) or asked == 0:
                        return self._settle(answer)
        raise AssertionError("unreachable")

    def _settle(self, answer: Film | Exception) -> Film:
        with self._lock:
            self._over = True
        while not self._answers.empty():
            _, late = self._answers.get()
            if isinstance(late, Film):
                late.close()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _ask(self, number: int) -> None:
        answer: Film | Exception
        try:
            answer = Film(self._address)
        except Exception as error:
            answer = error
        with self._lock:
            if not self._over:
                self._answers.put((number, answer))
                return
        if isinstance(answer, Film):
            answer.close()


def _open(request: SourceRequest) -> Source:
    address, shown = request.spec, one_line(request.spec)

    def open_film() -> Film:
        return _Asking(address).open() if address.lower().startswith("http") else Film(address)

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

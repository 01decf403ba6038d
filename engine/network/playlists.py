"""Fetching a playlist and the pieces that it names, by HTTP and from nowhere else."""

from __future__ import annotations

import time
from base64 import b64encode
from http.client import HTTPException, HTTPResponse
from typing import Any, Self
from urllib.parse import unquote, urlsplit, urlunsplit

LONGEST_PLAYLIST = 4 << 20
"""Bytes: a day in pieces of two seconds is 3 MB."""
MOST_VARIANTS = 200
"""In a playlist of playlists, for each of which FFmpeg makes a request."""
SLOWEST = 1000
"""Bytes a second. What comes more slowly counts as lost."""


class Opener:
    """Opens addresses for FFmpeg's ``io_open``."""

    def __init__(self, timeout: float) -> None:
        """``timeout``: seconds for opening all that is needed before the first picture, and without a sign of life
        later."""
        self._timeout = timeout
        self._deadline: float | None = time.monotonic() + timeout
        self._first: list[Body] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """The first picture can be read, and from now on there is no hurry; or it failed. FFmpeg leaves the playlist
        itself open, and where it failed all that it had."""
        self._deadline = None
        for body in self._first if any(error) else self._first[:1]:
            body.close()
        self._first.clear()

    def destination(self, url: str) -> str:
        """Where ``url`` leads to. Raises OSError."""
        response = self._fetch(url, {})
        response.close()
        return str(response.url)

    def open(self, url: str, flags: int, options: dict[str, str]) -> Body:
        """What ``url`` sends, from and to the bytes that FFmpeg asks for; nothing where it cannot be had. (PyAV would
        print what is raised here.)"""
        try:
            body = Body(self._fetch(url, options), self._timeout)
        except OSError:
            return Body(None, self._timeout)
        if self._deadline is not None:
            self._first.append(body)
        return body

    def _fetch(self, url: str, options: dict[str, str]) -> Any:
        """Raises OSError."""
        from urllib import error, request  # only where there is a playlist

        parts = urlsplit(url)
        if parts.scheme not in ("http", "https"):
            raise PermissionError(f"{parts.scheme} is not for playlists")
        if self._deadline is not None and time.monotonic() > self._deadline:
            raise TimeoutError
        fetcher = request.OpenerDirector()  # without those for files and FTP, which an answer might lead to
        for handler in (
            request.ProxyHandler,
            request.HTTPHandler,
            request.HTTPSHandler,  # checks certificates
            request.HTTPDefaultErrorHandler,
            request.HTTPRedirectHandler,
            request.HTTPErrorProcessor,
            request.UnknownHandler,
        ):
            fetcher.add_handler(handler())
        user, _, place = parts.netloc.rpartition("@")
        asked = request.Request(urlunsplit(parts._replace(netloc=place)), headers={"User-Agent": "pleinair"})
        if user:
            password = b64encode(unquote(user).encode()).decode()
            asked.add_unredirected_header("Authorization", f"Basic {password}")
        if options.get("offset") or options.get("end_offset"):
            last = str(int(options["end_offset"]) - 1) if options.get("end_offset") else ""
            asked.add_header("Range", f"bytes={options.get('offset') or 0}-{last}")
        try:
            return fetcher.open(asked, timeout=self._timeout)
        except error.HTTPError as refused:
            refused.close()
            raise
        except (HTTPException, ValueError) as odd:
            raise ConnectionError(str(odd)) from odd


class Body:
    """What one address sends, as FFmpeg reads it."""

    def __init__(self, response: HTTPResponse | None, timeout: float) -> None:
        """``response``: to a request by HTTP; None for nothing."""
        self._response, self._timeout = response, timeout
        self._waited = 0.0
        self._got = self._variants = 0
        self._text = False

    def read(self, size: int) -> bytes:
        """Up to ``size`` bytes, as soon as there are any; none at the end, and where it breaks off."""
        if self._response is None:
            return b""
        began = time.monotonic()
        try:
            data = self._response.read1(size)
        except (OSError, HTTPException, ValueError):
            data = b""
        self._waited += time.monotonic() - began
        self._text = self._text if self._got else data.startswith(b"#")
        self._got += len(data)
        if self._text:
            self._variants += data.count(b"#EXT-X-STREAM-INF") + data.count(b"#EXT-X-MEDIA:")
        too_long = self._text and (self._got > LONGEST_PLAYLIST or self._variants > MOST_VARIANTS)
        too_slow = self._waited > self._timeout and self._got < SLOWEST * self._waited
        if not data or too_long or too_slow:
            self.close()
            return b""
        return data

    def close(self) -> None:
        """Hang up. May be called twice."""
        if self._response is not None:
            self._response.close()
            self._response = None

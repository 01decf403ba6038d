"""From the text of ``--source`` to a source."""

from __future__ import annotations

from pleinair.engine.errors import SourceNotFound
from pleinair.engine.sources.base import Source
from pleinair.engine.sources.registry import SourceRequest, find_source

USUAL_SIZE = (640, 480)
"""Width and height that a camera is asked for where nothing else is wanted."""


def open_source(
    spec: str, loop: bool = True, size: tuple[int, int] | None = None, fps: int | None = None
) -> Source:
    """Open ``camera``, ``camera:1``, ``camera:NAME``, ``screen``, ``demo``, ``pattern``, a file or a URL.

    ``size`` (width, height) and ``fps`` are what a camera is asked for, and what the pattern has; ``USUAL_SIZE``
    and 30 when not given. A file starts again at its end with ``loop``. May take seconds.
    Raises SourceNotFound or PictureError.
    """
    kind = find_source(spec)
    if kind is None:
        raise SourceNotFound(
            f"There is no file {spec}; give a file, an address, 'camera', 'camera:1' or 'demo'."
        )
    insisted = size is not None or fps is not None
    return kind.open(SourceRequest(spec, size or USUAL_SIZE, fps or 30, loop, insisted))

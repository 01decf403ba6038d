"""Painting one photo."""

from __future__ import annotations

from pathlib import Path

from pleinair.engine.frame import Begin
from pleinair.engine.media.kinds import read_photo
from pleinair.engine.offline.result import Result
from pleinair.engine.outputs import held, require_free
from pleinair.engine.sinks import require_writable, write_picture


def stylize_photo(source: Path, target: Path, begin: Begin, force: bool) -> Result:
    """Paint one photo; what was transparent stays so where the format of ``target`` has that.

    Raises OutputExists, PictureError, and what painting raises.
    """
    require_free(target, force, [source])
    require_writable(target)
    with held(target):
        photo = read_photo(source)
        alpha, pixels = photo.alpha, photo.pixels
        del photo
        painted = begin()(pixels)
        del pixels  # a large photo and its painting need not both be there while the file is packed
        write_picture(target, painted, alpha)
    return Result(files=1, pictures=1)

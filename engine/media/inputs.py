"""Which files are opened at all, and what is said of those that cannot be."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from pleinair.engine.errors import PictureError

MOST_MOVING_PIXELS = 40_000_000
"""In one picture of what moves: 8192x4320 is the largest that is filmed."""


def require_file(path: Path) -> None:
    """Raise PictureError unless ``path`` is a regular file that holds something and may be read.

    A pipe or a device would make whoever opens it wait.
    """
    try:
        there = path.stat()
    except OSError as error:
        raise PictureError(describe_failure(path, error)) from error
    if stat.S_ISDIR(there.st_mode):
        raise PictureError(f"{path} is a folder, not a file.")
    if not stat.S_ISREG(there.st_mode):
        raise PictureError(f"{path} is a pipe or device, not a file.")
    if there.st_size == 0:
        raise PictureError(f"{path} is empty.")
    if not os.access(path, os.R_OK):
        raise PictureError(f"{path} may not be read; change its permissions.")


def describe_failure(path: Path | str, error: Exception | None = None) -> str:
    """The sentence about a file that could not be read."""
    number = getattr(error, "errno", None)
    if number == errno.ENOENT:
        return f"There is no {path}; check the name."
    if number == errno.ELOOP:
        return f"{path} is a link that leads to itself."
    if number in (errno.EACCES, errno.EPERM):
        return f"{path} may not be read; change its permissions."
    return f"{path} is not a picture or video that can be read; it may be damaged or of an unknown kind."

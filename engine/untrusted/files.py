"""The one place where files are opened that a stranger may have made, however they got here."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

MEGABYTE = 1 << 20


def read_file(path: Path, most: int) -> bytes:
    """All bytes of a regular file of ``most`` bytes at most. Never waits for a pipe or a device.

    Raises OSError, whose ``strerror`` is fit for a sentence.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # to open a device may do something to it
            raise _no_file(path)
        with open(path, "rb", opener=_open) as file:
            there = os.fstat(file.fileno())
            if not stat.S_ISREG(there.st_mode):  # it was replaced just now
                raise _no_file(path)
            if there.st_size > most:
                raise OSError(errno.EFBIG, f"it is larger than {_amount(most)}", str(path))
            data = file.read(there.st_size + 1)
    except ValueError as error:  # a name with a zero in it
        raise OSError(errno.EINVAL, "no file can have this name", str(path)) from error
    if len(data) > there.st_size:  # more would be a guess at where it ends
        raise OSError(errno.EBUSY, "it is just being written", str(path))
    return data


def _open(name: str, flags: int) -> int:
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))


def _no_file(path: Path) -> OSError:
    return OSError(errno.EINVAL, "it is a folder, pipe or device, not a file", str(path))


def _amount(size: int) -> str:
    return f"{size / MEGABYTE:g} MB" if size >= MEGABYTE else f"{size >> 10} kB"

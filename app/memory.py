"""How the process deals with memory."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

M_ARENA_MAX = -8
"""glibc's name of a setting (mallopt(3))."""
HEAPS = 2


def share_heaps() -> None:
    """Let all threads share a few heaps. glibc gives each one its own, and pictures that one thread makes and another
    lets go leave holes everywhere, which kept 100 MB more. Other systems have nothing of the kind."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library
            ctypes.CDLL(None).mallopt(M_ARENA_MAX, HEAPS)


def give_back() -> None:
    """Let the system have what is free in those heaps, which takes some milliseconds: holes that came about in two
    hours of painting and recording kept 20 MB."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)


@contextmanager
def importing() -> Iterator[None]:
    """Of what is imported nothing can be freed; to look through it takes a tenth of a second in the meantime, and later
    again and again, while nothing else can run."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
    if not gc.get_freeze_count():
        gc.freeze()

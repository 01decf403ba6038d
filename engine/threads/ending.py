"""What is put in order before the process ends, though threads are left behind in the middle of it."""

from __future__ import annotations

from collections.abc import Callable

_left: list[Callable[[], None]] = []


def before_the_end(put_in_order: Callable[[], None]) -> None:
    """Call this once, when the process ends by a person's wish or on its own, but not when it is killed or crashes."""
    _left.append(put_in_order)


def put_in_order() -> None:
    """The process ends."""
    for call in _left:
        call()

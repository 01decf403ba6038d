"""Signs of life from threads that go round and round, so that one that stands still is named."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import Self

from pleinair.engine.clock import now

STILL_SECONDS = 3.0
"""Without a beat after which a thread counts as standing still. All of ours come round in a fifth of a second."""
LOOK_SECONDS = 1.0
"""Between two looks at the others, by whoever beats."""
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Beat:
    """When a thread gave its last sign of life."""

    name: str
    seconds: float
    """Ago."""

    @property
    def still(self) -> bool:
        """Whether it stands still."""
        return self.seconds > STILL_SECONDS


class Heart:
    """Of one thread. It ``beat``s each time that the thread comes round, which takes a microsecond, and ``rest``s
    before the thread waits without limit, or ends: as after a ``with``."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.at: float | None = None
        """Of the last beat, in seconds on the monotonic clock; None while it rests."""
        self.told = False

    def __enter__(self) -> Self:
        self.beat()
        return self

    def __exit__(self, *error: object) -> None:
        self.rest()

    def beat(self) -> None:
        """It lives; and now and then, look how the others are."""
        if self.at is None:
            with _lock:
                _hearts.append(self)
        self.at = now()
        if self.at >= _looking.at:
            _looking.at = self.at + LOOK_SECONDS
            _look()

    def rest(self) -> None:
        """It waits, and that is no standing still."""
        if self.at is not None:
            self.at = None
            with _lock:
                _hearts.remove(self)


@dataclass
class _Looking:
    at: float = 0.0
    """When to look at the others again."""


_hearts: list[Heart] = []
"""That beat."""
_lock = threading.Lock()
_looking = _Looking()


def beats() -> list[Beat]:
    """Of all threads that do not rest, in the order in which they began."""
    with _lock:
        hearts = list(_hearts)
    at = now()
    return [Beat(heart.name, at - last) for heart in hearts if (last := heart.at) is not None]


def _look() -> None:
    """Put those that stand still into the log, once each time."""
    with _lock:
        hearts = list(_hearts)
    for heart in hearts:
        last = heart.at
        still = last is not None and now() - last > STILL_SECONDS
        if still and not heart.told:
            logger.warning("The thread '%s' stands still", heart.name)
        heart.told = still

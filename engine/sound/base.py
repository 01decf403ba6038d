"""What every source of sound offers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from pleinair.engine.frame import Sound

PIECE = 960
"""Samples that sources deliver at once, about: 20 ms."""


class SoundSource(Protocol):
    """Anything sound comes from. Used from one thread."""

    @property
    def name(self) -> str:
        """What a person calls it."""

    def read(self) -> Sound | None:
        """The next piece; None when none came within a fifth of a second. Raises SourceLost when no more come."""

    def close(self) -> None:
        """Give the device back. May be called twice."""


SoundOpener = Callable[[], SoundSource]
"""Opens a source of sound anew; may take seconds. Raises SourceNotFound."""

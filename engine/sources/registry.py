"""The kinds of sources there are. Each module registers its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pleinair.engine.sources.base import Source


@dataclass(frozen=True)
class SourceRequest:
    """What is asked of a source."""

    spec: str
    """As ``--source`` takes it."""
    size: tuple[int, int]
    """Width and height that a camera is asked for, and that the pattern has."""
    fps: int
    """Likewise, frames a second."""
    loop: bool
    """Whether a file starts again at its end."""
    insisted: bool = False
    """Whether a person asked for this size or rate."""


@dataclass(frozen=True)
class SourceKind:
    """One kind of source."""

    name: str
    matches: Callable[[str], bool]
    """Whether a spec means this kind."""
    open: Callable[[SourceRequest], Source]
    """May take seconds. Raises SourceNotFound, PictureError."""


_registered: dict[str, SourceKind] = {}


def register_source(kind: SourceKind) -> None:
    """Offer this kind of source; it replaces one of the same name."""
    _registered[kind.name] = kind


def find_source(spec: str) -> SourceKind | None:
    """The first kind that ``spec`` means, in the order of registration."""
    from pleinair.engine.sources import camera, pattern, screen, stream, video  # noqa: F401 (they register)

    return next((kind for kind in _registered.values() if kind.matches(spec)), None)

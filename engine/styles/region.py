"""Which part of the picture is painted, and what lies behind the person."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the command line offers the regions, and has no time for numpy
    from pleinair.engine.frame import Pixels


class Region(StrEnum):
    """The part of the picture that is painted; the other part stays as it is filmed."""

    ALL = "all"
    PERSON = "person"
    BACKGROUND = "background"


class BackdropKind(StrEnum):
    """What lies behind the person."""

    FILMED = "filmed"
    BLURRED = "blurred"
    PICTURE = "picture"


@dataclass(frozen=True, eq=False)
class Backdrop:
    """``picture``: uint8 (H, W, 3) BGR of any size, for the kind of that name only; one pixel is a plain colour."""

    kind: BackdropKind
    picture: Pixels | None = None


FILMED, BLURRED = Backdrop(BackdropKind.FILMED), Backdrop(BackdropKind.BLURRED)

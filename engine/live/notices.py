"""Sentences for a person, from the threads of the live path."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class NoticeKind(StrEnum):
    """What a notice is about."""

    INFO = "info"
    LOST = "lost"
    """The source has gone, and is tried again."""
    BACK = "back"
    """It is there again."""
    ENDED = "ended"
    """The source has played to its end."""
    ERROR = "error"


@dataclass(frozen=True)
class Notice:
    """A sentence for a person."""

    kind: NoticeKind
    text: str

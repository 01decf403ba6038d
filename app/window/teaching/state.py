"""What is to be learned, and how far that is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path


@dataclass(frozen=True)
class Lesson:
    """One style to be learned."""

    painting: Path
    title: str
    artist: str
    content: Path | None
    """A folder of photos, or a film; None: what is filmed now."""
    minutes: int


class Phase(Enum):
    """What is being done."""

    IDLE = auto()
    COLLECTING = auto()
    """Pictures of what is filmed."""
    PREPARING = auto()
    LEARNING = auto()
    STOPPING = auto()
    """A person has seen enough; what was learned so far is put into its place."""
    DONE = auto()
    FAILED = auto()


@dataclass(frozen=True)
class TeachingState:
    """All that the dialog shows of it."""

    phase: Phase = Phase.IDLE
    title: str = ""
    """Of the style."""
    said: str = ""
    """How it goes, or what went wrong, in a sentence."""
    note: str = ""
    """A sentence beside that, as long as it goes on."""
    share: float = 0.0
    """Of the work of this phase that is done."""
    preview: bytes = b""
    """A JPEG: the person's frame, and what has been learned so far makes of it."""
    style: str = ""
    """The id of what was learned, once it is among the styles."""

    @property
    def busy(self) -> bool:
        """Whether something is being done."""
        return self.phase not in (Phase.IDLE, Phase.DONE, Phase.FAILED)

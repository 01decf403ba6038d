"""All that the window shows, in one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QObject, Signal

from pleinair.engine.backends.registry import AUTO
from pleinair.engine.clock import now
from pleinair.engine.live.stats import LiveStats
from pleinair.engine.styles.library import Library

MESSAGE_SECONDS = 6.0


class Recording(StrEnum):
    """What the recorder is doing."""

    IDLE = "idle"
    STARTING = "starting"
    RUNNING = "running"
    SAVING = "saving"


@dataclass(frozen=True)
class SourceChoice:
    """A source that is offered."""

    spec: str
    """As ``--source`` takes it."""
    name: str


@dataclass(frozen=True)
class WindowState:
    """Everything visible. Widgets render it, and change nothing by themselves."""

    ready: bool = False
    """Whether there is a picture that can be changed and kept."""
    overlay: str = "Getting the paints ready..."
    """A sentence in the middle of the picture; empty for none."""
    message: str = ""
    """A sentence below the picture, shown for some seconds."""
    library: Library | None = None
    style: str = ""
    """The style or mix in use, as ``--style`` takes it."""
    strength: int = 100
    """Percent."""
    keep_colors: bool = False
    controls: Mapping[str, float] = field(default_factory=dict)
    """Values of the styles' controls that differ from their defaults."""
    available_controls: frozenset[str] = frozenset()
    """Those that the style in use has for the generator in use."""
    why_unavailable: str = ""
    """A sentence about the others."""
    qualities: tuple[str, ...] = ()
    """Names of the generators that can be chosen from, the best first."""
    quality: str = AUTO
    """The one that was chosen."""
    sources: tuple[SourceChoice, ...] = ()
    source: str = ""
    """The source in use."""
    opening: str = ""
    """The source that is being opened to take over; empty for none."""
    backend: str = AUTO
    backend_busy: bool = True
    device: str = ""
    source_format: str = ""
    stats: LiveStats | None = None
    recording: Recording = Recording.IDLE
    recorded_seconds: float = 0.0
    recording_dropped: int = 0


class Store(QObject):
    """Holds the state in use, in the GUI thread, and tells when there is another."""

    changed = Signal(object)
    """The new WindowState."""

    def __init__(self) -> None:
        super().__init__()
        self.state = WindowState()
        self._message_until = 0.0

    def update(self, **changes: Any) -> None:
        """Replace these fields."""
        self.state = replace(self.state, **changes)
        self.changed.emit(self.state)

    def say(self, text: str) -> None:
        """Show a sentence below the picture."""
        self._message_until = now() + MESSAGE_SECONDS
        self.update(message=text)

    def expire_message(self) -> None:
        """Take the sentence away once its time is over."""
        if self.state.message and now() > self._message_until:
            self.update(message="")

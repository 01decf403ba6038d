"""All that the window shows, in one value."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from pleinair.engine.arrangement import Arrangement
from pleinair.engine.backends.registry import AUTO
from pleinair.engine.clock import now
from pleinair.engine.live.stats import LiveStats
from pleinair.engine.media.quality import Quality
from pleinair.engine.styles.library import Library
from pleinair.engine.styles.region import FILMED, Region
from pleinair.engine.styles.style_file import Style
from pleinair.engine.untrusted.texts import one_line

logger = logging.getLogger(__name__)
MESSAGE_SECONDS = 6.0
"""That a sentence stays at least; longer ones stay longer."""
SECONDS_A_LETTER = 0.08
HINT_SECONDS = 10.0
MOST_MESSAGES = 8
"""Errors that are kept until they are dismissed; then the oldest goes."""


class Recording(StrEnum):
    """What the recorder is doing."""

    IDLE = "idle"
    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    SAVING = "saving"


@dataclass(frozen=True)
class Preferences:
    """What a person sets once."""

    folder: str = ""
    """For recordings and pictures; empty for the usual one."""
    name_pattern: str = "{style} {date} {time}"
    """Of the files in it."""
    quality: str = Quality.GOOD.name.lower()
    """Of recordings."""
    side_by_side: bool = False
    """Whether recordings show the frame, too."""
    countdown: int = 0
    """Seconds before a recording begins."""
    both_pictures: bool = False
    """Whether the unpainted picture is kept beside each snapshot."""
    fade: float = 0.4
    """Seconds from one style to the next."""
    language: str = ""
    """The code of one of ``LANGUAGES``, from the next start on; empty for the system's."""


@dataclass(frozen=True)
class SourceChoice:
    """A source that is offered."""

    spec: str
    """As ``--source`` takes it."""
    name: str


@dataclass(frozen=True)
class Offer:
    """Something to do about a message, as a button."""

    text: str
    what: str
    """One of the controller's ``OFFERS``."""
    about: str
    """A path or a source."""


@dataclass(frozen=True)
class Message:
    """A sentence over the picture. Errors stay until they are dismissed."""

    text: str
    error: bool = False
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True)
class Job:
    """Files that are painted beside the picture."""

    name: str
    """Of the file that is being painted."""
    number: int
    """Its place among them, from 1."""
    files: int
    """How many there are."""
    share: float
    """How much of it is done, 0..1."""


@dataclass(frozen=True)
class WindowState:
    """Everything visible. Widgets render it, and change nothing by themselves."""

    ready: bool = False
    """Whether there is a picture that can be changed and kept."""
    overlay: str = ""
    """A sentence in the middle of the picture; empty for none."""
    hint: bool = False
    """Whether what is worth knowing at first stands over the picture."""
    messages: tuple[Message, ...] = ()
    """At the bottom of the picture, the newest last."""
    library: Library | None = None
    style: str = ""
    """The style or mix in use, as ``--style`` takes it."""
    trying: str = ""
    """The style that is shown as long as the pointer is over it; empty for none."""
    favourites: frozenset[str] = frozenset()
    """Styles that come first."""
    strip: bool = True
    """Whether all styles are shown in a row, where there is room."""
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
    size: tuple[int, int] | None = None
    """Width and height that cameras are asked for; None: as the program sees fit."""
    mirror: bool = True
    """Whether cameras are shown as in a mirror."""
    mirror_recordings: bool = False
    """Whether that goes for recordings and snapshots, and every source, too."""
    arrangement: Arrangement = field(default_factory=Arrangement)
    """How frames are turned and cut; whether they are mirrored stands above."""
    region: str = Region.ALL
    """Which part of the picture is painted."""
    backdrop: str = FILMED.kind
    """What lies behind the person, as ``--backdrop`` takes it."""
    steady: bool = True
    """Whether the painting is kept from shimmering."""
    divider: bool = False
    """Whether the picture shows the frame on the left of a line."""
    paused: bool = False
    position: float = 0.0
    """Of the clip that plays, in seconds."""
    duration: float = 0.0
    """Its length in seconds; 0 for what has none."""
    job: Job | None = None
    """What is painted beside the picture."""
    preferences: Preferences = field(default_factory=Preferences)
    microphones: tuple[str, ...] = ()
    """Names of those that were found."""
    microphone: str | None = None
    """The one that is open; empty for the default one, None for none."""
    muted: bool = False
    loudness: float = 0.0
    """What the microphone hears, from 0, silence, to 1, the loudest."""
    countdown: int = 0
    """Seconds until the recording begins; 0 where none is about to."""
    replay: bool = False
    """Whether the last seconds are kept, to be saved."""
    virtual_camera: str = ""
    """The device that is sent to; empty for none."""
    source_format: str = ""
    source_fps: float = 0.0
    """Frames a second that the source states; 0 where it does not."""
    source_lines: int = 0
    """Of its pictures as they are painted, on the short side."""
    stats: LiveStats | None = None
    recording: Recording = Recording.IDLE
    recorded_seconds: float = 0.0
    recording_dropped: int = 0

    @property
    def styles(self) -> list[Style]:
        """All styles in the order in which they are shown: favourites first, each part by title."""
        if self.library is None:
            return []
        return sorted(self.library.by_title(), key=lambda style: style.id not in self.favourites)

    @property
    def painting_arrangement(self) -> Arrangement:
        """How frames are turned and cut before they are painted."""
        return replace(self.arrangement, mirror=self.mirrors_painting)

    @property
    def mirrors_painting(self) -> bool:
        """Whether frames are mirrored before they are painted."""
        return self.mirror and self.mirror_recordings

    @property
    def mirrors_screen(self) -> bool:
        """Whether the picture is mirrored on the screen only."""
        return self.mirror and not self.mirror_recordings and self.source.startswith("camera")


class Store(QObject):
    """Holds the state in use, in the GUI thread, and tells when there is another."""

    changed = Signal(object)
    """The new WindowState."""

    def __init__(self) -> None:
        super().__init__()
        self.state = WindowState()
        self._until = 0.0
        """When the sentence that is no error goes."""
        self._hint_until = 0.0

    def update(self, **changes: Any) -> None:
        """Replace these fields."""
        self.state = replace(self.state, **changes)
        self.changed.emit(self.state)

    def say(self, text: str, *offers: Offer) -> None:
        """Show a sentence for some seconds, instead of the last one."""
        text = one_line(text)
        self._until = now() + max(MESSAGE_SECONDS, SECONDS_A_LETTER * len(text))
        self.update(messages=(*self._errors(), Message(text, offers=offers)))

    def tell_kept(self, what: str, path: Path) -> None:
        """Say where a file is that was written."""
        place = str(path.resolve())
        offers = Offer(self.tr("Show in folder"), "folder", place), Offer(self.tr("Open"), "play", place)
        self.say(f"{what}: {path}", *offers)

    def complain(self, text: str, *offers: Offer) -> None:
        """Show a sentence until it is dismissed, and put it into the log."""
        text = one_line(text)
        logger.warning(text)
        message = Message(text, True, offers)
        others = [other for other in self.state.messages if other != message]
        self.update(messages=(*others, message)[-MOST_MESSAGES:])

    def dismiss(self, message: Message) -> None:
        """A person has read it."""
        self.update(messages=tuple(other for other in self.state.messages if other != message))

    def give_hint(self) -> None:
        """Show for some seconds what is worth knowing at first."""
        self._hint_until = now() + HINT_SECONDS
        self.update(hint=True)

    def expire_messages(self) -> None:
        """Take the hint, and the sentence that is no error, away once their time is over."""
        if self.state.hint and now() > self._hint_until:
            self.update(hint=False)
        if now() > self._until and any(not message.error for message in self.state.messages):
            self.update(messages=self._errors())

    def _errors(self) -> tuple[Message, ...]:
        return tuple(message for message in self.state.messages if message.error)

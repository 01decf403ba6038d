"""What the window is asked to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pleinair.engine.arrangement import Arrangement
from pleinair.engine.live.governor import Target


@dataclass(frozen=True)
class LaunchOptions:
    """What the command line asked the window for; None: as it was last time."""

    source: str | None = None
    style: str | None = None
    strength: float | None = None
    keep_colors: bool | None = None
    controls: Mapping[str, float] = field(default_factory=dict)
    """Values of the styles' controls."""
    region: str | None = None
    """Which part of the picture is painted."""
    backdrop: str | None = None
    """What lies behind the person."""
    steady: bool | None = None
    work_size: int | None = None
    target: Target = field(default_factory=Target)
    size: tuple[int, int] | None = None
    fps: int | None = None
    mirror: bool | None = None
    """Whether to mirror, recordings too."""
    arrangement: Arrangement | None = None
    """How frames are turned and cut, but for the mirror."""
    backend: str | None = None
    quality: str | None = None
    """The generator to paint with."""
    generator: Path | None = None
    """A generator of the person's own."""
    fade: float | None = None
    """Seconds from one style to the next."""
    record: Path | None = None
    microphone: str | None = None
    """What to record sound with; empty for the default one."""
    side_by_side: bool | None = None
    recording_quality: str | None = None
    force: bool = False
    virtual_camera: str | None = None
    """The virtual camera to send to; empty for the first one that is free, None for none."""

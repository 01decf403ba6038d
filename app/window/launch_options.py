"""What the window is asked to do, and where it puts files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QStandardPaths

from pleinair.engine.live.governor import Target
from pleinair.engine.styles.region import FILMED, Backdrop, Region


@dataclass(frozen=True)
class LaunchOptions:
    """What the command line asked the window for; None: as it was last time."""

    source: str | None = None
    style: str | None = None
    strength: float | None = None
    keep_colors: bool | None = None
    controls: Mapping[str, float] = field(default_factory=dict)
    """Values of the styles' controls."""
    region: Region = Region.ALL
    backdrop: Backdrop = FILMED
    work_size: int | None = None
    target: Target = field(default_factory=Target)
    size: tuple[int, int] | None = None
    fps: int | None = None
    mirror: bool | None = None
    """Whether to mirror, recordings too."""
    backend: str | None = None
    quality: str | None = None
    """The generator to paint with."""
    generator: Path | None = None
    """A generator of the person's own."""
    fade: float | None = None
    """Seconds from one style to the next."""
    record: Path | None = None
    force: bool = False


def recordings_folder() -> Path:
    """In the person's folder for films; may not exist yet."""
    movies = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MoviesLocation)
    return Path(movies or Path.home()) / "Plein Air"


def new_file(look: str, ending: str) -> Path:
    """A free name for a recording or snapshot, in the folder for recordings."""
    folder = recordings_folder()
    name = f"{look.replace(':', ' ').replace(',', ' ')} {datetime.now():%Y-%m-%d %H.%M.%S}"
    path, count = folder / f"{name}{ending}", 1
    while path.exists():
        count += 1
        path = folder / f"{name} ({count}){ending}"
    return path

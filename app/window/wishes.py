"""What the window is asked to do, and where it puts files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QStandardPaths


@dataclass(frozen=True)
class Wishes:
    """What the command line asked the window for; None: as it was last time."""

    source: str | None = None
    style: str | None = None
    strength: float | None = None
    keep_colors: bool | None = None
    work_size: int | None = None
    size: tuple[int, int] | None = None
    backend: str = "auto"
    generator: Path | None = None
    record: Path | None = None
    force: bool = False


def new_file(look: str, ending: str) -> Path:
    """A free name for a recording or snapshot, in the person's folder for films."""
    movies = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MoviesLocation)
    folder = Path(movies or Path.home()) / "Plein Air"
    name = f"{look.replace(':', ' ').replace(',', ' ')} {datetime.now():%Y-%m-%d %H.%M.%S}"
    path, count = folder / f"{name}{ending}", 1
    while path.exists():
        count += 1
        path = folder / f"{name} ({count}){ending}"
    return path

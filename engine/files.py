"""Writing files so that nothing is lost, and finding those that ship with the program."""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path

import platformdirs

from pleinair.engine.errors import OutputExists

GENERATORS = ("fine", "fast")
"""The generators that ship, the best first; the last is the cheapest."""


def asset(*parts: str) -> Path:
    """Path of a file that ships with the program, in a checkout and in an installed copy alike."""
    return Path(str(files("pleinair.assets").joinpath(*parts)))


def user_styles_folder() -> Path:
    """Where a person's own style files belong; made when it is missing."""
    folder = Path(platformdirs.user_data_dir("pleinair", appauthor=False)) / "styles"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def recordings_folder() -> Path:
    """Where recordings and snapshots go, in the person's folder for videos; may not exist yet."""
    return platformdirs.user_videos_path() / "Plein Air"


def cache_folder() -> Path:
    """Where the program keeps what it can find out again; may not exist yet."""
    return Path(platformdirs.user_cache_dir("pleinair", appauthor=False))


def require_free(path: Path, force: bool) -> None:
    """Raise OutputExists when ``path`` is there and may not be replaced."""
    if path.exists() and not force:
        raise OutputExists(f"{path} is already there; choose another name or add --force to replace it.")


def write_atomically(path: Path, data: bytes) -> None:
    """Write ``data``; an old file stays until the new one is whole. Raises OSError."""
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except OSError:
        part.unlink(missing_ok=True)
        raise

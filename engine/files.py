"""Where files lie: those that ship with the program, and a person's own."""

from __future__ import annotations

from contextlib import suppress
from importlib.resources import files
from pathlib import Path

import platformdirs

GENERATORS = ("fine", "fast")
"""The generators that ship, the best first; the last is the cheapest."""


def asset(*parts: str) -> Path:
    """Path of a file that ships with the program, in a checkout and in an installed copy alike."""
    return Path(str(files("pleinair.assets").joinpath(*parts)))


def local_path(text: str) -> Path:
    """A path as a person writes it; ``~`` is the home folder, where there is one."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        return Path(text)


def user_styles_folder() -> Path:
    """Where a person's own style files belong; made when it is missing, where that is allowed."""
    folder = Path(platformdirs.user_data_dir("pleinair", appauthor=False)) / "styles"
    with suppress(OSError):  # without a home, or a read-only one, there are no own styles
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def recordings_folder() -> Path:
    """Where recordings and snapshots go, in the person's folder for videos; may not exist yet."""
    return platformdirs.user_videos_path() / "Plein Air"


def cache_folder() -> Path:
    """Where the program keeps what it can find out again; may not exist yet."""
    return Path(platformdirs.user_cache_dir("pleinair", appauthor=False))


def log_file() -> Path:
    """Where the program writes down what went wrong; may not exist yet."""
    return platformdirs.user_log_path("pleinair", appauthor=False) / "pleinair.log"


def recordings_in_progress() -> Path:
    """Where the program notes what is being recorded, to find it should it be killed; may not exist yet."""
    return platformdirs.user_state_path("pleinair", appauthor=False) / "recordings"

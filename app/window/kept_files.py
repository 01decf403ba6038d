"""Where recordings and pictures are kept, and how they are called."""

from __future__ import annotations

import os
import re
from datetime import datetime
from pathlib import Path

from pleinair.app.translation import translate
from pleinair.app.window.state import Preferences
from pleinair.engine import files
from pleinair.engine.errors import PictureError

FORBIDDEN = re.compile(r'[<>:"/\\|?*,\x00-\x1f]+')
"""What some system does not allow in a name."""
LONGEST = 120
"""Letters of a name, before what is added to it."""

_given: set[Path] = set()
"""What ``free_name`` returned: it may not be there yet, as another thread still writes it."""


def recordings_folder(preferences: Preferences) -> Path:
    """The one that was chosen, or else one in the person's folder for films; may not exist yet."""
    if preferences.folder:
        return files.local_path(preferences.folder)
    return files.recordings_folder()


def new_file(preferences: Preferences, look: str, ending: str) -> Path:
    """A free name for a recording or snapshot, as the pattern has it."""
    return free_name(recordings_folder(preferences), name_now(preferences, look), ending)


def name_now(preferences: Preferences, look: str) -> str:
    """What the pattern makes of this moment and this look, without an ending."""
    at = datetime.now()
    name = preferences.name_pattern
    for word, text in (("{style}", look), ("{date}", f"{at:%Y-%m-%d}"), ("{time}", f"{at:%H.%M.%S}")):
        name = name.replace(word, text)
    return _allowed(name)


def make_folder(folder: Path) -> None:
    """Make it where it is missing. Raises PictureError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        text = translate("Files", "The folder {path} cannot be made ({reason}).")
        raise PictureError(text.format(path=folder, reason=error.strerror)) from error


def free_name(folder: Path, name: str, ending: str) -> Path:
    """A path in ``folder`` that is not there yet, named like this; another one each time."""
    name = _allowed(name)
    path, count = folder / f"{name}{ending}", 1
    while path in _given or os.path.lexists(path):
        count += 1
        path = folder / f"{name} ({count}){ending}"
    _given.add(path)
    return path


def _allowed(name: str) -> str:
    return FORBIDDEN.sub(" ", name)[:LONGEST].strip(" .") or "Plein Air"

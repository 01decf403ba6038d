"""What is remembered between runs."""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from pathlib import Path

import platformdirs
from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QWidget

from pleinair.app.translation import translate
from pleinair.engine.files import local_path
from pleinair.engine.untrusted.files import read_file

LARGEST_FILE = 256 << 10
"""Bytes of the settings file."""
LONGEST_TEXT = 32 << 10
"""Letters of a single setting: a list of files and addresses."""
LARGEST_GEOMETRY = 1 << 10
"""Bytes that tell where the window was."""
REFUSED = "refused"
"""What is put into the name of a settings file that is not ours."""
_ESCAPED = re.compile(rb"\\(?:x([0-9a-fA-F]+)|([0-7]+))")
_FOREIGN = re.compile(rb"@(Variant|DateTime)\(")
"""What we never write. Qt reads any of its own types from the bytes that follow, and ends the process where these make
no sense."""


class Settings:
    """The settings file of the person, in the place that Qt has for it; checked before Qt reads it."""

    def __init__(self) -> None:
        """A file that is not ours is put aside, and all is as at the first start."""
        self._path = settings_file()
        _put_aside_foreign(self._path)
        self._store: QSettings | None = None
        if not os.path.lexists(self._path) or _is_ours(self._path):  # or else it could not be put aside
            self._store = QSettings(str(self._path), QSettings.Format.IniFormat)

    @property
    def notice(self) -> str:
        """The sentence about settings that were put aside and not replaced yet; empty where there are none."""
        if self._store is None:
            said = translate(
                "Settings", "The settings in {path} are not those of Plein Air; remove that file."
            )
            return said.format(path=self._path)
        if self._path.exists() or not os.path.lexists(_aside(self._path)):
            return ""
        said = translate(
            "Settings", "The settings were not those of Plein Air and begin anew; the old ones are in {path}."
        )
        return said.format(path=_aside(self._path))

    def text(self, name: str, default: str) -> str:
        """A remembered text."""
        value = self._value(name)
        return value if isinstance(value, str) and len(value) <= LONGEST_TEXT else default

    def number(self, name: str, default: int, low: int, high: int) -> int:
        """A remembered whole number, kept within its limits even in a file edited by hand."""
        try:
            return min(high, max(low, int(self.text(name, str(default)))))
        except ValueError:
            return default

    def real(self, name: str, default: float, low: float, high: float) -> float:
        """A remembered number, kept within its limits even in a file edited by hand."""
        try:
            value = float(self.text(name, str(default)))
        except ValueError:
            return default
        return min(high, max(low, value)) if value == value else default

    def flag(self, name: str, default: bool) -> bool:
        """A remembered yes or no."""
        return self.text(name, "yes" if default else "no") == "yes"

    def place(self, window: QWidget) -> bool:
        """Put the window where it was; False, and it is left as it is, where that is not known or on no screen."""
        value, first = self._value("geometry"), window.geometry()
        if not isinstance(value, QByteArray) or value.size() > LARGEST_GEOMETRY:
            return False
        placed = window.restoreGeometry(value)
        if window.screen().availableGeometry().intersects(window.geometry()):
            return placed
        window.setGeometry(first)
        return False

    def keep(self, **values: str | float | bool | QByteArray) -> None:
        """Remember these values at once, but for texts that would make the settings look like another program's."""
        if self._store is None:
            return
        for name, value in values.items():
            if isinstance(value, bool):
                value = "yes" if value else "no"
            if not (isinstance(value, str) and _is_foreign(value.encode(errors="replace"))):
                self._store.setValue(name, value)
        self._store.sync()

    def _value(self, name: str) -> object:
        value = None if self._store is None else self._store.value(name)
        return str(value) if isinstance(value, (int, float)) else value


def settings_file() -> Path:
    """Where Qt keeps the settings of a person (QSettings, "Locations Where Application Settings Are Stored"), found
    without Qt, which would read the file at once."""
    if sys.platform == "win32":
        folder = Path(platformdirs.user_data_dir(roaming=True))
    else:
        folder = Path(os.environ.get("XDG_CONFIG_HOME") or local_path("~/.config"))
    return folder / "pleinair" / "pleinair.ini"


def _put_aside_foreign(path: Path) -> None:
    """Give a settings file that is not ours another name."""
    if os.path.lexists(path) and not _is_ours(path):
        with suppress(OSError):
            os.replace(path, _aside(path))


def _aside(path: Path) -> Path:
    return path.with_name(f"{path.stem}.{REFUSED}{path.suffix}")


def _is_ours(path: Path) -> bool:
    try:
        data = read_file(path, LARGEST_FILE)
    except OSError:
        return False
    return not _is_foreign(data)


def _is_foreign(data: bytes) -> bool:
    plain = _ESCAPED.sub(_letter, data)
    # Qt leaves out what it does not know behind a backslash, and takes quotes and the ends of lines away.
    forms = (re.sub(rb'[\\"\s]', b"", plain), re.sub(rb'\\.|["\s]', b"", plain, flags=re.DOTALL))
    return any(map(_FOREIGN.search, forms))


def _letter(escaped: re.Match[bytes]) -> bytes:
    """What Qt makes of ``\\x40`` or ``\\100``: as many digits as there are, of which 16 bits count."""
    code = (int(escaped[1][-4:], 16) if escaped[1] else int(escaped[2][-6:], 8)) & 0xFFFF
    return bytes([code]) if code < 128 else b"?"

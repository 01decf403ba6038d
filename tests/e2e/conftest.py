"""Settings of a person who starts the window for the first time."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_settings(own_folders: Path) -> None:
    """No settings yet."""
    core = pytest.importorskip("PySide6.QtCore")
    core.QSettings.setPath(
        core.QSettings.Format.IniFormat, core.QSettings.Scope.UserScope, str(own_folders / "settings")
    )

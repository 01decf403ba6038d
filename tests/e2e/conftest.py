"""Settings of a person who starts the window for the first time."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_settings(own_folders: Path) -> None:
    """No settings yet but the language, whatever this computer's is."""
    core = pytest.importorskip("PySide6.QtCore")
    from pleinair.app.window.settings import Settings

    core.QSettings.setPath(
        core.QSettings.Format.IniFormat, core.QSettings.Scope.UserScope, str(own_folders / "settings")
    )
    Settings().keep(language="en")

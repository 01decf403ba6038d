"""Settings of a person who starts the window for the first time."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_settings(own_folders: Path) -> None:
    """No settings yet but the language, whatever this computer's is."""
    pytest.importorskip("PySide6.QtCore")
    from pleinair.app.window.settings import Settings

    Settings().keep(language="en")

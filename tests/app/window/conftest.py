from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.conftest import own_settings

__all__ = ["own_settings"]


@pytest.fixture(scope="session", autouse=True)
def application() -> Any:
    """Qt's, which every widget needs, in English whatever this computer speaks."""
    from PySide6.QtWidgets import QApplication

    from pleinair.app.translation import speak

    application = QApplication.instance() or QApplication([])
    speak(application, "en")
    return application


@pytest.fixture
def german(application: Any) -> Iterator[None]:
    """The window in German, for as long as the test takes."""
    from pleinair.app.translation import speak

    speak(application, "de")
    yield
    speak(application, "en")

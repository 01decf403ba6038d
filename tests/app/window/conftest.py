from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(scope="session", autouse=True)
def application() -> Any:
    """Qt's, which every widget needs."""
    from PySide6.QtWidgets import QApplication

    return QApplication.instance() or QApplication([])

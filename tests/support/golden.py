"""Golden pictures and figures: what was right once, compared with what comes out today.

``pytest --update-golden`` writes them anew, after training; then look at the pictures.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from pleinair.engine.frame import Pixels

TOLERANCE_MEAN, TOLERANCE_MAX = 0.5, 4
"""Grey levels: other processors add in another order."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew")


class GoldenPictures:
    """Pictures in a folder, by name. Without ``--update-golden`` they only get compared."""

    def __init__(self, folder: Path, update: bool) -> None:
        self._folder, self._update = folder, update

    def check(self, name: str, pixels: Pixels) -> None:
        """Fail where uint8 (H, W, 3) BGR differs from the golden picture of this name."""
        path = self._folder / f"{name}.png"
        if self._update:
            self._folder.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(path), pixels)
        golden = cv2.imread(str(path))
        assert golden is not None, f"no golden picture for {name}; write it with --update-golden"
        difference = np.abs(pixels.astype(int) - golden)
        assert difference.mean() <= TOLERANCE_MEAN and difference.max() <= TOLERANCE_MAX, name


@pytest.fixture(scope="session")
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written anew."""
    return bool(request.config.getoption("--update-golden"))

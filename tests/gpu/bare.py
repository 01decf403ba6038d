"""How to import the checkout on a machine where it is not installed, and not all that it needs."""

from __future__ import annotations

import sys
import tempfile
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import cv2

ROOT = Path(__file__).resolve().parents[2]


def find_pleinair() -> list[str]:
    """Make the checkout's folders importable as they are when installed; returns what has a substitute."""
    if "pleinair" not in sys.modules and find_spec("pleinair") is None:
        package = ModuleType("pleinair")
        package.__path__ = [str(ROOT)]
        sys.modules["pleinair"] = package
    substitutes = []
    if is_missing("platformdirs"):
        substitute = ModuleType("platformdirs")
        folder = tempfile.mkdtemp()
        substitute.user_cache_dir = substitute.user_data_dir = lambda *_, **__: folder  # type: ignore[attr-defined]
        sys.modules["platformdirs"] = substitute
        substitutes.append("platformdirs (the cache lies in a temporary folder)")
    if is_missing("av"):
        photos = ModuleType("pleinair.engine.media.kinds")
        photos.read_still = lambda path: cv2.imread(str(path))  # type: ignore[attr-defined]
        photos.open_clip = None  # type: ignore[attr-defined]
        sys.modules[photos.__name__] = photos
        substitutes.append("av (nothing here reads videos, and photos are read by OpenCV)")
    return substitutes


def is_missing(name: str) -> bool:
    """Whether a module cannot be imported."""
    try:
        import_module(name)
    except ImportError:
        return True
    return False

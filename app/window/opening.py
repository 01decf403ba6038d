"""Opening what the window needs to paint, off the GUI thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pleinair.app.studio import Studio, open_studio
from pleinair.engine.backends.registry import AUTO
from pleinair.engine.errors import BackendError
from pleinair.engine.sources import Camera, list_cameras
from pleinair.engine.styles.library import Library
from pleinair.engine.stylizer import Stylizer


@dataclass(frozen=True)
class Opened:
    """What the start brings together, off the GUI thread."""

    studio: Studio
    library: Library
    stylizer: Stylizer
    backend: str
    cameras: list[Camera]


def open_all(generator: Path | None, asked: str | None, remembered: str) -> Opened:
    """Open the generator on the backend that was ``asked`` for, strictly, or on the ``remembered`` one, or else on
    the fastest. Raises GeneratorError, BackendError."""
    studio = open_studio(generator or AUTO)
    backend = asked or remembered
    try:
        stylizer = studio.open_stylizer(backend)
    except BackendError as error:
        if asked:
            raise
        # It ran once; that must not keep the window shut.
        backend, stylizer = AUTO, studio.open_stylizer()
        stylizer.notice = str(error)
    return Opened(studio, studio.library, stylizer, backend, list_cameras())

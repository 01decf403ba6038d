"""Opening what the window needs to paint, off the GUI thread."""

from __future__ import annotations

from dataclasses import dataclass

from pleinair.app.studio import Studio, open_studio
from pleinair.app.translation import translate
from pleinair.app.window.launch_options import LaunchOptions
from pleinair.engine.backends.registry import AUTO
from pleinair.engine.errors import BackendError, PleinAirError
from pleinair.engine.region.backdrop import read_backdrop
from pleinair.engine.sources import Camera, list_cameras
from pleinair.engine.styles.library import Library
from pleinair.engine.styles.region import BLURRED, Backdrop
from pleinair.engine.stylizer import Stylizer


@dataclass(frozen=True)
class Opened:
    """What the start brings together, off the GUI thread."""

    studio: Studio
    library: Library
    stylizer: Stylizer
    backend: str
    cameras: list[Camera]
    backdrop: Backdrop
    lost_backdrop: str = ""
    """Why the remembered backdrop is not there; it is blurred instead, which shows as little of a room."""


def open_all(options: LaunchOptions, remembered: str, backdrop: str) -> Opened:
    """Open the generator on the backend that was asked for, strictly, or on the ``remembered`` one, or else on the
    fastest; and ``backdrop``. Raises GeneratorError, BackendError, and UsageError, PictureError for a backdrop that
    was asked for."""
    asked = options.backend
    try:
        behind, lost = read_backdrop(backdrop), ""
    except PleinAirError as error:
        if options.backdrop:
            raise
        until = translate("Controller", "Until you choose another backdrop, it is blurred.")
        behind, lost = BLURRED, f"{error} {until}"
    studio = open_studio(options.generator or AUTO)
    backend = asked or remembered
    try:
        stylizer = studio.open_stylizer(backend)
    except BackendError as error:
        if asked:
            raise
        # It ran once; that must not keep the window shut.
        backend, stylizer = AUTO, studio.open_stylizer()
        stylizer.notice = str(error)
    return Opened(studio, studio.library, stylizer, backend, list_cameras(), behind, lost)

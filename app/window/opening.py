"""Opening what the window needs to paint, off the GUI thread."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass

from pleinair.app.studio import Studio, open_studio
from pleinair.app.window.launch_options import LaunchOptions
from pleinair.app.window.settings import Settings
from pleinair.engine.backends.registry import AUTO
from pleinair.engine.errors import BackendError, PleinAirError
from pleinair.engine.live.governor import Governor
from pleinair.engine.region.backdrop import read_backdrop
from pleinair.engine.sources import USUAL_SIZE, Camera, list_cameras
from pleinair.engine.styles.library import Library
from pleinair.engine.styles.region import BLURRED, FILMED, Backdrop
from pleinair.engine.stylizer import Stylizer, painted_size
from pleinair.engine.threads.worker import Job

POLL_SECONDS = 1.0


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


class Opening:
    """Opens it all in a thread of its own, from now on: the window is made meanwhile, which takes as long."""

    def __init__(self, options: LaunchOptions, settings: Settings) -> None:
        backend, backdrop = settings.text("backend", AUTO), wanted_backdrop(options, settings)
        quality = options.quality or settings.text("quality", AUTO)
        self._job = Job(lambda: open_all(options, backend, backdrop, quality))
        threading.Thread(target=self._job.run, name="opening", daemon=True).start()

    def wait(self) -> Opened:
        """Until it is done. Raises what ``open_all`` raises."""
        while not self._job.wait(POLL_SECONDS):
            pass
        return self._job.result()


def wanted_backdrop(options: LaunchOptions, settings: Settings) -> str:
    """What was asked for to lie behind the person, or else what lay there last time."""
    return options.backdrop or settings.text("backdrop", FILMED.kind)


def open_all(options: LaunchOptions, remembered: str, backdrop: str, quality: str) -> Opened:
    """Open the generators on the backend that was asked for, strictly, or on the ``remembered`` one, or else on the
    fastest, ready for the usual frames at this ``quality``; and ``backdrop``. Raises GeneratorError, BackendError, and
    UsageError, PictureError for a backdrop that was asked for."""
    asked = options.backend
    try:
        behind, lost = read_backdrop(backdrop), ""
    except PleinAirError as error:
        if options.backdrop:
            raise
        behind, lost = BLURRED, str(error)
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
    _prepare(stylizer, options, quality)
    return Opened(studio, studio.library, stylizer, backend, list_cameras(), behind, lost)


def _prepare(stylizer: Stylizer, options: LaunchOptions, quality: str) -> None:
    """For frames of the usual size, while the window is made; others are prepared once they come."""
    size, governor = options.size or USUAL_SIZE, Governor(options.target, options.work_size)
    names = [quality] if quality in stylizer.generators else list(stylizer.generators)
    governor.start(*size, {name: stylizer.seconds[name] for name in names})
    with suppress(BackendError):  # told when a frame fails
        stylizer.prepare(governor.rung.generator, *painted_size(*size, governor.rung.work_size))

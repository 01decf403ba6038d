"""The sources that are offered, and changing from one to another off the GUI thread."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCameraPermission, QCoreApplication, QObject

from pleinair.app.window.background_tasks import BackgroundTasks
from pleinair.app.window.state import SourceChoice, Store
from pleinair.engine.errors import SourceNotFound
from pleinair.engine.live.opening import open_unless
from pleinair.engine.live.pipeline import LivePipeline
from pleinair.engine.sources import Camera, Source, SourceOpener, camera_specs, list_cameras, open_source

DEMO = SourceChoice("demo", "Demo clip")


class Sources(QObject):
    """Cameras, the demo clip, and what was asked for beside them."""

    def __init__(
        self, store: Store, tasks: BackgroundTasks, size: tuple[int, int] | None, fps: int | None
    ) -> None:
        """``size``: width and height that cameras are asked for; ``fps``: frames a second."""
        super().__init__()
        self._store, self._tasks = store, tasks
        self._size, self._fps = size, fps

    def opener(self, source: str) -> SourceOpener:
        """Opens this source, unless the window is closed meanwhile; files play in a loop."""

        def open_it() -> Source:
            opened = open_unless(
                lambda: self._tasks.closing,
                lambda: open_source(source, loop=True, size=self._size, fps=self._fps),
            )
            if opened is None:
                raise SourceNotFound("The window was closed before the picture came.")
            return opened

        return open_it

    def when_allowed(self, source: str, then: Callable[[], None]) -> None:
        """Ask for the permission to film, where the system wants that, and go on whatever the answer was.

        macOS asks the person only in the GUI thread (OpenCV issue 16427), so OpenCV must not ask again.
        """
        application = QCoreApplication.instance()
        if not source.startswith("camera") or application is None:
            then()
            return
        os.environ.setdefault("OPENCV_AVFOUNDATION_SKIP_AUTH", "1")
        application.requestPermission(QCameraPermission(), self, lambda _: then())

    def offer_cameras(self, cameras: list[Camera]) -> None:
        """Offer these cameras and the demo clip; the source in use stays in the list."""
        specs = camera_specs(cameras)
        found = [SourceChoice(spec, camera.name) for spec, camera in zip(specs, cameras, strict=True)]
        self._store.update(sources=(*found, DEMO))
        if self._store.state.source:
            self.offer(self._store.state.source)

    def offer(self, source: str) -> None:
        """Offer a file or address too."""
        sources = self._store.state.sources
        if source not in [choice.spec for choice in sources]:
            self._store.update(sources=(*sources, SourceChoice(source, Path(source).name)))

    def look_for_cameras(self) -> None:
        """Bring the list up to date."""
        self._tasks.start("list cameras", list_cameras, self.offer_cameras, self._store.say)

    def choose(self, source: str, live: LivePipeline) -> None:
        """Open another source, which takes over once it works."""
        if source == self._store.state.source:
            return
        self.offer(source)
        self._store.say(f"Opening {self._name(source)}...")
        self._store.update(opening=source)
        self.when_allowed(source, lambda: self._switch(source, live))

    def _switch(self, source: str, live: LivePipeline) -> None:
        self._tasks.start(
            "switch source",
            lambda: live.switch_source(self.opener(source)),
            lambda _: self._switched(source),
            self._refused,
        )

    def _name(self, source: str) -> str:
        return next(choice.name for choice in self._store.state.sources if choice.spec == source)

    def _switched(self, source: str) -> None:
        self._store.update(opening="", source=source, overlay="")
        self._store.say(f"This is {self._name(source)}.")

    def _refused(self, text: str) -> None:
        self._store.update(opening="")
        self._store.say(text)

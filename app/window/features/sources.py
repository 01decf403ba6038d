"""The sources that are offered, and changing from one to another off the GUI thread."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCameraPermission, QCoreApplication, QObject

from pleinair.app.texts import LONGEST_NAME
from pleinair.app.window.background_tasks import BackgroundTasks
from pleinair.app.window.settings import Settings
from pleinair.app.window.state import Offer, SourceChoice, Store
from pleinair.engine.errors import SourceNotFound
from pleinair.engine.files import local_path
from pleinair.engine.live.pipeline import LivePipeline
from pleinair.engine.sources import Camera, Source, SourceOpener, camera_specs, list_cameras, open_source
from pleinair.engine.threads.opening import open_unless
from pleinair.engine.untrusted.texts import one_line, without_secrets

DEMO, SCREEN = "demo", "screen"
"""As ``--source`` takes them."""
RECENT = 8
"""Files and addresses that stay in the menu."""


class Sources(QObject):
    """Cameras, the demo clip, and the files and addresses that were opened lately."""

    def __init__(
        self,
        store: Store,
        tasks: BackgroundTasks,
        settings: Settings,
        size: tuple[int, int] | None,
        fps: int | None,
    ) -> None:
        """``size``: width and height that cameras are asked for; ``fps``: frames a second."""
        super().__init__()
        self._store, self._tasks, self._settings = store, tasks, settings
        self._fps = fps
        self._cameras: list[SourceChoice] | None = None
        self._recent = [spec for spec in settings.text("recent", "").split("\n") if spec]
        self.chosen = False
        """Whether a person chose the source in use."""
        self.live: LivePipeline | None = None
        """Once it runs."""
        store.update(size=size)

    def opener(self, source: str, given_up: threading.Event | None = None) -> SourceOpener:
        """Opens this source, unless it is ``given_up`` or the window closed meanwhile; files play in a loop."""
        # Nothing of Qt in the closure: the live path keeps it, and is freed in whatever thread it is.
        size, fps = self._store.state.size, self._fps
        ends = self._tasks.closing, given_up or threading.Event()

        def open_it() -> Source:
            opened = open_unless(
                lambda: any(end.is_set() for end in ends),
                lambda: open_source(source, loop=True, size=size, fps=fps),
            )
            if opened is None:
                raise SourceNotFound(
                    "Another source was chosen, or the window closed, before the picture came."
                )
            return opened

        return open_it

    def when_allowed(self, source: str, then: Callable[[], None]) -> None:
        """Ask for the permission to film, where the system wants that, and go on whatever the answer was.

        macOS asks the person only in the GUI thread (OpenCV issue 16427), so OpenCV must not ask again.
        """
        application = QCoreApplication.instance()
        if sys.platform != "darwin" or not source.startswith("camera") or application is None:
            then()
            return
        os.environ.setdefault("OPENCV_AVFOUNDATION_SKIP_AUTH", "1")
        application.requestPermission(QCameraPermission(), self, lambda _: then())

    def offer_cameras(self, cameras: list[Camera]) -> None:
        """Offer these cameras; one that was not there before is told."""
        specs = camera_specs(cameras)
        found = [
            SourceChoice(spec, one_line(camera.name, LONGEST_NAME))
            for spec, camera in zip(specs, cameras, strict=True)
        ]
        if self._cameras is not None:
            for new in (choice for choice in found if choice not in self._cameras):
                said = self.tr("{camera} was plugged in.").format(camera=new.name)
                self._store.say(said, Offer(self.tr("Use it"), "source", new.spec))
        if found != self._cameras:
            self._cameras = found
            self._show()

    def offer(self, source: str) -> None:
        """Offer a file or address too, also next time."""
        others = [DEMO, SCREEN, *(choice.spec for choice in self._cameras or ())]
        if source not in others and not source.startswith("camera"):
            self._recent = [source, *(one for one in self._recent if one != source)][:RECENT]
            self._settings.keep(recent="\n".join(self._recent))
        self._show(source)

    def _show(self, using: str = "") -> None:
        choices = [
            *(self._cameras or ()),
            SourceChoice(SCREEN, self.tr("This screen")),
            SourceChoice(DEMO, self.tr("Demo clip")),
            *(SourceChoice(spec, _short(spec)) for spec in self._recent),
        ]
        for source in (using, self._store.state.source, self._store.state.opening):
            if source and source not in [choice.spec for choice in choices]:
                choices.append(SourceChoice(source, _short(source)))
        self._store.update(sources=tuple(choices))

    def tell_makeshift(self, source: str, reason: str) -> None:
        """Say that this is not the source of last time, and the ``reason`` why those that were tried before it are
        not used."""
        if source == self._settings.text("source", ""):
            return
        if source == DEMO:
            why = reason or self.tr("No camera was found.")
            until = self.tr("Until there is one, this is the demo clip.")
            self._store.say(f"{why} {until}")
        elif reason:
            another = self.tr("This is another camera.")
            self._store.say(f"{reason} {another}")

    def look_for_cameras(self) -> None:
        """Bring the list up to date."""
        self._tasks.start("list cameras", list_cameras, self.offer_cameras, self._store.complain)

    def choose(self, source: str, live: LivePipeline) -> None:
        """Open another source, which takes over once it works."""
        if source == self._store.state.source and not live.finished.is_set():
            return
        self._store.update(opening=source)
        self.offer(source)
        self._store.say(self.tr("Opening {source}...").format(source=self._name(source)))
        self.when_allowed(source, lambda: self._switch(source, live))

    def choose_size(self, size: tuple[int, int], live: LivePipeline | None) -> None:
        """Ask cameras for this size, the one in use at once."""
        self._store.update(size=size)
        source = self._store.state.source
        if live is not None and source.startswith("camera"):
            said = self.tr("Asking the camera for {width} x {height}...")
            self._store.say(said.format(width=size[0], height=size[1]))
            live.reopen_source(self.opener(source))

    def toggle_pause(self) -> None:
        """Stop the clip, or freeze the picture of what cannot be stopped; and go on."""
        if self.live is not None:
            playback = self.live.source.playback
            if playback is None:
                self.live.frozen = not self.live.frozen
            else:
                playback.paused = not playback.paused
            self._store.update(**self.news())

    def seek(self, seconds: float) -> None:
        """Go on from there in the clip that plays."""
        if self.live is not None and self.live.source.playback is not None:
            self.live.source.playback.seek(seconds)

    def news(self) -> dict[str, object]:
        """Fields of the state that tell where the clip is."""
        assert self.live is not None
        playback = self.live.source.playback
        if playback is None:
            return {"paused": self.live.frozen, "position": 0.0, "duration": 0.0}
        return {"paused": playback.paused, "position": playback.position, "duration": playback.duration}

    def _switch(self, source: str, live: LivePipeline) -> None:
        self._tasks.start(
            "switch source",
            lambda: live.switch_source(self.opener(source)),
            lambda _: self._switched(source),
            lambda text: self._refused(source, text),
        )

    def _name(self, source: str) -> str:
        return next(choice.name for choice in self._store.state.sources if choice.spec == source)

    def _switched(self, source: str) -> None:
        self.chosen = True
        if self.live is not None:
            self.live.frozen = False
        self._store.update(opening="", source=source, overlay="")
        self._store.say(self.tr("This is {source}.").format(source=self._name(source)))

    def _refused(self, source: str, text: str) -> None:
        self._store.update(opening="")
        self._store.complain(text, Offer(self.tr("Try again"), "source", source))


def absolute(source: str) -> str:
    """A file by its whole path, so that it is found from another folder next time; anything else as it is."""
    path = local_path(source)
    if source in (DEMO, SCREEN) or source.startswith("camera") or not os.path.isfile(path):
        return source
    return os.path.abspath(path)


def _short(spec: str) -> str:
    """The last part of a path or address, as it may be shown."""
    return one_line(Path(without_secrets(spec)).name, LONGEST_NAME)

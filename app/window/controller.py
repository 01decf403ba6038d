"""What the window does: starts the live path, changes it as the person asks, and keeps the state that is shown."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QFileSystemWatcher, QObject, Qt, QTimer, Signal, Slot

from pleinair.app.studio import FIRST_STYLE, Studio
from pleinair.app.window.background_tasks import BackgroundTasks
from pleinair.app.window.errands import Errands
from pleinair.app.window.launch_options import LaunchOptions, new_file, recordings_folder
from pleinair.app.window.looks import Looks
from pleinair.app.window.opening import Opened, open_all
from pleinair.app.window.recording import Recordings
from pleinair.app.window.settings import Settings
from pleinair.app.window.sources import DEMO, Sources
from pleinair.app.window.state import Recording, Store
from pleinair.engine.backends.registry import AUTO, backends
from pleinair.engine.errors import PleinAirError
from pleinair.engine.frame import PaintedFrame
from pleinair.engine.live.governor import Governor
from pleinair.engine.live.notices import Notice, NoticeKind
from pleinair.engine.live.pipeline import LivePipeline
from pleinair.engine.styles.controls import controls
from pleinair.engine.styles.library import Library
from pleinair.engine.styles.look import Look, parse_mix
from pleinair.engine.stylizer import Stylizer

TICK_MS = 250
CAMERA_TICKS = 8
"""Between two looks for cameras that were plugged in."""
FADE_SECONDS = 0.4
"""From one style to the next, unless the person chose otherwise."""


def backend_label(name: str, otherwise: str) -> str:
    """The name for people, and ``otherwise`` for ``auto``."""
    spec = backends().get(name)
    return otherwise if spec is None else spec.label


class Controller(QObject):
    """Everything slow runs in ``tasks``; all methods belong to the GUI thread."""

    started = Signal(object)
    """There is a LivePipeline, and it runs."""
    _noticed = Signal(object)

    def __init__(self, options: LaunchOptions) -> None:
        super().__init__()
        self.options, self.settings = options, Settings()
        self.store, self.tasks = Store(), BackgroundTasks()
        self.sources = Sources(self.store, self.tasks, self.settings, options.size, options.fps)
        self.looks = Looks(self.store)
        self.recordings = Recordings(self.store, self.tasks)
        self.errands = Errands(self.store, self.tasks)
        self.errands.source_wanted.connect(self.choose_source)
        self.studio: Studio | None = None
        self.live: LivePipeline | None = None
        self._stylizer: Stylizer | None = None
        self._noticed.connect(self._show_notice, Qt.ConnectionType.QueuedConnection)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(self._reload_styles)
        self._ticks = 0
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """Show the settings, and open everything."""
        options, settings = self.options, self.settings
        strength = settings.number("strength", 100, 0, 100)
        keep = settings.flag("keep_colors", False)
        remembered = settings.text("backend", AUTO)
        self.store.update(
            strength=strength if options.strength is None else round(options.strength * 100),
            keep_colors=keep if options.keep_colors is None else options.keep_colors,
            controls={**self._remembered_controls(), **options.controls},
            backend=options.backend or remembered,
            quality=options.quality or settings.text("quality", AUTO),
            mirror=options.mirror or settings.flag("mirror", True),
            mirror_recordings=options.mirror or settings.flag("mirror_recordings", False),
        )
        fade = settings.real("fade", FADE_SECONDS, 0.0, 2.0)
        self.looks.region, self.looks.backdrop = options.region, options.backdrop
        self.looks.fade = fade if options.fade is None else options.fade
        self._timer.start()
        self.tasks.start(
            "start",
            lambda: open_all(options.generator, options.backend, remembered),
            self._opened,
            self._stuck,
        )

    def _remembered_controls(self) -> dict[str, float]:
        specs = controls().values()
        return {s.name: self.settings.real(s.name, s.default, s.low, s.high) for s in specs}

    def _stuck(self, text: str) -> None:
        self.store.update(overlay=text)

    def _opened(self, opened: Opened) -> None:
        self.studio, self._stylizer, library = opened.studio, opened.stylizer, opened.library
        self._watcher.addPath(str(self.studio.folders[-1]))
        if not library.styles:
            self._stuck("There are no styles; install Plein Air again.")
            return
        wanted = self.options.style or self.settings.text("style", FIRST_STYLE)
        try:
            style = Look(parse_mix(wanted, library)).name
        except PleinAirError as error:
            if self.options.style:
                self._stuck(str(error))
                return
            style = next(iter(library.styles))
        generators = opened.studio.generators
        qualities = tuple(file.name for file in generators) if len(generators) > 1 else ()
        self.store.update(library=library, style=style, backend=opened.backend, qualities=qualities)
        self.sources.offer_cameras(opened.cameras)
        for reason in library.rejected.values():
            self.store.complain(reason)
        if opened.stylizer.notice:
            self.store.say(opened.stylizer.notice)
        if self.options.source is not None:
            self._open_first([self.options.source])
            return
        cameras = [choice.spec for choice in self.store.state.sources if choice.spec.startswith("camera")]
        remembered = self.settings.text("source", "")
        wanted_sources = [remembered] if remembered else []
        self._open_first([*dict.fromkeys([*wanted_sources, *cameras, DEMO.spec])])

    def _open_first(self, sources: list[str], reason: str = "") -> None:
        """Open the first of these that works; ``reason``: why others did not."""
        assert self._stylizer is not None
        stylizer, look = self._stylizer, self.looks.look()
        governor = Governor(self.options.target, self.options.work_size)
        source, others = sources[0], sources[1:]

        def failed(text: str) -> None:
            if others:
                self._open_first(others, text)
            else:
                self.store.update(overlay=f"{text} You can choose another source below.", opening="")

        def open_it() -> None:
            opener = self.sources.opener(source)
            self.tasks.start(
                "open source",
                lambda: LivePipeline(opener, stylizer, look, self._noticed.emit, governor).start(),
                lambda live: self._live_started(live, source, reason),
                failed,
            )

        self.sources.when_allowed(source, open_it)

    def _live_started(self, live: LivePipeline, source: str, reason: str) -> None:
        self.live = self.looks.live = live
        self.store.update(ready=True, overlay="", source=source, opening="", backend_busy=False)
        self.sources.offer(source)
        if source == DEMO.spec and self.options.source is None and source != self.settings.text("source", ""):
            why = reason or "No camera was found."
            self.store.say(f"{why} Until there is one, this is the demo clip.")
        self.looks.choose_quality(self.store.state.quality)
        self.started.emit(live)
        if self.options.record is not None:
            self.recordings.begin(live, self.options.record, self.options.force)

    @Slot()
    def _reload_styles(self) -> None:
        if self.studio is not None:
            self.tasks.start(
                "read styles", self.studio.read_library, self._styles_reloaded, self.store.complain
            )

    def _styles_reloaded(self, library: Library) -> None:
        state = self.store.state
        try:
            parse_mix(state.style, library)
            style = state.style
        except PleinAirError:
            style = next(iter(library.styles))
        self.store.update(library=library, style=style)
        self.looks.change()
        for path, reason in library.rejected.items():
            if state.library is None or path not in state.library.rejected:
                self.store.complain(reason)

    # Sources and backends

    @Slot(str)
    def choose_source(self, source: str) -> None:
        """Open another source, which takes over once it works."""
        if self.live is not None:
            self.sources.choose(source, self.live)
        elif self._stylizer is not None and self.store.state.library is not None:
            self.store.update(overlay="Opening...", opening=source)
            self.sources.offer(source)
            self.sources.chosen = True
            self._open_first([source])

    def choose_size(self, width: int, height: int) -> None:
        """Ask cameras for pictures of this size."""
        self.sources.choose_size((width, height), self.live)

    def choose_backend(self, name: str) -> None:
        """Open the generator on another backend, which takes over once it works."""
        live, studio = self.live, self.studio
        if live is None or studio is None:
            return
        self.store.update(backend_busy=True)
        self.store.say(f"Starting {backend_label(name, 'what is fastest')}...")

        def switch() -> str | None:
            stylizer = studio.open_stylizer(name)
            live.switch_stylizer(stylizer)
            return stylizer.notice

        self.tasks.start(
            "switch backend",
            switch,
            lambda notice: self._backend_switched(name, notice),
            self._backend_refused,
        )

    def _backend_switched(self, name: str, notice: str | None) -> None:
        self.store.update(backend=name, backend_busy=False)
        self.store.say(notice or f"This is {backend_label(name, 'the fastest')}.")

    def _backend_refused(self, text: str) -> None:
        self.store.update(backend_busy=False)
        self.store.complain(text)

    # Keeping

    def toggle_recording(self) -> None:
        """Start a recording in the folder for recordings, or stop the one under way."""
        state = self.store.state
        if state.recording is Recording.RUNNING:
            self.recordings.end()
        elif state.recording is Recording.IDLE and self.live is not None:
            self.recordings.begin(self.live, new_file(state.style, ".mp4"), force=False)

    def take_snapshot(self, painted: PaintedFrame | None) -> None:
        """Keep this picture in the folder for recordings."""
        if painted is not None:
            self.recordings.keep_picture(painted.pixels, new_file(self.store.state.style, ".png"))

    def show_recordings(self) -> None:
        """Open the folder for recordings, which is made when it is missing."""
        folder = recordings_folder()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self.store.complain(f"The folder {folder} cannot be made ({error.strerror}).")
        else:
            self.errands.show(folder)

    def show_styles(self) -> None:
        """Open the folder for the person's own styles."""
        if self.studio is not None:
            self.errands.show(self.studio.folders[-1])

    def take_dropped(self, dropped: Sequence[str]) -> None:
        """Files and addresses that were dropped on the window."""
        if self.studio is not None:
            self.errands.take_dropped(dropped, self.studio.folders[-1])

    # Telling

    @Slot(object)
    def _show_notice(self, notice: Notice) -> None:
        if notice.kind is NoticeKind.LOST:
            self.store.update(overlay=f"{notice.text} It goes on by itself when it is back.")
            return
        if notice.kind is NoticeKind.BACK:
            self.store.update(overlay="")
        elif notice.kind in (NoticeKind.ENDED, NoticeKind.ERROR) and self._no_more_pictures():
            # That stays said until there is another source, and a still picture is not recorded.
            advice = " Choose another source." if notice.kind is NoticeKind.ENDED else ""
            self.store.update(overlay=notice.text + advice)
            self.recordings.end()
            return
        if notice.kind is NoticeKind.ERROR:
            self.store.complain(notice.text)
        else:
            self.store.say(notice.text)

    def _no_more_pictures(self) -> bool:
        return self.live is not None and self.live.finished.is_set()

    @Slot()
    def _tick(self) -> None:
        self.store.expire_messages()
        self._ticks += 1
        if sys.platform == "linux" and self._ticks % CAMERA_TICKS == 0 and self.store.state.ready:
            self.sources.look_for_cameras()  # reads a few small files; elsewhere it is slow, and the menu does it
        if self.live is not None:
            self.looks.show_controls()
            self.recordings.show_time()
            self.store.update(
                stats=self.live.stats.snapshot(newest=60),
                source_format=str(self.live.source.format),
                source_fps=self.live.source.format.fps,
                source_lines=min(self.live.source.format.width, self.live.source.format.height),
                device=self.live.stylizer.generator.session.device,
            )

    def close(self, geometry: QByteArray) -> None:
        """Finish the recording, give the camera back, remember the settings and where the window was."""
        self._timer.stop()
        self.tasks.finish()
        self.recordings.finish_now()
        if self.live is not None:
            self.live.stop()
            self.live.stylizer.close()
        elif self._stylizer is not None:
            self._stylizer.close()
        state = self.store.state
        self.settings.keep(strength=state.strength, keep_colors=state.keep_colors, geometry=geometry)
        self.settings.keep(**state.controls)
        if self.options.mirror is None:
            self.settings.keep(mirror=state.mirror, mirror_recordings=state.mirror_recordings)
        if state.backend != self.options.backend:  # what was asked for once is for once
            self.settings.keep(backend=state.backend)
        if state.qualities and state.quality != self.options.quality:
            self.settings.keep(quality=state.quality)
        self.settings.keep(fade=self.looks.fade)
        if state.library is not None and state.style in state.library.styles:
            self.settings.keep(style=state.style)
        remembered = state.source.startswith("camera") or state.source == DEMO.spec
        if remembered and (self.sources.chosen or state.source != DEMO.spec):  # the demo was a makeshift else
            self.settings.keep(source=state.source)

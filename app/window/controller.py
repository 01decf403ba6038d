"""What the window does: starts the live path, changes it as the person asks, and keeps the state that is shown."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QFileSystemWatcher, QObject, Qt, QTimer, Signal, Slot

from pleinair.app.names import backend_label
from pleinair.app.studio import FIRST_STYLE, Studio
from pleinair.app.window.background_tasks import BackgroundTasks
from pleinair.app.window.features.errands import Errands
from pleinair.app.window.features.first_source import FirstSource
from pleinair.app.window.features.jobs import Jobs
from pleinair.app.window.features.looks import Looks
from pleinair.app.window.features.picture import Picture
from pleinair.app.window.features.recording import Recordings
from pleinair.app.window.features.replay import Replays
from pleinair.app.window.features.sound import Sounds
from pleinair.app.window.features.sources import DEMO, Sources, absolute
from pleinair.app.window.features.virtual_camera import VirtualCameras
from pleinair.app.window.kept_files import make_folder, recordings_folder
from pleinair.app.window.launch_options import LaunchOptions
from pleinair.app.window.opening import Opened, Opening
from pleinair.app.window.remembering import first_state, keep_preferences, keep_state
from pleinair.app.window.settings import Settings
from pleinair.app.window.state import Preferences, Store
from pleinair.app.window.teaching.teaching import Teaching
from pleinair.engine.errors import PleinAirError
from pleinair.engine.live.governor import Governor
from pleinair.engine.live.notices import Notice, NoticeKind
from pleinair.engine.live.pipeline import LivePipeline
from pleinair.engine.styles.library import Library
from pleinair.engine.styles.look import Look, parse_mix
from pleinair.engine.stylizer import Stylizer
from pleinair.engine.threads.heartbeats import Heart

logger = logging.getLogger(__name__)

TICK_MS = 250
CAMERA_TICKS = 8
"""Between two looks for cameras that were plugged in."""


class Controller(QObject):
    """Everything slow runs in ``tasks``; all methods belong to the GUI thread."""

    started = Signal(object)
    """There is a LivePipeline, and it runs."""
    _noticed = Signal(object)

    def __init__(self, options: LaunchOptions, settings: Settings, opening: Opening) -> None:
        super().__init__()
        self.options, self.settings, self._opening = options, settings, opening
        self.store, self.tasks = Store(), BackgroundTasks()
        self.sources = Sources(self.store, self.tasks, self.settings, options.size, options.fps)
        self.looks = Looks(self.store, self.tasks)
        self.picture = Picture(self.store)
        self.sounds = Sounds(self.store, self.tasks)
        self.recordings = Recordings(self.store, self.tasks, self.sounds)
        self.replays = Replays(self.store, self.tasks, self.sounds)
        self.cameras = VirtualCameras(self.store, self.tasks)
        self.jobs = Jobs(self.store, self.tasks)
        self.errands = Errands(self.store, self.tasks)
        self.errands.source_wanted.connect(self.choose_source)
        self.errands.painting_wanted.connect(self.paint_files)
        self.errands.microphone_wanted.connect(self.sounds.choose)
        self.errands.camera_wanted.connect(self.cameras.begin)
        self.errands.repair_wanted.connect(self.recordings.repair)
        self.teaching = Teaching(self.store, self.tasks, options.generator)
        self.started.connect(self.teaching.follow)
        self._first = FirstSource(self.store, self.tasks, self.sources)
        self._first.opened.connect(self._live_opened)
        self._first.failed.connect(self._no_source)
        self.stuck = ""
        """Why nothing could be painted, the last time that this was so."""
        self.studio: Studio | None = None
        self.live: LivePipeline | None = None
        self._stylizer: Stylizer | None = None
        self._noticed.connect(self._show_notice, Qt.ConnectionType.QueuedConnection)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(self._reload_styles)
        self._ticks, self._heart = 0, Heart("window")
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """Show the settings, and take over what is being opened."""
        self.store.update(**first_state(self.options, self.settings))
        self._timer.start()
        self.tasks.start("start", self._opening.wait, self._opened, self._stuck)

    def _stuck(self, text: str, advice: str = "") -> None:
        """Nothing can be painted, at least for now."""
        logger.warning(text)
        self.stuck = text
        self.store.update(overlay=f"{text} {advice}".strip(), opening="")

    def _opened(self, opened: Opened) -> None:
        self.studio, self._stylizer, library = opened.studio, opened.stylizer, opened.library
        self.teaching.folder = self.studio.folders[-1]
        self._watcher.addPath(str(self.studio.folders[-1]))
        if not library.styles:
            self._stuck(self.tr("There are no styles; install Plein Air again."))
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
        self.looks.backdrop = opened.backdrop
        if opened.lost_backdrop:
            until = self.tr("Until you choose another backdrop, it is blurred.")
            self.store.complain(f"{opened.lost_backdrop} {until}")
        if opened.stylizer.notice:
            self.store.say(opened.stylizer.notice)
        if self.options.source is not None:
            self._open_first([absolute(self.options.source)])
            return
        cameras = [choice.spec for choice in self.store.state.sources if choice.spec.startswith("camera")]
        remembered = self.settings.text("source", "")
        wanted_sources = [remembered] if remembered else []
        self._open_first([*dict.fromkeys([*wanted_sources, *cameras, DEMO])])

    def _open_first(self, wanted: Sequence[str]) -> None:
        assert self._stylizer is not None and self.studio is not None
        stylizer, look, reopen = self._stylizer, self.looks.look(), self.studio.open_stylizer
        governor = Governor(self.options.target, self.options.work_size)
        notify = self._noticed.emit
        self._first.open(
            wanted, lambda opener: LivePipeline(opener, stylizer, look, notify, governor, reopen)
        )

    @Slot(str)
    def _no_source(self, text: str) -> None:
        self._stuck(text, self.tr("You can choose another source below."))

    @Slot(object, str, str)
    def _live_opened(self, live: LivePipeline, source: str, reason: str) -> None:
        self.live = live.start()
        for part in (self.looks, self.picture, self.sources, self.recordings, self.replays, self.cameras):
            part.live = live
        self.store.update(ready=True, overlay="", source=source, opening="", backend_busy=False)
        self.sources.offer(source)
        if self.options.source is None and not self.sources.chosen:
            self.sources.tell_makeshift(source, reason)
        self.looks.choose_quality(self.store.state.quality)
        self.started.emit(live)
        self._greet()
        if self.options.record is not None:
            self.recordings.begin(self.options.record, self.options.force)
        if self.options.virtual_camera is not None:
            self.cameras.begin(self.options.virtual_camera)

    def _greet(self) -> None:
        """Bring back the microphone, tell of the recording that the window was closed with, and the first time what
        is worth knowing."""
        if not self.settings.flag("hint_seen", False):
            self.settings.keep(hint_seen=True)
            self.store.give_hint()
        microphone = self.options.microphone
        if microphone is None and self.settings.flag("sound", False):
            microphone = self.settings.text("microphone", "")
        if microphone is not None:
            self.sounds.bring_back(microphone)
        recorded = self.settings.text("recorded", "")
        if recorded and os.path.exists(recorded):
            self.store.tell_kept(self.tr("Your last recording"), Path(recorded))
        self.recordings.look_back()

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
            self.store.update(overlay=self.tr("Opening..."), opening=source)
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
        label = backend_label(name, self.tr("what is fastest"))
        self.store.say(self.tr("Starting {backend}...").format(backend=label))

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
        label = backend_label(name, self.tr("the fastest"))
        self.store.say(notice or self.tr("This is {backend}.").format(backend=label))

    def _backend_refused(self, text: str) -> None:
        self.store.update(backend_busy=False)
        self.store.complain(text)

    def show_recordings(self) -> None:
        """Open the folder for recordings, which is made when it is missing."""
        folder = recordings_folder(self.store.state.preferences)
        try:
            make_folder(folder)
        except PleinAirError as error:
            self.store.complain(str(error))
        else:
            self.errands.show(folder)

    def show_styles(self) -> None:
        """Open the folder for the person's own styles."""
        if self.studio is not None:
            self.errands.show(self.studio.folders[-1])

    @Slot(object)
    def paint_files(self, files: Sequence[Path]) -> None:
        """Paint these into the folder for recordings, beside the picture."""
        if self.studio is not None and self.live is not None and files:
            backend = self.live.stylizer.generator.session.backend
            self.jobs.begin(files, self.studio, self.looks.look(), backend)

    def take_dropped(self, dropped: Sequence[str]) -> None:
        """Files and addresses that were dropped on the window."""
        if self.studio is not None:
            self.errands.take_dropped(dropped, self.studio.folders[-1])

    @Slot(object)
    def set_preferences(self, preferences: Preferences) -> None:
        """A person has set them; they are remembered at once."""
        self.store.update(preferences=preferences)
        keep_preferences(preferences, self.settings)

    # Telling

    @Slot(object)
    def _show_notice(self, notice: Notice) -> None:
        over = self.live is not None and self.live.finished.is_set()
        if notice.kind is NoticeKind.LOST:
            advice = self.tr("It goes on by itself when it is back.")
            self.store.update(overlay=f"{notice.text} {advice}")
            return
        if notice.kind is NoticeKind.BACK:
            self.store.update(overlay="")
        elif notice.kind in (NoticeKind.ENDED, NoticeKind.ERROR) and over:
            # That stays said until there is another source, and a still picture is not recorded.
            advice = self.tr("Choose another source.") if notice.kind is NoticeKind.ENDED else ""
            self.store.update(overlay=f"{notice.text} {advice}".strip())
            self.recordings.end()
            return
        if notice.kind is NoticeKind.ERROR:
            self.store.complain(notice.text)
        else:
            self.store.say(notice.text)

    @Slot()
    def _tick(self) -> None:
        self._heart.beat()
        self.store.expire_messages()
        self._ticks += 1
        if sys.platform == "linux" and self._ticks % CAMERA_TICKS == 0 and self.store.state.ready:
            self.sources.look_for_cameras()  # reads a few small files; elsewhere it is slow, and the menu does it
        if self.live is not None:
            self.looks.show_controls()
            source = self.live.source.format
            self.store.update(
                **self.recordings.news(),
                **self.sounds.news(),
                **self.sources.news(),
                stats=self.live.stats.snapshot(newest=60),
                source_format=str(source),
                source_fps=source.fps,
                source_lines=min(self.store.state.painting_arrangement.size(source.width, source.height)),
                device=self.live.stylizer.generator.session.device,
            )

    def close(self, geometry: QByteArray) -> None:
        """Finish the recording, give the camera back, remember the settings and where the window was."""
        self._timer.stop()
        self._heart.rest()
        self.teaching.finish()
        self.tasks.finish()
        recorded = self.recordings.finish_now()
        self.settings.keep(recorded=str(recorded.resolve()) if recorded is not None else "")
        self.replays.finish()
        self.cameras.finish_now()
        self.sounds.finish()
        if self.live is not None:
            self.live.stop()
            self.live.stylizer.close()
        elif self._stylizer is not None:
            self._stylizer.close()
        self.settings.keep(geometry=geometry)
        keep_state(self.store.state, self.options, self.settings, self.sources.chosen, self.sounds.chosen)

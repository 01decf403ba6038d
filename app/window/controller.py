"""What the window does: starts the live path, changes it as the person asks, and keeps the state that is shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QByteArray, QFileSystemWatcher, QObject, Qt, QTimer, Signal, Slot

from pleinair.app.studio import FIRST_STYLE, Studio
from pleinair.app.window.background_tasks import BackgroundTasks
from pleinair.app.window.launch_options import LaunchOptions, new_file
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
from pleinair.engine.sinks import write_picture
from pleinair.engine.styles.controls import controls
from pleinair.engine.styles.library import Library
from pleinair.engine.styles.look import Look, parse_mix
from pleinair.engine.stylizer import Stylizer

TICK_MS = 250
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
        self.sources = Sources(self.store, self.tasks, options.size, options.fps)
        self.recordings = Recordings(self.store, self.tasks)
        self.studio: Studio | None = None
        self.live: LivePipeline | None = None
        self._stylizer: Stylizer | None = None
        self._noticed.connect(self._show_notice, Qt.ConnectionType.QueuedConnection)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(self._reload_styles)
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
        )
        fade = settings.real("fade", FADE_SECONDS, 0.0, 2.0)
        self._fade = fade if options.fade is None else options.fade
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
        for reason in (*library.rejected.values(), opened.stylizer.notice):
            if reason:
                self.store.say(reason)
        source = self.options.source or self.settings.text("source", "")
        if not source:
            source = self.store.state.sources[0].spec  # a camera, where there is one
            if not opened.cameras:
                self.store.say("No camera was found, so this is the demo clip; plug one in and pick it.")
        may_fail = self.options.source is None and source != DEMO.spec
        failed = self._play_demo_instead if may_fail else self._stuck
        self.sources.when_allowed(source, lambda: self._open_first(source, failed))

    def _open_first(self, source: str, failed: Callable[[str], None]) -> None:
        assert self._stylizer is not None
        stylizer, look, opener = self._stylizer, self._look(), self.sources.opener(source)
        governor = Governor(self.options.target, self.options.work_size)
        self.tasks.start(
            "open source",
            lambda: LivePipeline(opener, stylizer, look, self._noticed.emit, governor).start(),
            lambda live: self._live_started(live, source),
            failed,
        )

    def _play_demo_instead(self, reason: str) -> None:
        self.store.say(f"{reason} Until then, this is the demo clip.")
        self._open_first(DEMO.spec, self._stuck)

    def _live_started(self, live: LivePipeline, source: str) -> None:
        self.live = live
        self.sources.offer(source)
        self.store.update(ready=True, overlay="", source=source, backend_busy=False)
        self.choose_quality(self.store.state.quality)
        self.started.emit(live)
        if self.options.record is not None:
            self.recordings.begin(live, self.options.record, self.options.force)

    # Looks

    def _look(self) -> Look:
        state = self.store.state
        assert state.library is not None
        mix = parse_mix(state.style, state.library)
        return Look(mix, state.strength / 100, state.keep_colors, state.controls)

    def _change_look(self) -> None:
        if self.live is not None:
            self.live.change_look(self._look(), self._fade)
            self._show_controls()

    def _show_controls(self) -> None:
        """Which controls work with the generator that paints at this moment."""
        assert self.live is not None
        generators, look = self.live.stylizer.generators, self.live.look
        names = [name for name, generator in generators.items() if look.fits(generator.digest)]
        painting = self.live.stats.generator
        name = painting if painting in names else names[0]
        found = look.controls_for(generators[name].digest)
        better = [n for n in names if look.controls_for(generators[n].digest) - found]
        advice = f"choose the quality {better[0].capitalize()}" if better else "choose another style"
        why = f"{name.capitalize()} paints this style without it; {advice}"
        if (found, why) != (self.store.state.available_controls, self.store.state.why_unavailable):
            self.store.update(available_controls=found, why_unavailable=why)

    def choose_quality(self, name: str) -> None:
        """Paint with this generator, or with the best that keeps up, from the next frame on."""
        self.store.update(quality=name)
        if self.live is not None:
            self.live.quality = None if name == AUTO else name
            self._show_controls()

    def choose_style(self, spec: str) -> None:
        """Paint with this style from the next frame on."""
        self.store.update(style=spec)
        self._change_look()

    def step_style(self, by: int) -> None:
        """The style ``by`` places further, round and round."""
        state = self.store.state
        if state.library is not None and state.ready:
            styles = list(state.library.styles)
            at = styles.index(state.style) + by if state.style in styles else 0
            self.choose_style(styles[at % len(styles)])

    def choose_strength(self, percent: int) -> None:
        """From 0, the untouched picture, to 100."""
        self.store.update(strength=min(100, max(0, percent)))
        self._change_look()

    def step_strength(self, by: int) -> None:
        """``by`` percent more."""
        self.choose_strength(self.store.state.strength + by)

    def choose_keep_colors(self, keep: bool) -> None:
        """Whether to paint with the colours of the frame."""
        self.store.update(keep_colors=keep)
        self._change_look()

    def toggle_keep_colors(self) -> None:
        """The other way round."""
        self.choose_keep_colors(not self.store.state.keep_colors)

    def choose_control(self, name: str, value: float) -> None:
        """Set a control of the styles."""
        self.store.update(controls={**self.store.state.controls, name: value})
        self._change_look()

    @Slot()
    def _reload_styles(self) -> None:
        if self.studio is not None:
            self.tasks.start("read styles", self.studio.read_library, self._styles_reloaded, self.store.say)

    def _styles_reloaded(self, library: Library) -> None:
        state = self.store.state
        try:
            parse_mix(state.style, library)
            style = state.style
        except PleinAirError:
            style = next(iter(library.styles))
        self.store.update(library=library, style=style)
        self._change_look()
        for path, reason in library.rejected.items():
            if state.library is None or path not in state.library.rejected:
                self.store.say(reason)

    # Sources and backends

    def choose_source(self, source: str) -> None:
        """Open another source, which takes over once it works."""
        if self.live is not None:
            self.sources.choose(source, self.live)

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
        self.store.say(text)

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
        if painted is None:
            return
        path = new_file(self.store.state.style, ".png")

        def write() -> Path:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_picture(path, painted.pixels)
            return path

        say = self.store.say
        self.tasks.start("snapshot", write, lambda kept: say(f"Kept: {kept}"), say)

    # Telling

    @Slot(object)
    def _show_notice(self, notice: Notice) -> None:
        if notice.kind is NoticeKind.LOST:
            self.store.update(overlay=f"{notice.text} It goes on by itself when it is back.")
            return
        if notice.kind is NoticeKind.BACK:
            self.store.update(overlay="")
        elif self.live is not None and self.live.finished.is_set():
            # That stays said until there is another source, and a still picture is not recorded.
            advice = " Choose another source." if notice.kind is NoticeKind.ENDED else ""
            self.store.update(overlay=notice.text + advice)
            self.recordings.end()
        self.store.say(notice.text)

    @Slot()
    def _tick(self) -> None:
        self.store.expire_message()
        if self.live is not None:
            self._show_controls()
            self.recordings.show_time()
            self.store.update(
                stats=self.live.stats.snapshot(newest=60),
                source_format=str(self.live.source.format),
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
        if state.backend != self.options.backend:  # what was asked for once is for once
            self.settings.keep(backend=state.backend)
        if state.qualities and state.quality != self.options.quality:
            self.settings.keep(quality=state.quality)
        self.settings.keep(fade=self._fade)
        if state.library is not None and state.style in state.library.styles:
            self.settings.keep(style=state.style)
        if state.source.startswith("camera") or state.source == DEMO.spec:
            self.settings.keep(source=state.source)

"""The main window: the picture, and what a person can change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QFileSystemWatcher, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QMainWindow, QVBoxLayout, QWidget

from pleinair.app.studio import FIRST_STYLE, Studio, open_studio
from pleinair.app.window.backend_button import BackendButton
from pleinair.app.window.background_tasks import BackgroundTasks
from pleinair.app.window.controls import DEMO, Controls
from pleinair.app.window.launch_options import LaunchOptions, new_file
from pleinair.app.window.preview import Preview
from pleinair.app.window.record_button import RecordButton
from pleinair.app.window.settings import Settings
from pleinair.engine.backends.registry import AUTO, backends
from pleinair.engine.clock import now
from pleinair.engine.errors import BackendError, PleinAirError
from pleinair.engine.live.governor import Governor
from pleinair.engine.live.notices import Notice, NoticeKind
from pleinair.engine.live.pipeline import LivePipeline
from pleinair.engine.sinks import write_picture
from pleinair.engine.sources import Camera, Source, list_cameras, open_source
from pleinair.engine.styles.library import Library
from pleinair.engine.styles.look import Look, parse_mix
from pleinair.engine.stylizer import Stylizer

STATUS_MS = 250
MESSAGE_SECONDS = 6.0


def _backend_label(name: str, otherwise: str) -> str:
    spec = backends().get(name)
    return otherwise if spec is None else spec.label


class MainWindow(QMainWindow):
    """Everything slow runs in ``tasks``; this class only shows and asks."""

    noticed = Signal(object)

    def __init__(self, options: LaunchOptions) -> None:
        super().__init__()
        self.options = options
        self.settings = Settings()
        self.tasks = BackgroundTasks()
        self.studio: Studio | None = None
        self.stylizer: Stylizer | None = None
        self.library: Library | None = None
        self.live: LivePipeline | None = None
        self._source_spec = ""
        self._backend_spec = AUTO
        self._message_until = 0.0
        self._build()
        self._connect()
        self.preview.show_message("Getting the paints ready...")
        self.tasks.start("start", self._prepare, self._prepared, self.preview.show_message)

    # Building

    def _build(self) -> None:
        self.setWindowTitle("Plein Air")
        self.preview = Preview()
        self.record = RecordButton(self.tasks, lambda: new_file(self.controls.style_spec, ".mp4"), self._say)
        self.controls = Controls(self.record)
        self.status = QLabel()
        self.backend = BackendButton()
        self.message = QLabel()
        page = QVBoxLayout()
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addWidget(self.preview, 1)
        page.addWidget(self.controls)
        centre = QWidget()
        centre.setLayout(page)
        self.setCentralWidget(centre)
        self.statusBar().addWidget(self.message, 1)
        self.statusBar().addPermanentWidget(self.status)
        self.statusBar().addPermanentWidget(self.backend)
        self.resize(1000, 820)
        geometry = self.settings.geometry()
        if geometry is not None:
            self.restoreGeometry(geometry)
        options, settings = self.options, self.settings
        strength = settings.number("strength", 100, 0, 100)
        keep = settings.flag("keep_colors", False)
        self.controls.strength.setValue(
            strength if options.strength is None else round(options.strength * 100)
        )
        self.controls.keep_colors.setChecked(keep if options.keep_colors is None else options.keep_colors)

    def _connect(self) -> None:
        controls = self.controls
        self.noticed.connect(self._show_notice, Qt.ConnectionType.QueuedConnection)
        controls.styles.currentIndexChanged.connect(self._change_look)
        controls.strength.valueChanged.connect(self._change_look)
        controls.keep_colors.toggled.connect(self._change_look)
        controls.cameras.activated.connect(self._choose_source)
        controls.cameras.opening.connect(self._look_for_cameras)
        self.backend.chosen.connect(self._choose_backend)
        controls.snapshot.clicked.connect(self._take_snapshot)
        self._folder_watcher = QFileSystemWatcher(self)
        self._folder_watcher.directoryChanged.connect(self._reload_styles)
        self._clock = QTimer(self, interval=STATUS_MS)
        self._clock.timeout.connect(self._show_status)
        self._clock.start()
        actions: list[tuple[str, Callable[[], Any]]] = [
            ("R", self.record.click),
            ("S", controls.snapshot.click),
            ("C", controls.keep_colors.toggle),
            ("PgDown", lambda: controls.step_style(1)),
            ("PgUp", lambda: controls.step_style(-1)),
            ("+", lambda: controls.step_strength(10)),
            ("-", lambda: controls.step_strength(-10)),
            ("F11", self._toggle_full_screen),
            ("Esc", self.showNormal),
            ("Ctrl+Q", self.close),
        ]
        for keys, action in actions:
            QShortcut(QKeySequence(keys), self).activated.connect(action)

    # Starting

    def _prepare(self) -> tuple[Studio, Stylizer, list[Camera]]:
        studio = open_studio(self.options.generator)
        return studio, self._open_stylizer(studio), list_cameras()

    def _open_stylizer(self, studio: Studio) -> Stylizer:
        if self.options.backend is not None:
            self._backend_spec = self.options.backend
            return studio.open_stylizer(self.options.backend)
        self._backend_spec = self.settings.text("backend", AUTO)
        try:
            return studio.open_stylizer(self._backend_spec)
        except BackendError as error:  # it ran once; that must not keep the window shut
            self._backend_spec = AUTO
            stylizer = studio.open_stylizer()
            stylizer.notice = str(error)
            return stylizer

    def _prepared(self, found: tuple[Studio, Stylizer, list[Camera]]) -> None:
        self.studio, self.stylizer, cameras = found
        self.library = self.studio.library
        self._folder_watcher.addPath(str(self.studio.folders[-1]))
        if not self.library.styles:
            self.preview.show_message("There are no styles; install Plein Air again.")
            return
        wanted_style = self.options.style or self.settings.text("style", FIRST_STYLE)
        try:
            if self.options.style:
                parse_mix(wanted_style, self.library)
        except PleinAirError as error:
            self.preview.show_message(str(error))
            return
        self.controls.fill_styles(self.library, wanted_style)
        self.controls.fill_cameras(cameras)
        for reason in (*self.library.rejected.values(), self.stylizer.notice):
            if reason:
                self._say(reason)
        wanted = self.options.source or self.settings.text("source", "")
        if not wanted:
            wanted = f"camera:{cameras[0].number}" if cameras else DEMO
            if not cameras:
                self._say("No camera was found, so this is the demo clip; plug one in and pick it.")
        may_fail = self.options.source is None and wanted != DEMO
        self._open_first(wanted, self._play_demo_instead if may_fail else self.preview.show_message)

    def _open_first(self, words: str, failed: Callable[[str], None]) -> None:
        assert self.stylizer is not None
        stylizer, look, opener = self.stylizer, self._look(), self._opener(words)
        governor = Governor(self.options.target, self.options.work_size)
        self.tasks.start(
            "open source",
            lambda: LivePipeline(opener, stylizer, look, self.noticed.emit, governor).start(),
            lambda live: self._started(live, words),
            failed,
        )

    def _play_demo_instead(self, reason: str) -> None:
        self._say(f"{reason} Until then, this is the demo clip.")
        self._open_first(DEMO, self.preview.show_message)

    def _started(self, live: LivePipeline, words: str) -> None:
        self.live = live
        self._source_is(words)
        self.preview.show_slot(live.painted)
        self.preview.show_message("")
        self.controls.set_ready(True)
        self.backend.setEnabled(True)
        self._show_backend()
        self.record.attach(live)
        if self.options.record is not None:
            self.record.begin(self.options.record, self.options.force)

    def _opener(self, words: str) -> Callable[[], Source]:
        size = self.options.size
        return lambda: open_source(words, loop=True, size=size)

    # Styles and looks

    def _look(self) -> Look:
        assert self.library is not None
        return Look(
            parse_mix(self.controls.style_spec, self.library),
            self.controls.strength.value() / 100,
            self.controls.keep_colors.isChecked(),
        )

    @Slot()
    def _change_look(self) -> None:
        if self.live is not None and self.controls.style_spec:
            self.live.look = self._look()

    @Slot()
    def _reload_styles(self) -> None:
        if self.studio is not None:
            self.tasks.start("read styles", self.studio.read_library, self._styles_reloaded, self._say)

    def _styles_reloaded(self, library: Library) -> None:
        before, self.library = self.library, library
        self.controls.fill_styles(library, self.controls.style_spec)
        self._change_look()
        for path, reason in library.rejected.items():
            if before is None or path not in before.rejected:
                self._say(reason)

    # Sources

    def _source_is(self, words: str) -> None:
        self._source_spec = words
        self.controls.show_source(words)

    @Slot()
    def _look_for_cameras(self) -> None:
        if self.live is not None:
            self.tasks.start("list cameras", list_cameras, self.controls.fill_cameras, self._say)

    @Slot()
    def _choose_source(self) -> None:
        words = str(self.controls.cameras.currentData())
        live = self.live
        if live is None or words == self._source_spec:
            return
        self._say(f"Opening {self.controls.cameras.currentText()}...")
        self.controls.cameras.setEnabled(False)
        self.tasks.start(
            "switch source",
            lambda: live.switch_source(self._opener(words)),
            lambda _: self._source_switched(words),
            self._source_refused,
        )

    def _source_switched(self, words: str) -> None:
        self.controls.cameras.setEnabled(True)
        self._source_is(words)
        self.preview.show_message("")
        self._say(f"This is {self.controls.cameras.currentText()}.")

    def _source_refused(self, text: str) -> None:
        self.controls.cameras.setEnabled(True)
        self._source_is(self._source_spec)
        self._say(text)

    # Backends

    @Slot(str)
    def _choose_backend(self, name: str) -> None:
        assert self.live is not None and self.studio is not None
        live, studio = self.live, self.studio
        self.backend.setEnabled(False)
        self._say(f"Starting {_backend_label(name, 'what is fastest')}...")

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
        self._backend_spec = name
        self._show_backend()
        self._say(notice or f"This is {_backend_label(name, 'the fastest')}.")

    def _backend_refused(self, text: str) -> None:
        self._show_backend()
        self._say(text)

    def _show_backend(self) -> None:
        self.backend.setEnabled(True)
        self.backend.show_choice(self._backend_spec)

    # Snapshots

    @Slot()
    def _take_snapshot(self) -> None:
        newest = self.preview.newest
        if newest is None:
            return
        path = new_file(self.controls.style_spec, ".png")

        def write() -> Path:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_picture(path, newest.pixels)
            return path

        self.tasks.start("snapshot", write, lambda kept: self._say(f"Kept: {kept}"), self._say)

    # Telling

    def _say(self, text: str) -> None:
        self.message.setText(text)
        self.message.setToolTip(text)
        self._message_until = now() + MESSAGE_SECONDS

    @Slot(object)
    def _show_notice(self, notice: Notice) -> None:
        if notice.kind is NoticeKind.LOST:
            self.preview.show_message(f"{notice.text} It goes on by itself when it is back.")
        elif notice.kind is NoticeKind.INFO:
            self.preview.show_message("")
            self._say(notice.text)
        else:
            self._say(notice.text)

    @Slot()
    def _show_status(self) -> None:
        if self.message.text() and now() > self._message_until:
            self.message.clear()
        live = self.live
        if live is None:
            return
        stats = live.stats.snapshot(newest=60)
        parts = [
            f"{stats.fps:.0f} fps",
            "" if stats.latency is None else f"{stats.latency.p50:.0f} ms",
            f"{stats.dropped} dropped",
            str(live.source.format),
            "" if stats.painted_size == (0, 0) else "painted at {}x{}".format(*stats.painted_size),
        ]
        self.status.setText("   ".join(part for part in parts if part))
        self.backend.setText(live.stylizer.generator.session.device)
        self.record.show_time()

    @Slot()
    def _toggle_full_screen(self) -> None:
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 (Qt's name)
        """Finish the recording, give the camera back, remember."""
        self._clock.stop()
        self.preview.show_slot(None)
        self.tasks.finish()
        self.record.finish_now()
        if self.live is not None:
            self.live.stop()
            self.live.stylizer.close()
        elif self.stylizer is not None:
            self.stylizer.close()
        values: dict[str, Any] = {
            "strength": self.controls.strength.value(),
            "keep_colors": self.controls.keep_colors.isChecked(),
            "geometry": self.saveGeometry(),
        }
        if self._backend_spec != self.options.backend:  # what was asked for once is for once
            values["backend"] = self._backend_spec
        words = self.controls.style_spec
        if words and ":" not in words and "," not in words:
            values["style"] = words
        if self._source_spec.startswith("camera") or self._source_spec == DEMO:
            values["source"] = self._source_spec
        self.settings.keep(**values)
        super().closeEvent(event)

"""The main window: puts the widgets together, shows the state, and hands on what a person does."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Slot
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence
from PySide6.QtWidgets import QLabel, QMainWindow, QVBoxLayout, QWidget

from pleinair.app.window.actions import ACTIONS, RECORD, SNAPSHOT
from pleinair.app.window.choice_button import ChoiceButton
from pleinair.app.window.controller import Controller
from pleinair.app.window.controls import Controls
from pleinair.app.window.launch_options import LaunchOptions
from pleinair.app.window.preview import Preview
from pleinair.app.window.state import WindowState
from pleinair.engine.backends.registry import AUTO, backends
from pleinair.engine.backends.selection import automatic_backends
from pleinair.engine.files import GENERATORS
from pleinair.engine.live.pipeline import LivePipeline


def figures(state: WindowState) -> str:
    """How the live path is doing, in one line."""
    stats = state.stats
    if stats is None:
        return ""
    parts = [
        f"{stats.fps:.0f} fps",
        "" if stats.latency is None else f"{stats.latency.p50:.0f} ms",
        f"{stats.dropped} dropped",
        state.source_format,
        "" if stats.painted_size == (0, 0) else "painted at {}x{}".format(*stats.painted_size),
    ]
    return "   ".join(part for part in parts if part)


def quality_text(state: WindowState) -> str:
    """What was chosen, and in brackets what paints where that is not the same."""
    text = f"Quality: {state.quality.capitalize()}"
    painting = state.stats.generator if state.stats else ""
    return text if painting in ("", state.quality) else f"{text} ({painting.capitalize()})"


class MainWindow(QMainWindow):
    """The picture, and what a person can change."""

    controller: Controller
    preview: Preview
    controls: Controls

    def __init__(self, options: LaunchOptions) -> None:
        super().__init__()
        self.setWindowTitle("Plein Air")
        self.controller = Controller(options)
        self.preview = Preview()
        self.controls = Controls()
        self.status = QLabel()
        self.message = QLabel()
        labels = {name: backends()[name].label for name in automatic_backends()}
        self.backend = ChoiceButton("What paints", {AUTO: "The fastest (measured once)", **labels})
        names = {name: name.capitalize() for name in GENERATORS}
        self.quality = ChoiceButton("Quality", {AUTO: "Auto: the best that keeps up", **names})
        self._lay_out()
        self._connect()
        geometry = self.controller.settings.geometry()
        if geometry is not None:
            self.restoreGeometry(geometry)
        self.controller.start()

    def _lay_out(self) -> None:
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
        self.statusBar().addPermanentWidget(self.quality)
        self.statusBar().addPermanentWidget(self.backend)
        self.resize(QSize(1000, 860).boundedTo(self.screen().availableSize() * 0.94))

    def _connect(self) -> None:
        controller, controls = self.controller, self.controls
        controller.store.changed.connect(self._render)
        controller.started.connect(self._show_live)
        controls.style_chosen.connect(controller.choose_style)
        controls.strength_chosen.connect(controller.choose_strength)
        controls.keep_colors_chosen.connect(controller.choose_keep_colors)
        controls.control_chosen.connect(controller.choose_control)
        controls.source_chosen.connect(controller.choose_source)
        controls.cameras.opening.connect(controller.sources.look_for_cameras)
        self.backend.chosen.connect(controller.choose_backend)
        self.quality.chosen.connect(controller.choose_quality)
        actions = {}
        for spec in ACTIONS:
            action = QAction(spec.text, self, shortcut=QKeySequence(spec.shortcut), toolTip=spec.tooltip)
            action.triggered.connect(partial(spec.handler, self))
            self.addAction(action)
            actions[spec] = action
        controls.record.clicked.connect(actions[RECORD].trigger)
        controls.snapshot.clicked.connect(actions[SNAPSHOT].trigger)

    @Slot(object)
    def _render(self, state: WindowState) -> None:
        self.preview.show_message(state.overlay)
        self.controls.render_state(state)
        self.backend.render_choice(state.device, state.backend, not state.backend_busy)
        self.quality.render_choice(quality_text(state), state.quality, bool(state.qualities))
        self.quality.setVisible(len(state.qualities) > 0)
        self.status.setText(figures(state))
        self.message.setText(state.message)
        self.message.setToolTip(state.message)

    @Slot(object)
    def _show_live(self, live: LivePipeline) -> None:
        self.preview.show_slot(live.painted)

    def toggle_full_screen(self) -> None:
        """Fill the screen, or leave it."""
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 (Qt's name)
        """Finish the recording, give the camera back, remember."""
        self.preview.show_slot(None)
        self.controller.close(self.saveGeometry())
        super().closeEvent(event)

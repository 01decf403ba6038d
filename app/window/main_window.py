"""The main window: puts the widgets together, shows the state, and hands on what a person does."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QVBoxLayout, QWidget

from pleinair.app.window.actions import ACTIONS, MENU, RECORD, SNAPSHOT, ActionSpec
from pleinair.app.window.controller import Controller
from pleinair.app.window.launch_options import LaunchOptions
from pleinair.app.window.state import WindowState
from pleinair.app.window.teaching.dialog import show_teaching
from pleinair.app.window.widgets.choice_button import ChoiceButton
from pleinair.app.window.widgets.condition import ConditionButton
from pleinair.app.window.widgets.controls import Controls
from pleinair.app.window.widgets.dialogs import ask_for_address, ask_for_file, show_about, show_keys
from pleinair.app.window.widgets.message_bar import MessageBar
from pleinair.app.window.widgets.preview import Preview
from pleinair.engine.backends.registry import AUTO, backends
from pleinair.engine.backends.selection import automatic_backends
from pleinair.engine.files import GENERATORS
from pleinair.engine.live.pipeline import LivePipeline

MINIMUM = QSize(560, 300)
"""Width and height at which everything can still be used."""


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
        self.message = MessageBar(self.preview)
        self.condition = ConditionButton()
        labels = {name: backends()[name].label for name in automatic_backends()}
        self.backend = ChoiceButton("What paints", {AUTO: "The fastest (measured once)", **labels})
        names = {name: name.capitalize() for name in GENERATORS}
        self.quality = ChoiceButton("Quality", {AUTO: "Auto: the best that keeps up", **names})
        self._lay_out()
        self._connect()
        geometry = self.controller.settings.geometry()
        if geometry is not None:
            self.restoreGeometry(geometry)
            self._fit_screen(1.0)
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
        self.statusBar().setSizeGripEnabled(False)
        self.statusBar().addWidget(self.condition)
        self.statusBar().addPermanentWidget(self.quality)
        self.statusBar().addPermanentWidget(self.backend)
        self.setMinimumSize(MINIMUM)
        self.setAcceptDrops(True)
        self.resize(QSize(1000, 860))
        self._fit_screen(0.9)

    def _fit_screen(self, share: float) -> None:
        """No larger than that share of the screen, and not outside of it, wherever it was last time."""
        if self.isFullScreen() or self.isMaximized():
            return
        room = self.screen().availableGeometry()
        border = self.frameGeometry().size() - self.size()
        self.resize(self.size().boundedTo(room.size() * share - border).expandedTo(MINIMUM))
        frame = self.frameGeometry()
        left = max(room.left(), min(frame.left(), room.right() + 1 - frame.width()))
        top = max(room.top(), min(frame.top(), room.bottom() + 1 - frame.height()))
        if (left, top) != (frame.left(), frame.top()):
            self.move(left, top)

    def _connect(self) -> None:
        controller, controls = self.controller, self.controls
        controller.store.changed.connect(self._render)
        controller.started.connect(self._show_live)
        controls.style_chosen.connect(controller.looks.choose_style)
        controls.strength_chosen.connect(controller.looks.choose_strength)
        controls.keep_colors_chosen.connect(controller.looks.choose_keep_colors)
        controls.control_chosen.connect(controller.looks.choose_control)
        controls.source.chosen.connect(controller.choose_source)
        controls.source.size_chosen.connect(controller.choose_size)
        controls.source.file_wanted.connect(self.open_file)
        controls.source.address_wanted.connect(self.open_address)
        controls.source.opening.connect(controller.sources.look_for_cameras)
        self.message.taken_up.connect(controller.errands.take_up)
        self.message.dismissed.connect(controller.store.dismiss)
        self.backend.chosen.connect(controller.choose_backend)
        self.quality.chosen.connect(controller.looks.choose_quality)
        actions: dict[ActionSpec, QAction] = {}
        self._actions = actions
        for spec in ACTIONS:
            action = QAction(spec.text, self, shortcut=QKeySequence(spec.shortcut), toolTip=spec.tooltip)
            action.triggered.connect(partial(self._act, spec))
            action.setCheckable(spec.checked is not None)
            self.addAction(action)
            actions[spec] = action
        controls.record.clicked.connect(actions[RECORD].trigger)
        controls.snapshot.clicked.connect(actions[SNAPSHOT].trigger)
        menu = QMenu(controls.menu)
        for group in MENU:
            for spec in group:
                menu.addAction(actions[spec])
            menu.addSeparator()
        controls.menu.setMenu(menu)

    def _act(self, spec: ActionSpec, checked: bool = False) -> None:
        """``checked`` is what Qt made of it; the state says it anew."""
        spec.handler(self)

    @Slot(object)
    def _render(self, state: WindowState) -> None:
        self.preview.show_message(state.overlay)
        self.controls.render_state(state)
        self.backend.render_choice(state.device, state.backend, not state.backend_busy)
        self.quality.render_choice(quality_text(state), state.quality, bool(state.qualities))
        self.quality.setVisible(len(state.qualities) > 0)
        self.condition.render_state(state)
        self.preview.set_mirrored(state.mirrors_screen)
        for spec, action in self._actions.items():
            if spec.checked is not None:
                action.setChecked(spec.checked(state))
        self.message.render_messages(state.messages)

    @Slot(object)
    def _show_live(self, live: LivePipeline) -> None:
        self.preview.show_slot(live.painted)

    def toggle_full_screen(self) -> None:
        """Fill the screen, or go back to what was: a window of some size, or one that was maximised."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def leave_full_screen(self) -> None:
        """Back to what was, from a full screen only."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowFullScreen)

    def open_file(self) -> None:
        """Let a person pick a file, and paint it."""
        ask_for_file(self, self.controller.choose_source)

    def open_address(self) -> None:
        """Let a person type an address, and paint what comes from there."""
        ask_for_address(self, self.controller.choose_source)

    def teach_style(self) -> None:
        """Let a person choose a painting, and learn to paint like it."""
        show_teaching(self, self.controller.teaching, self.controller.looks.choose_style)

    def show_keys(self) -> None:
        """The list of keys."""
        show_keys(self, [(spec.shortcut, spec.tooltip) for spec in ACTIONS if spec.shortcut])

    def show_about(self) -> None:
        """Version and licences."""
        show_about(self)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 (Qt's name)
        """Take files and addresses."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 (Qt's name)
        """Paint the first video, photo or address, and install styles."""
        urls = event.mimeData().urls()
        self.controller.take_dropped([url.toLocalFile() or url.toString() for url in urls])
        event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 (Qt's name)
        """Finish the recording, give the camera back, remember."""
        self.preview.show_slot(None)
        self.controller.close(self.saveGeometry())
        super().closeEvent(event)

"""The main window: puts the widgets together, shows the state, and hands on what a person does."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
)
from PySide6.QtWidgets import QMainWindow, QProgressBar, QVBoxLayout, QWidget

from pleinair.app.names import name
from pleinair.app.translation import translate
from pleinair.app.window.action_spec import ActionSpec
from pleinair.app.window.actions import ACTIONS, MUTE, RECORD, RECORDING, SNAPSHOT
from pleinair.app.window.controller import Controller
from pleinair.app.window.dialogs.mix_panel import MixPanel
from pleinair.app.window.dialogs.preferences import PreferencesDialog
from pleinair.app.window.dialogs.simple import (
    ask_for_address,
    ask_for_color,
    ask_for_file,
    ask_for_files,
    show_about,
    show_keys,
)
from pleinair.app.window.features.full_screen import FullScreen
from pleinair.app.window.launch_options import LaunchOptions
from pleinair.app.window.menus import make_actions, make_menu, make_short_menu
from pleinair.app.window.opening import Opening
from pleinair.app.window.picture_actions import BACKDROPS, BEFORE, MIX, PLACES, REGIONS, SURPRISE
from pleinair.app.window.settings import Settings
from pleinair.app.window.state import Recording, WindowState
from pleinair.app.window.teaching.dialog import show_teaching
from pleinair.app.window.widgets.choice_button import ChoiceButton
from pleinair.app.window.widgets.condition import ConditionButton
from pleinair.app.window.widgets.controls import Controls
from pleinair.app.window.widgets.hint import Hint
from pleinair.app.window.widgets.message_bar import MessageBar
from pleinair.app.window.widgets.microphone_menu import MicrophoneMenu
from pleinair.app.window.widgets.preview import Preview, RecordingSign
from pleinair.app.window.widgets.seek_bar import SeekBar, clock_time
from pleinair.app.window.widgets.sideways import Sideways
from pleinair.app.window.widgets.style_strip import StyleStrip
from pleinair.engine.backends.registry import AUTO, backends
from pleinair.engine.backends.selection import automatic_backends
from pleinair.engine.files import GENERATORS
from pleinair.engine.live.pipeline import LivePipeline

MINIMUM = QSize(560, 300)
"""Width and height at which everything can still be used."""
ROOM_FOR_STRIP = QSize(760, 560)
"""Width and height of the window from which on the row of styles is shown."""


def quality_text(state: WindowState) -> str:
    """What was chosen, and in brackets what paints where that is not the same."""
    chosen = translate("MainWindow", "Quality: {name}").format(name=name(state.quality.capitalize()))
    painting = state.stats.generator if state.stats else ""
    return chosen if painting in ("", state.quality) else f"{chosen} ({name(painting.capitalize())})"


def recording_sign(state: WindowState) -> RecordingSign | None:
    """What stands over the picture while something is recorded, or about to be."""
    if state.countdown:
        return RecordingSign(str(state.countdown), about_to_begin=True)
    if state.recording not in (Recording.RUNNING, Recording.PAUSED):
        return None
    return RecordingSign(clock_time(state.recorded_seconds), paused=state.recording is Recording.PAUSED)


class MainWindow(QMainWindow):
    """The picture, and what a person can change."""

    controller: Controller
    preview: Preview
    controls: Controls
    full_screen: FullScreen

    def __init__(self, options: LaunchOptions, settings: Settings, opening: Opening) -> None:
        super().__init__()
        self.setWindowTitle("Plein Air")
        self.controller = Controller(options, settings, opening)
        self.preview = Preview()
        self.controls = Controls()
        self.strip, self.seek_bar = StyleStrip(), SeekBar()
        self.loudness = QProgressBar()
        self.loudness.setTextVisible(False)
        self.loudness.setFixedWidth(70)
        self.loudness.setToolTip(self.tr("How loud the microphone is"))
        self.loudness.setAccessibleName(self.tr("Loudness"))
        self.message, self.hint = MessageBar(self.preview), Hint(self.preview)
        self.condition = ConditionButton()
        fastest, best = self.tr("The fastest (measured once)"), self.tr("Auto: the best that keeps up")
        labels = {backend: name(backends()[backend].label) for backend in automatic_backends()}
        self.backend = ChoiceButton(self.tr("What paints"), {AUTO: fastest, **labels})
        names = {generator: name(generator.capitalize()) for generator in GENERATORS}
        self.quality = ChoiceButton(self.tr("Quality"), {AUTO: best, **names})
        self._lay_out()
        self._connect()
        if not self.controller.settings.place(self):
            self._fit_screen(1.0)
        self.controller.start()

    def _lay_out(self) -> None:
        page = QVBoxLayout()
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addWidget(self.preview, 1)
        page.addWidget(self.seek_bar)
        page.addWidget(self.strip)
        self.sideways = Sideways(self.controls)
        page.addWidget(self.sideways)
        self.full_screen = FullScreen(self, self.preview, self.sideways, self.strip, self.seek_bar)
        centre = QWidget()
        centre.setLayout(page)
        self.setCentralWidget(centre)
        self.statusBar().setSizeGripEnabled(False)
        self.statusBar().addWidget(self.condition)
        self.statusBar().addPermanentWidget(self.loudness)
        self.statusBar().addPermanentWidget(self.quality)
        self.statusBar().addPermanentWidget(self.backend)
        order = (*self.strip.in_order, *self.controls.in_order, self.condition, self.quality, self.backend)
        for before, after in pairwise(order):
            self.setTabOrder(before, after)
        self.controls.styles.setFocus()  # in the search, keys would be letters
        self.setAcceptDrops(True)
        self.resize(QSize(1000, 860))
        self._fit_screen(0.9)

    def _fit_screen(self, share: float) -> None:
        """No larger than that share of the screen, and not outside of it, wherever it was last time."""
        if self.isFullScreen() or self.isMaximized():
            return
        room = self.screen().availableGeometry()
        least = MINIMUM.boundedTo(room.size())
        self.setMinimumSize(least)
        border = self.frameGeometry().size() - self.size()
        self.resize(self.size().boundedTo(room.size() * share - border).expandedTo(least))
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
        self.strip.chosen.connect(controller.looks.choose_style)
        self.strip.tried.connect(controller.looks.try_style)
        self.strip.starred.connect(controller.looks.toggle_favourite)
        self.seek_bar.pause_toggled.connect(controller.sources.toggle_pause)
        self.seek_bar.moved.connect(controller.sources.seek)
        self.preview.pointed.connect(self.full_screen.wake)
        self.preview.double_clicked.connect(self.full_screen.toggle)
        self.full_screen.changed.connect(self._place_rows)
        self.message.cancelled.connect(controller.jobs.cancel)
        self.message.taken_up.connect(controller.errands.take_up)
        self.message.dismissed.connect(controller.store.dismiss)
        self.backend.chosen.connect(controller.choose_backend)
        self.quality.chosen.connect(controller.looks.choose_quality)
        actions = self._actions = make_actions(self, ACTIONS, self._act)
        self.strip.surprise.clicked.connect(actions[SURPRISE].trigger)
        self.strip.mix.clicked.connect(actions[MIX].trigger)
        self.strip.person.setMenu(make_short_menu(self.strip.person, actions, REGIONS, BACKDROPS))
        controls.record.clicked.connect(actions[RECORD].trigger)
        controls.snapshot.clicked.connect(actions[SNAPSHOT].trigger)
        menu, submenus = make_menu(controls.menu, actions)
        self.microphones = MicrophoneMenu(controls.menu)
        self.microphones.chosen.connect(controller.sounds.choose)
        submenus[RECORDING].insertMenu(actions[MUTE], self.microphones)
        submenus[RECORDING].aboutToShow.connect(controller.sounds.look_for_microphones)
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
        self.message.render_state(state)
        self.hint.render_state(state)
        self.seek_bar.render_state(state)
        self.microphones.render_state(state)
        self.loudness.setVisible(state.microphone is not None)
        self.loudness.setValue(0 if state.muted else round(100 * state.loudness))
        self.preview.show_recording(recording_sign(state))
        self.strip.render_state(state)
        self.preview.show_divider(state.divider)
        self._place_rows()

    @Slot()
    def _place_rows(self) -> None:
        """Show the rows above the controls where they are wanted and have room; never without the controls."""
        state, seen = self.controller.store.state, self.full_screen.shows_controls
        room = self.width() >= ROOM_FOR_STRIP.width() and self.height() >= ROOM_FOR_STRIP.height()
        self.strip.setVisible(seen and room and state.strip)
        self.seek_bar.setVisible(seen and state.duration > 0)

    @Slot(object)
    def _show_live(self, live: LivePipeline) -> None:
        self.preview.show_slot(live.painted)
        self.strip.show_thumbnails(lambda: live.thumbnails.painted)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """In a full screen, keys that do nothing else bring the controls back, as for those who use no pointer."""
        self.full_screen.wake()
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        """The controls follow the full screen; a key that was held is not held in another window."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self.full_screen.wake()
        elif event.type() == QEvent.Type.ActivationChange:
            self.preview.show_before(False)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """A small window has no row of styles."""
        super().resizeEvent(event)
        self._place_rows()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """The painting is shown again once the key for the unpainted picture is let go."""
        if QKeySequence(event.key()) == self._actions[BEFORE].shortcut() and not event.isAutoRepeat():
            self.preview.show_before(False)
        super().keyReleaseEvent(event)

    def mix(self) -> None:
        """Mix styles beside the picture."""
        if not self.controller.store.state.ready or self.findChild(MixPanel) is not None:
            return
        panel = MixPanel(self)
        panel.render_state(self.controller.store.state)
        panel.mixed.connect(self.controller.looks.choose_style)
        panel.show()

    def paint_files(self) -> None:
        """Let a person pick files, and paint them beside the picture."""
        ask_for_files(self, lambda files: self.controller.paint_files([Path(file) for file in files]))

    def open_file(self) -> None:
        """Let a person pick a file, and paint it."""
        ask_for_file(self, self.tr("Open a video or photo"), self.controller.choose_source)

    def open_address(self) -> None:
        """Let a person type an address, and paint what comes from there."""
        ask_for_address(self, self.controller.choose_source)

    def choose_backdrop_color(self) -> None:
        """Let a person pick the colour behind them."""
        ask_for_color(self, self.controller.looks.choose_backdrop)

    def choose_backdrop_photo(self) -> None:
        """Let a person pick the photo behind them."""
        ask_for_file(self, self.tr("Photo as background"), self.controller.looks.choose_backdrop)

    def show_preferences(self) -> None:
        """Let a person set what is set once."""
        dialog = PreferencesDialog(self, self.controller.store.state.preferences)
        dialog.set.connect(self.controller.set_preferences)
        dialog.open()

    def teach_style(self) -> None:
        """Let a person choose a painting, and learn to paint like it."""
        show_teaching(self, self.controller.teaching, self.controller.looks.choose_style)

    def show_keys(self) -> None:
        """The list of keys."""
        show_keys(
            self,
            [
                (self.tr("1 to 9"), self.tr("Paint in the style at this place")),
                *((spec.key, spec.purpose) for spec in ACTIONS if spec.shortcut and spec not in PLACES),
            ],
        )

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
        self.full_screen.idle.stop()
        self.preview.show_slot(None)
        self.strip.show_thumbnails(None)
        geometry = self.saveGeometry()
        self.hide()  # what is left to do may take a second, in which nothing would answer
        self.controller.close(geometry)
        super().closeEvent(event)

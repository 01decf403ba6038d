"""The button with the menu of everything that can be filmed."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QFontMetrics
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton

from pleinair.app.texts import shortened, tooltip
from pleinair.app.window.actions import OPEN_ADDRESS, OPEN_FILE
from pleinair.app.window.state import SourceChoice, WindowState

SIZES = ((640, 480), (1280, 720), (1920, 1080))
"""Width and height that cameras can be asked for."""


class SourceButton(QToolButton):
    """Tells what is filmed; its menu offers cameras and their sizes, files, addresses and the demo clip."""

    chosen = Signal(str)
    """A source, as ``--source`` takes it."""
    size_chosen = Signal(int, int)
    file_wanted = Signal()
    address_wanted = Signal()
    opening = Signal()
    """The menu is about to be seen, so that it can be brought up to date."""

    def __init__(self) -> None:
        super().__init__()
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(110)
        self.setAccessibleName(self.tr("Source"))
        self.setToolTip(self.tr("What to film: a camera, a video, a photo or an address"))
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self.opening)
        self.setMenu(self._menu)
        self._group = QActionGroup(self)
        self._known: dict[str, QAction] = {}
        """The actions of all sources that were ever offered."""
        self._sizes = self._size_menu()
        self._no_camera = QAction(self.tr("No camera was found"), self)
        self._no_camera.setEnabled(False)
        self._opening = [QAction(spec.name, self) for spec in (OPEN_FILE, OPEN_ADDRESS)]
        self._opening[0].triggered.connect(lambda _: self.file_wanted.emit())
        self._opening[1].triggered.connect(lambda _: self.address_wanted.emit())
        self._lines = [QAction(self), QAction(self)]
        for line in self._lines:
            line.setSeparator(True)
        self._shown: tuple[object, ...] = ()
        self.name = ""
        """Of the source in use, or the one that is being opened."""

    @property
    def offered(self) -> dict[str, QAction]:
        """The sources that the menu offers."""
        actions = self._menu.actions()
        return {spec: action for spec, action in self._known.items() if action in actions}

    def render_state(self, state: WindowState) -> None:
        """Show the source in use, or the one that is being opened; sends no signals."""
        using = state.opening or state.source
        self.name = next(
            (choice.name for choice in state.sources if choice.spec == using), self.tr("Choose a source")
        )
        self._write()
        self.setEnabled(not state.opening)
        shown = (state.sources, using, state.size)
        if shown != self._shown:
            self._shown = shown
            self._fill(state.sources, using, state.size)

    def _fill(self, sources: tuple[SourceChoice, ...], using: str, size: tuple[int, int] | None) -> None:
        """Put the actions in their order. None is ever deleted: one of them may be what is just being done."""
        menu = self._menu
        for action in menu.actions():
            menu.removeAction(action)
        cameras = [choice for choice in sources if choice.spec.startswith("camera")]
        for choice in cameras:
            menu.addAction(self._action(choice, using))
        menu.addAction(self._sizes.menuAction() if cameras else self._no_camera)
        menu.addAction(self._lines[0])
        menu.addActions(self._opening)
        menu.addAction(self._lines[1])
        for choice in sources:
            if choice not in cameras:
                menu.addAction(self._action(choice, using))
        for action in self._sizes.actions():
            action.setChecked(tuple(action.data()) == (size or SIZES[0]))

    def _action(self, choice: SourceChoice, using: str) -> QAction:
        action = self._known.get(choice.spec)
        if action is None:
            action = self._known[choice.spec] = QAction(self)
            action.setCheckable(True)
            action.setData(choice.spec)
            action.triggered.connect(partial(self._choose, choice.spec))
            self._group.addAction(action)
        action.setText(shortened(choice.name))
        action.setToolTip(tooltip(choice.name))  # Qt's own would be the text, taken for HTML
        action.setChecked(choice.spec == using)
        return action

    def _choose(self, spec: str, checked: bool = False) -> None:
        self.chosen.emit(spec)

    def _size_menu(self) -> QMenu:
        menu = QMenu(self.tr("Size of the camera's picture"), self)
        group = QActionGroup(menu)
        for width, height in SIZES:
            action = QAction(f"{width} x {height}", menu)
            action.setCheckable(True)
            action.setData((width, height))
            action.triggered.connect(partial(self._choose_size, width, height))
            group.addAction(action)
            menu.addAction(action)
        return menu

    def _choose_size(self, width: int, height: int, checked: bool = False) -> None:
        self.size_chosen.emit(width, height)

    def _write(self) -> None:
        room = max(40, self.width() - 36)
        metrics = QFontMetrics(self.font())
        name = shortened(self.name)
        self.setText(metrics.elidedText(name, Qt.TextElideMode.ElideRight, room))

    def resizeEvent(self, event: object) -> None:  # noqa: N802 (Qt's name)
        """A shorter button shows less of the name."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._write()

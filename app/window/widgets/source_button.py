"""The button with the menu of everything that can be filmed."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QFontMetrics
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton

from pleinair.app.window.state import SourceChoice, WindowState

SIZES = ((640, 480), (1280, 720), (1920, 1080))
"""Width and height that cameras can be asked for."""
LONGEST = 40
"""Letters of a name in the menu."""


def shortened(text: str) -> str:
    """A name that does not make the menu wider than the screen, and has no shortcut in it."""
    text = " ".join(text.split())
    middle = (
        text
        if len(text) <= LONGEST
        else f"{text[: LONGEST // 2]}\N{HORIZONTAL ELLIPSIS}{text[-LONGEST // 2 :]}"
    )
    return middle.replace("&", "&&")


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
        self.setAccessibleName("Source")
        self.setToolTip("What to film: a camera, a video, a photo or an address")
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self.opening)
        self.setMenu(self._menu)
        self._group = QActionGroup(self._menu)
        self._sizes = self._size_menu()
        self._shown: tuple[object, ...] = ()
        self.name = ""
        """Of the source in use, or the one that is being opened."""

    @property
    def offered(self) -> dict[str, QAction]:
        """The sources that the menu offers."""
        return {str(action.data()): action for action in self._menu.actions() if action.data()}

    def render_state(self, state: WindowState) -> None:
        """Show the source in use, or the one that is being opened; sends no signals."""
        using = state.opening or state.source
        self.name = next((choice.name for choice in state.sources if choice.spec == using), "Choose a source")
        self._write()
        self.setEnabled(not state.opening)
        shown = (state.sources, using, state.size)
        if shown != self._shown:
            self._shown = shown
            self._fill(state.sources, using, state.size)

    def _fill(self, sources: tuple[SourceChoice, ...], using: str, size: tuple[int, int] | None) -> None:
        menu = self._menu
        menu.clear()
        self._group.deleteLater()
        self._group = group = QActionGroup(menu)
        cameras = [choice for choice in sources if choice.spec.startswith("camera")]
        others = [choice for choice in sources if choice not in cameras]
        for choice in cameras:
            self._add(choice, group, using)
        if cameras:
            menu.addMenu(self._sizes)
            for action in self._sizes.actions():
                action.setChecked(tuple(action.data()) == (size or SIZES[0]))
        else:
            none = QAction("No camera was found", menu, enabled=False)
            menu.addAction(none)
        menu.addSeparator()
        for text, signal in (
            ("Open a video or photo...", self.file_wanted),
            ("Open an address...", self.address_wanted),
        ):
            action = QAction(text, menu)
            action.triggered.connect(signal)
            menu.addAction(action)
        menu.addSeparator()
        for choice in others:
            self._add(choice, group, using)

    def _add(self, choice: SourceChoice, group: QActionGroup, using: str) -> None:
        action = QAction(shortened(choice.name), self._menu, checkable=True, checked=choice.spec == using)
        action.setData(choice.spec)
        action.triggered.connect(partial(self.chosen.emit, choice.spec))
        group.addAction(action)
        self._menu.addAction(action)

    def _size_menu(self) -> QMenu:
        menu = QMenu("Size of the camera's picture", self._menu)
        group = QActionGroup(menu)
        for width, height in SIZES:
            action = QAction(f"{width} x {height}", menu, checkable=True)
            action.setData((width, height))
            action.triggered.connect(partial(self.size_chosen.emit, width, height))
            group.addAction(action)
            menu.addAction(action)
        return menu

    def _write(self) -> None:
        room = max(40, self.width() - 36)
        metrics = QFontMetrics(self.font())
        name = shortened(self.name)
        self.setText(metrics.elidedText(name, Qt.TextElideMode.ElideRight, room))

    def resizeEvent(self, event: object) -> None:  # noqa: N802 (Qt's name)
        """A shorter button shows less of the name."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._write()

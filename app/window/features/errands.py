"""What the window does beside painting: showing folders, opening what was kept, reports, and what is dropped on it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication

from pleinair.app.window.background_tasks import BackgroundTasks
from pleinair.app.window.state import Store
from pleinair.engine.errors import StyleFileError
from pleinair.engine.outputs import write_atomically
from pleinair.engine.styles.style_file import LARGEST_FILE, SUFFIX, read_style
from pleinair.engine.untrusted.files import read_file


class Errands(QObject):
    """All methods belong to the GUI thread; what is slow runs in ``tasks``."""

    source_wanted = Signal(str)
    """A signal and no method of the controller: objects of Qt that hold each other would be freed in any thread."""
    painting_wanted = Signal(object)
    """Paths of several files."""
    microphone_wanted = Signal(str)
    camera_wanted = Signal(str)
    """A virtual camera."""
    repair_wanted = Signal(str)
    """A recording."""

    def __init__(self, store: Store, tasks: BackgroundTasks) -> None:
        super().__init__()
        self._store, self._tasks = store, tasks

    def take_up(self, what: str, about: str) -> None:
        """Do what a message offers."""
        wanted = {
            "source": self.source_wanted,
            "microphone": self.microphone_wanted,
            "virtual-camera": self.camera_wanted,
            "repair": self.repair_wanted,
        }
        if what in wanted:
            wanted[what].emit(about)
        elif what == "folder":
            self.show(Path(about).parent)
        elif what == "play":
            self.show(Path(about))

    def show(self, path: Path) -> None:
        """Open a file or folder in the program that the system has for it."""
        if not os.path.exists(path):
            self._store.complain(self.tr("{path} is not there any more.").format(path=path))
        elif not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self._store.complain(self.tr("No program was found to open {path} with.").format(path=path))

    def copy_report(self) -> None:
        """Put what ``pleinair doctor`` says into the clipboard, without the person's name and home folder."""
        self._store.say(self.tr("Looking at this computer..."))

        def copy(text: str) -> None:
            QGuiApplication.clipboard().setText(text)
            self._store.say(
                self.tr("The report is in the clipboard; paste it where you want to tell of a fault.")
            )

        def write() -> str:
            from pleinair.app.window.report import write_report  # much to load, and seldom wanted

            return write_report()

        self._tasks.start("report", write, copy, self._store.complain)

    def take_dropped(self, dropped: Sequence[str], styles: Path) -> None:
        """Install the styles among these paths and addresses; play one of the others, and paint several into files."""
        others = [one for one in dropped if not one.endswith(SUFFIX)]
        for path in (one for one in dropped if one.endswith(SUFFIX)):
            self._install(Path(path), styles)
        if len(others) == 1:
            self.source_wanted.emit(others[0])
        elif others:
            self.painting_wanted.emit([Path(one) for one in others])

    def _install(self, path: Path, folder: Path) -> None:
        exists = self.tr("There is a style file {name} already; rename the new one.")
        uncopied = self.tr("The style {path} cannot be copied ({reason}).")

        def install() -> str:
            style = read_style(path)
            target = folder / path.name
            if os.path.lexists(target):
                raise StyleFileError(exists.format(name=target.name))
            try:
                write_atomically(target, read_file(path, LARGEST_FILE))
            except OSError as error:
                raise StyleFileError(uncopied.format(path=path, reason=error.strerror)) from error
            return style.title

        self._tasks.start(
            "install style",
            install,
            lambda title: self._store.say(self.tr("Installed: {style}").format(style=title)),
            self._store.complain,
        )

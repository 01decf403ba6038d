"""Files that are painted beside the picture."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot

from pleinair.app.studio import Studio
from pleinair.app.window.background_tasks import BackgroundTasks
from pleinair.app.window.kept_files import free_name, make_folder, recordings_folder
from pleinair.app.window.state import Job, Store
from pleinair.engine.errors import Cancelled, PleinAirError, sentence
from pleinair.engine.frame import Paint, Pixels
from pleinair.engine.offline import natural_ending, stylize_file
from pleinair.engine.region.painter import RegionPainter
from pleinair.engine.styles.look import Look


class Jobs(QObject):
    """Paints one file after the other, with a generator of its own, so that the picture goes on meanwhile."""

    _went_on = Signal(object)
    """A Job, from the thread that paints."""

    def __init__(self, store: Store, tasks: BackgroundTasks) -> None:
        super().__init__()
        self._store, self._tasks = store, tasks
        self._cancelled = threading.Event()
        self._went_on.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def begin(self, files: Sequence[Path], studio: Studio, look: Look, backend: str) -> None:
        """Paint ``files`` with ``look`` into the folder for recordings."""
        if self._store.state.job is not None:
            self._store.complain(
                self.tr("Other files are still being painted; wait for them, or cancel that.")
            )
            return
        self._cancelled.clear()
        self._store.update(job=Job(files[0].name, 1, len(files), 0.0))
        folder = recordings_folder(self._store.state.preferences)
        tell, cancelled, closing = self._went_on.emit, self._cancelled, self._tasks.closing

        def paint_all() -> tuple[list[Path], list[str]]:
            painted: list[Path] = []
            failed: list[str] = []
            stylizer, region = studio.open_stylizer(backend), RegionPainter()
            try:
                for number, file in enumerate(files, 1):

                    def paint(pixels: Pixels) -> Pixels:
                        if cancelled.is_set() or closing.is_set():
                            raise Cancelled("It was cancelled.")
                        return stylizer.stylize(pixels, look)

                    def begin() -> Paint:
                        region.restart()
                        return lambda pixels: region.paint(pixels, look, paint)

                    def progress(done: int, of: int, file: Path = file, number: int = number) -> None:
                        tell(Job(file.name, number, len(files), done / of if of else 0.0))

                    progress(0, 0)
                    try:
                        target = _target(file, folder, look)
                        failed += stylize_file(file, target, begin, False, progress).notes
                        painted.append(target)
                    except Cancelled as error:
                        failed += getattr(error, "__notes__", [])
                        break
                    except PleinAirError as error:
                        failed.append(sentence(error))
            finally:
                region.close()
                stylizer.close()
            return painted, failed

        self._tasks.start("paint files", paint_all, self._done, self._failed)

    def cancel(self) -> None:
        """Stop at once; what was painted stays."""
        self._cancelled.set()

    @Slot(object)
    def _show(self, job: Job) -> None:
        if self._store.state.job is not None:
            self._store.update(job=job)

    def _done(self, result: tuple[list[Path], list[str]]) -> None:
        painted, failed = result
        self._store.update(job=None)
        for text in failed:
            self._store.complain(text)
        if painted:
            what = (
                self.tr("Painted")
                if len(painted) == 1
                else self.tr("Painted {count} files, the last of them")
            )
            self._store.tell_kept(what.format(count=len(painted)), painted[-1])

    def _failed(self, text: str) -> None:
        self._store.update(job=None)
        self._store.complain(text)


def _target(file: Path, folder: Path, look: Look) -> Path:
    """A free name in ``folder``. Raises PictureError, also for what cannot be painted."""
    ending = natural_ending(file)
    make_folder(folder)
    return free_name(folder, f"{file.stem} {look.name}", ending)

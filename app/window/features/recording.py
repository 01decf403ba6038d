"""Starts and stops recordings, and keeps single pictures, off the GUI thread."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot

from pleinair.app.window.background_tasks import BackgroundTasks
from pleinair.app.window.state import Offer, Recording, Store
from pleinair.engine.errors import PictureError, RecordingError
from pleinair.engine.frame import Pixels
from pleinair.engine.live.pipeline import LivePipeline
from pleinair.engine.sinks import Recorder, write_picture


class Recordings(QObject):
    """The recording under way, if any."""

    _broke = Signal(str)

    def __init__(self, store: Store, tasks: BackgroundTasks) -> None:
        super().__init__()
        self.recorder: Recorder | None = None
        """The recording under way, or the last one."""
        self._store, self._tasks = store, tasks
        self._live: LivePipeline | None = None
        self._broke.connect(self._failed, Qt.ConnectionType.QueuedConnection)

    def begin(self, live: LivePipeline, path: Path, force: bool) -> None:
        """Start to record what ``live`` paints to ``path``."""
        self._live = live
        self._store.update(recording=Recording.STARTING)
        fps, broke = live.source.format.fps, self._broke.emit
        self._tasks.start(
            "start recording", lambda: Recorder(path, fps, force, broke).start(), self._started, self._failed
        )

    def end(self) -> None:
        """Stop the recording, and say where it is."""
        recorder = self._take_away()
        if recorder is not None:
            self._store.update(recording=Recording.SAVING)
            self._tasks.start(
                "finish recording", recorder.stop, lambda _: self._kept(recorder.path), self._failed
            )

    def finish_now(self) -> None:
        """Stop and wait until the file is whole; for the closing window."""
        recorder = self._take_away()
        if recorder is not None:
            try:
                recorder.stop()
            except RecordingError as error:
                self._store.complain(str(error))

    def show_time(self) -> None:
        """Bring the running time up to date."""
        if self._store.state.recording is Recording.RUNNING and self.recorder is not None:
            self._store.update(
                recorded_seconds=self.recorder.seconds, recording_dropped=self.recorder.dropped
            )

    def _take_away(self) -> Recorder | None:
        if (
            self._live is None
            or self.recorder is None
            or self._store.state.recording is not Recording.RUNNING
        ):
            return None
        self._live.remove_sink(self.recorder)
        return self.recorder

    def _started(self, recorder: Recorder) -> None:
        assert self._live is not None
        self.recorder = recorder
        self._live.add_sink(recorder)
        self._store.update(recording=Recording.RUNNING)
        self.show_time()

    def keep_picture(self, pixels: Pixels, path: Path) -> None:
        """Write a picture, and say where it is."""

        def write() -> Path:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise PictureError(f"The folder {path.parent} cannot be made ({error.strerror}).") from error
            write_picture(path, pixels)
            return path

        self._tasks.start("snapshot", write, lambda kept: self._tell("Kept", kept), self._store.complain)

    def _kept(self, path: Path) -> None:
        self._store.update(recording=Recording.IDLE)
        self._tell("Recorded", path)

    def _tell(self, what: str, path: Path) -> None:
        place = str(path.resolve())
        self._store.say(
            f"{what}: {path}", Offer("Show in folder", "folder", place), Offer("Open", "play", place)
        )

    @Slot(str)
    def _failed(self, text: str) -> None:
        self._take_away()
        self._store.update(recording=Recording.IDLE)
        self._store.complain(text)

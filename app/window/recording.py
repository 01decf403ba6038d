"""Starts and stops recordings off the GUI thread."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot

from pleinair.app.window.background_tasks import BackgroundTasks
from pleinair.app.window.state import Recording, Store
from pleinair.engine.errors import RecordingError
from pleinair.engine.live.pipeline import LivePipeline
from pleinair.engine.sinks import Recorder


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
                self._store.say(str(error))

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

    def _kept(self, path: Path) -> None:
        self._store.update(recording=Recording.IDLE)
        self._store.say(f"Recorded: {path}")

    @Slot(str)
    def _failed(self, text: str) -> None:
        self._take_away()
        self._store.update(recording=Recording.IDLE)
        self._store.say(text)

"""The button that records, and the recording behind it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QPushButton

from pleinair.app.window.background_tasks import BackgroundTasks
from pleinair.engine.errors import RecordingError
from pleinair.engine.live.pipeline import LivePipeline
from pleinair.engine.sinks import Recorder

IDLE = "Record"


class RecordButton(QPushButton):
    """Starts and stops recordings off the GUI thread; shows the running time and lost frames."""

    _broke = Signal(str)

    def __init__(
        self, tasks: BackgroundTasks, new_file: Callable[[], Path], say: Callable[[str], None]
    ) -> None:
        super().__init__(IDLE)
        self._tasks, self._new_file, self._say = tasks, new_file, say
        self._live: LivePipeline | None = None
        self.recorder: Recorder | None = None
        """The recording under way, or the last one."""
        self.setMinimumWidth(120)
        self.setToolTip("Start or stop recording a video (R)")
        self.clicked.connect(self._clicked)
        self._broke.connect(self._failed, Qt.ConnectionType.QueuedConnection)

    @property
    def recording(self) -> bool:
        """Whether painted frames are being recorded."""
        return self.recorder is not None and self.recorder.stopped_at is None and self.recorder.error is None

    def attach(self, live: LivePipeline) -> None:
        """Record from this live path."""
        self._live = live
        self.setEnabled(True)

    def begin(self, path: Path, force: bool) -> None:
        """Start recording to ``path``."""
        live = self._live
        if live is None:
            return
        self.setEnabled(False)
        fps, broke = live.source.format.fps, self._broke.emit
        self._tasks.start(
            "start recording", lambda: Recorder(path, fps, force, broke).start(), self._started, self._failed
        )

    def finish_now(self) -> None:
        """Stop and wait until the file is whole; for the closing window."""
        if self.recorder is not None and self.recording:
            try:
                self._take_away(self.recorder)
                self.recorder.stop()
            except RecordingError as error:
                self._say(str(error))

    def show_time(self) -> None:
        """Bring the running time up to date."""
        if self.recording and self.recorder is not None:
            minutes, seconds = divmod(int(self.recorder.seconds), 60)
            lost = f" ({self.recorder.dropped} lost)" if self.recorder.dropped else ""
            self.setText(f"Stop {minutes}:{seconds:02}{lost}")

    @Slot()
    def _clicked(self) -> None:
        recorder = self.recorder
        if recorder is None or not self.recording:
            self.begin(self._new_file(), force=False)
            return
        self._take_away(recorder)
        self.setEnabled(False)
        self.setText("Saving...")
        self._tasks.start(
            "finish recording", recorder.stop, lambda _: self._kept(recorder.path), self._failed
        )

    def _started(self, recorder: Recorder) -> None:
        self.recorder = recorder
        if self._live is not None:
            self._live.add_sink(recorder)
        self.setEnabled(True)
        self.show_time()

    def _kept(self, path: Path) -> None:
        self._idle()
        self._say(f"Recorded: {path}")

    @Slot(str)
    def _failed(self, text: str) -> None:
        if self.recorder is not None:
            self._take_away(self.recorder)
        self._idle()
        self._say(text)

    def _take_away(self, recorder: Recorder) -> None:
        if self._live is not None:
            self._live.remove_sink(recorder)

    def _idle(self) -> None:
        self.setText(IDLE)
        self.setEnabled(True)

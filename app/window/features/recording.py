"""Starts, pauses and stops recordings, and keeps single pictures, off the GUI thread."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from pleinair.app.window.background_tasks import BackgroundTasks
from pleinair.app.window.features.sound import Sounds
from pleinair.app.window.kept_files import make_folder, new_file
from pleinair.app.window.state import Offer, Recording, Store
from pleinair.engine.errors import RecordingError
from pleinair.engine.frame import PaintedFrame
from pleinair.engine.live.pipeline import LivePipeline
from pleinair.engine.media.quality import Quality
from pleinair.engine.sinks import Recorder, left_behind, repair, write_picture

ON_DISK = (Recording.RUNNING, Recording.PAUSED)


class Recordings(QObject):
    """The recording under way, if any."""

    _broke = Signal(str)

    def __init__(self, store: Store, tasks: BackgroundTasks, sounds: Sounds) -> None:
        super().__init__()
        self.recorder: Recorder | None = None
        """The recording under way, or the last one."""
        self.live: LivePipeline | None = None
        """Once it runs."""
        self._kept_early: Path | None = None
        """What was made whole because the session was to end, and is the last recording."""
        self._store, self._tasks, self._sounds = store, tasks, sounds
        self._broke.connect(self._failed, Qt.ConnectionType.QueuedConnection)
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(self._count_down)

    def toggle(self) -> None:
        """Begin, after the countdown where there is one; or stop, be it before the recording has begun."""
        state = self._store.state
        if state.recording in ON_DISK or state.countdown:
            self.end()
        elif state.recording is Recording.IDLE and self.live is not None:
            if state.preferences.countdown:
                self._store.update(countdown=state.preferences.countdown)
                self._second.start()
            else:
                self._begin_new()

    @Slot()
    def _count_down(self) -> None:
        left = self._store.state.countdown - 1
        self._store.update(countdown=max(0, left))
        if left <= 0:
            self._second.stop()
            self._begin_new()

    def _begin_new(self) -> None:
        self.begin(new_file(self._store.state.preferences, self._store.state.style, ".mp4"), force=False)

    def begin(self, path: Path, force: bool) -> None:
        """Start to record what is painted to ``path``."""
        assert self.live is not None
        self._kept_early = None
        self._store.update(recording=Recording.STARTING)
        preferences, fps, broke = self._store.state.preferences, self.live.source.format.fps, self._broke.emit
        quality = Quality[preferences.quality.upper()]
        with_sound = self._sounds.wanted
        self._tasks.start(
            "start recording",
            lambda: Recorder(
                path,
                fps,
                force,
                broke,
                quality=quality,
                side_by_side=preferences.side_by_side,
                with_sound=with_sound,
            ).start(),
            self._started,
            self._failed,
        )

    def toggle_pause(self) -> None:
        """Leave out what comes from now on, or go on."""
        if self.recorder is None or self._store.state.recording not in ON_DISK:
            return
        if self.recorder.paused:
            self.recorder.resume()
        else:
            self.recorder.pause()
        self._store.update(recording=Recording.PAUSED if self.recorder.paused else Recording.RUNNING)

    def end(self) -> None:
        """Stop the recording, and say where it is; or the countdown before it."""
        self._second.stop()
        self._store.update(countdown=0)
        recorder = self._take_away()
        if recorder is not None:
            self._store.update(recording=Recording.SAVING)
            self._tasks.start(
                "finish recording",
                recorder.stop,
                lambda _: self._kept(recorder.path),
                self._failed,
                to_the_end=True,
            )

    def finish_now(self) -> Path | None:
        """Stop and wait until the file is whole; for the closing window. Returns the file, if any."""
        self._second.stop()
        self._store.update(countdown=0)
        recorder = self._take_away()
        if recorder is None:
            return self._kept_early
        try:
            recorder.stop()
        except RecordingError as error:
            self._store.complain(str(error))
            return None
        finally:
            self._store.update(recording=Recording.IDLE)
        return recorder.path

    @Slot()
    def keep(self) -> None:
        """The session of the person may end: make the file whole at once, also one that is being saved."""
        self._tasks.wait_for("start recording", "finish recording")
        path = self.finish_now()
        if path is not None and path != self._kept_early:
            self._kept_early = path
            self._kept(path)

    def look_back(self) -> None:
        """Tell of recordings that a crash or a full disk left behind, and offer to make them whole."""
        self._tasks.start("look for recordings", left_behind, self._offer_repair, self._store.complain)

    def _offer_repair(self, files: list[Path]) -> None:
        for file in files:
            text = self.tr("{path} was not finished, since the program or the computer went down.")
            self._store.complain(
                text.format(path=file),
                Offer(self.tr("Repair"), "repair", str(file)),
                Offer(self.tr("Show in folder"), "folder", str(file)),
            )

    def repair(self, file: str) -> None:
        """Make such a recording whole."""
        path = Path(file)
        self._store.say(self.tr("Repairing the recording..."))
        self._tasks.start(
            "repair recording",
            lambda: repair(path),
            lambda _: self._store.tell_kept(self.tr("Repaired"), path),
            self._store.complain,
        )

    def news(self) -> dict[str, object]:
        """Fields of the state that tell how long the recording is."""
        if self._store.state.recording not in ON_DISK or self.recorder is None:
            return {}
        return {"recorded_seconds": self.recorder.seconds, "recording_dropped": self.recorder.dropped}

    def _take_away(self) -> Recorder | None:
        if self.live is None or self.recorder is None or self._store.state.recording not in ON_DISK:
            return None
        self._sounds.stop_listening(self.recorder.hear)
        self.live.remove_sink(self.recorder)
        return self.recorder

    def _started(self, recorder: Recorder) -> None:
        assert self.live is not None
        self.recorder = recorder
        self.live.add_sink(recorder)
        self._sounds.listen(recorder.hear)
        self._store.update(recording=Recording.RUNNING)
        self._store.update(**self.news())

    def keep_picture(self, painted: PaintedFrame | None) -> None:
        """Write a picture, and the frame beside it where that is wanted, and say where it is."""
        if painted is None:
            return
        preferences = self._store.state.preferences
        path = new_file(preferences, self._store.state.style, ".png")
        unpainted_name = self.tr("unpainted")
        unpainted = (
            path.with_name(f"{path.stem} ({unpainted_name}).png") if preferences.both_pictures else None
        )

        def write() -> Path:
            make_folder(path.parent)
            write_picture(path, painted.pixels)
            if unpainted is not None:
                write_picture(unpainted, painted.frame.pixels)
            return path

        self._tasks.start(
            "snapshot", write, lambda kept: self._store.tell_kept(self.tr("Kept"), kept), self._store.complain
        )

    def _kept(self, path: Path) -> None:
        self._store.update(recording=Recording.IDLE)
        self._store.tell_kept(self.tr("Recorded"), path)

    @Slot(str)
    def _failed(self, text: str) -> None:
        self._take_away()
        self._store.update(recording=Recording.IDLE)
        self._store.complain(text)

"""The last seconds, kept in memory until a person wants them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal, Slot

from pleinair.app.window.background_tasks import BackgroundTasks
from pleinair.app.window.features.sound import Sounds
from pleinair.app.window.kept_files import make_folder, new_file
from pleinair.app.window.state import Store
from pleinair.engine.live.pipeline import LivePipeline
from pleinair.engine.media.quality import Quality
from pleinair.engine.sinks import Replay

SECONDS = 30.0
ANIMATION_SECONDS = 5.0


class Replays(QObject):
    """Keeps the last half minute while it is switched on."""

    _broke = Signal(str)

    def __init__(self, store: Store, tasks: BackgroundTasks, sounds: Sounds) -> None:
        super().__init__()
        self._store, self._tasks, self._sounds = store, tasks, sounds
        self.live: LivePipeline | None = None
        """Once it runs."""
        self._replay: Replay | None = None
        self._broke.connect(self._failed, Qt.ConnectionType.QueuedConnection)

    def toggle(self) -> None:
        """Keep the last seconds from now on, or no more."""
        if self.live is None:
            return
        if self._replay is not None:
            self.finish()
            return
        side_by_side = self._store.state.preferences.side_by_side
        self._replay = Replay(SECONDS, self._broke.emit, side_by_side=side_by_side).start()
        self.live.add_sink(self._replay)
        self._sounds.listen(self._replay.hear)
        self._store.update(replay=True)
        said = self.tr("From now on the last {seconds} seconds are kept, to be saved with L or G.")
        self._store.say(said.format(seconds=round(SECONDS)))

    def save(self, ending: str) -> None:
        """Write the last half minute as video, or the last seconds as a picture that moves. Where nothing is kept
        yet, begin with that."""
        replay, state = self._replay, self._store.state
        if replay is None:
            self.toggle()
            return
        path = new_file(state.preferences, state.style, ending)
        quality = Quality[state.preferences.quality.upper()]
        seconds = None if ending == ".mp4" else ANIMATION_SECONDS
        self._store.say(self.tr("Saving the last seconds..."))

        def write() -> None:
            make_folder(path.parent)
            replay.save(path, seconds, quality=quality)

        self._tasks.start(
            "save replay",
            write,
            lambda _: self._store.tell_kept(self.tr("Saved"), path),
            self._failed,
            to_the_end=True,
        )

    def finish(self) -> None:
        """Forget what was kept."""
        replay, self._replay = self._replay, None
        if replay is not None:
            self._sounds.stop_listening(replay.hear)
            if self.live is not None:
                self.live.remove_sink(replay)
            replay.stop()
        self._store.update(replay=False)

    @Slot(str)
    def _failed(self, text: str) -> None:
        self._store.complain(text)

"""The microphone: which one, how loud, muted or not."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal

from pleinair.app.window.background_tasks import BackgroundTasks
from pleinair.app.window.state import Offer, Store
from pleinair.engine.frame import Sound
from pleinair.engine.sound import DEFAULT, Device, Microphone, list_microphones, open_sound

QUIETEST = -60.0
"""dBFS that are shown as silence."""


class Sounds(QObject):
    """The microphone in use, if any. It is open as long as it is chosen, so that a person sees how loud it is."""

    _noticed = Signal(str)

    def __init__(self, store: Store, tasks: BackgroundTasks) -> None:
        super().__init__()
        self._store, self._tasks = store, tasks
        self.microphone: Microphone | None = None
        """The one that is open, or was when the window was closed."""
        self.wanted = False
        """Whether one is open, or being opened."""
        self.chosen = False
        """Whether the one in use, or none, is what a person chose since the window was opened."""
        self._listeners: list[Callable[[Sound], None]] = []
        self._noticed.connect(self._store.say, Qt.ConnectionType.QueuedConnection)

    def look_for_microphones(self) -> None:
        """Bring the list up to date."""
        self._tasks.start("list microphones", list_microphones, self._offer, self._store.complain)

    def _offer(self, found: list[Device]) -> None:
        self._store.update(microphones=tuple(device.name for device in found))

    def choose(self, name: str | None) -> None:
        """A person wants to listen to this one; empty for the default one, None for none."""
        self._listen_to(name, by_person=True)

    def bring_back(self, name: str) -> None:
        """Listen to the one that was remembered, or asked for on the command line; empty for the default one."""
        self._listen_to(name, by_person=False)

    def _listen_to(self, name: str | None, by_person: bool) -> None:
        self.wanted = name is not None
        if name is None:
            self._use(None, None, by_person)
            return
        notify = self._noticed.emit

        def open_it() -> Microphone:
            return Microphone(lambda: open_sound(name or DEFAULT), notify)

        def failed(text: str) -> None:
            self.wanted = self.microphone is not None
            self._store.complain(text, Offer(self.tr("Try again"), "microphone", name))

        self._tasks.start(
            "open microphone", open_it, lambda opened: self._use(opened, name, by_person), failed
        )

    def _use(self, microphone: Microphone | None, name: str | None, by_person: bool) -> None:
        self.chosen = self.chosen or by_person
        old, self.microphone = self.microphone, microphone
        if old is not None:
            self._tasks.start("close microphone", old.stop, lambda _: None, self._store.complain)
        if microphone is not None:
            microphone.muted = self._store.state.muted
            for hear in self._listeners:
                microphone.add_listener(hear)
            microphone.start()
        self._store.update(microphone=name, loudness=0.0)

    def toggle_mute(self) -> None:
        """Record silence, or what is heard again."""
        self._store.update(muted=not self._store.state.muted)
        if self.microphone is not None:
            self.microphone.muted = self._store.state.muted

    def listen(self, hear: Callable[[Sound], None]) -> None:
        """Call ``hear`` with what the microphone in use hears, whichever that is, in its thread."""
        self._listeners.append(hear)
        if self.microphone is not None:
            self.microphone.add_listener(hear)

    def stop_listening(self, hear: Callable[[Sound], None]) -> None:
        """Call it no more."""
        self._listeners = [other for other in self._listeners if other != hear]
        if self.microphone is not None:
            self.microphone.remove_listener(hear)

    def news(self) -> dict[str, object]:
        """The field of the state that tells how loud it is."""
        if self.microphone is None:
            return {}
        return {"loudness": min(1.0, max(0.0, 1 - self.microphone.level.peak / QUIETEST))}

    def finish(self) -> None:
        """Give the microphone back; for the closing window."""
        if self.microphone is not None:
            self.microphone.stop()

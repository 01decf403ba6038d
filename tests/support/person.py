"""A person at the window: presses keys, drops files, and waits for what comes of it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog

from pleinair.app.window.action_spec import ActionSpec
from pleinair.app.window.kept_files import recordings_folder
from pleinair.app.window.main_window import MainWindow
from pleinair.app.window.state import WindowState
from pleinair.engine.files import asset
from tests.support.cameras import Cameras
from tests.support.pictures import demo_frame, write_clip
from tests.support.pulse import Pulse
from tests.support.virtual_cameras import VirtualCameras

PATIENCE = 60.0
"""Seconds after which what was waited for will not come."""
LEFT, NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
Waits = Iterator[Callable[[], bool]]
Ability = Callable[["Person"], Waits]


@dataclass
class Surroundings:
    """Files, cameras and virtual cameras to work with."""

    folder: Path
    cameras: Cameras
    virtual_cameras: VirtualCameras

    def __post_init__(self) -> None:
        self.clip, self.style = self.folder / "clip.mp4", self.folder / "mine.safetensors"
        self.photos = [self.folder / f"{number}.jpg" for number in range(2)]
        write_clip(self.clip, frames=60)
        for photo in self.photos:
            cv2.imwrite(str(photo), demo_frame(320, 240))
        shutil.copy(asset("styles", "udnie.safetensors"), self.style)
        self.cameras.plug_in()
        self.device = self.virtual_cameras.install()


class Person:
    """Does things in the window, and waits until they are done."""

    def __init__(self, window: MainWindow, pulse: Pulse, around: Surroundings) -> None:
        self.window, self.pulse, self.around = window, pulse, around

    @property
    def state(self) -> WindowState:
        """What the window shows."""
        return self.window.controller.store.state

    def do(self, name: str, ability: Ability) -> Waits:
        """This ability of this name. Raises TimeoutError when it does not come to its end, AssertionError when the
        window complains."""
        self.pulse.doing = name
        for wait in ability(self):
            end = time.monotonic() + PATIENCE
            yield lambda wait=wait, end=end: self._patiently(wait, end)  # type: ignore[misc]
        beats = self.pulse.beats
        yield lambda: self.pulse.beats > beats + 1  # the last thing that was done shows in the pulse
        complaints = [message.text for message in self.state.messages if message.error]
        assert not complaints, f"{name}: {complaints}"
        for kept in recordings_folder(self.state.preferences).glob("*"):
            kept.unlink()

    def _patiently(self, wait: Callable[[], bool], end: float) -> bool:
        if time.monotonic() > end:
            raise TimeoutError(f"{self.pulse.doing}: waited too long; it says {self.window.message.text()!r}")
        return wait()

    def shown(self, frames: int) -> Callable[[], bool]:
        """Waits until so many more painted frames were shown, of whatever source."""
        seen = self.window.preview.newest

        def check() -> bool:
            nonlocal seen, frames
            newest = self.window.preview.newest
            frames -= newest is not seen
            seen = newest
            return frames <= 0

        return check

    def press(self, spec: ActionSpec) -> None:
        """Its key, or its place in the menu where it has none."""
        action = self.window._actions[spec]
        assert self.window.isActiveWindow(), "no key would reach the window"
        if spec.shortcut:
            QTest.keySequence(self.window, action.shortcut())
        else:
            action.trigger()

    def kept(self, ending: str) -> bool:
        """Whether the window tells of a file with this ending that is there."""
        told = {Path(offer.about) for message in self.state.messages for offer in message.offers}
        return any(path.suffix == ending and path.exists() for path in told)

    def drop(self, *paths: Path) -> None:
        """Drop files on the window."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        self.window.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, LEFT, NO_KEYS))

    def dialog(self) -> QDialog:
        """The one that is open."""
        (dialog,) = self.window.findChildren(QDialog)
        return dialog

    def closed(self) -> Waits:
        """Until no dialog is open, and keys reach the window again."""
        yield lambda: not self.window.findChildren(QDialog)
        self.window.activateWindow()  # which without a screen nobody else does
        yield self.window.isActiveWindow

    def use(self, source: str) -> Waits:
        """Choose it in the menu of sources, and wait for its picture."""
        self.window.controls.source.offered[source].trigger()
        yield lambda: self.state.source == source and not self.state.opening
        yield self.shown(2)

    def choose(self, offered: Sequence[QAction], name: str) -> None:
        """Trigger the one of this name."""
        next(action for action in offered if action.data() == name).trigger()

"""A microphone in use: its thread, its level, and who listens."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from pleinair.engine.errors import PleinAirError, SourceLost, internal_error
from pleinair.engine.frame import SOUND_RATE, Sound
from pleinair.engine.sound.base import SoundOpener, SoundSource

RETRY_SECONDS = 1.0
"""Between tries to open a microphone that was lost."""
STOP_SECONDS = 5.0
"""The longest wait for a device that stands still."""
LEVEL_SAMPLES = SOUND_RATE // 10
SILENCE_DBFS = -96.0
"""As low as a level is told: what 16 bits can hold."""


@dataclass(frozen=True)
class Level:
    """How loud it is, in dB of the loudest there is (dBFS; a full sine has an RMS of -3)."""

    peak: float = SILENCE_DBFS
    rms: float = SILENCE_DBFS


class Microphone:
    """Hands on what is heard until it is stopped. A microphone that is lost is opened again as soon as it is back."""

    def __init__(self, open_sound: SoundOpener, on_notice: Callable[[str], None] | None = None) -> None:
        """Open it. ``on_notice`` is called from its thread with a sentence when it is lost or back.

        Raises SourceNotFound.
        """
        self.muted = False
        """Whether silence is handed on. May be set from any thread."""
        self._open, self._notify = open_sound, on_notice or (lambda text: None)
        self._source: SoundSource | None = open_sound()
        self.name = self._source.name
        self._listeners: tuple[Callable[[Sound], None], ...] = ()
        self._lock = threading.Lock()
        self._newest = np.zeros(0, np.float32)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="microphone", daemon=True)

    def start(self) -> Self:
        """Listen from now on."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop to listen and give the device back."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(STOP_SECONDS)
        if self._source is not None and not self._thread.is_alive():  # a driver that stands still keeps it
            self._source.close()

    def add_listener(self, hear: Callable[[Sound], None]) -> None:
        """Call ``hear``, which must not wait, with each piece of sound from now on, in the microphone's thread."""
        with self._lock:
            self._listeners = (*self._listeners, hear)

    def remove_listener(self, hear: Callable[[Sound], None]) -> None:
        """Call it no more. Does nothing where it was not added."""
        with self._lock:
            self._listeners = tuple(other for other in self._listeners if other != hear)

    @property
    def level(self) -> Level:
        """Of the newest tenth of a second that was handed on; may be asked for from any thread."""
        newest = self._newest
        if not len(newest):
            return Level()
        return Level(_dbfs(float(np.abs(newest).max())), _dbfs(math.sqrt(float(np.square(newest).mean()))))

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                if self._source is None:
                    self._come_back()
                else:
                    self._listen(self._source)
        except Exception as error:  # no thread may end without a word
            self._notify(internal_error(error))

    def _listen(self, source: SoundSource) -> None:
        try:
            sound = source.read()
        except SourceLost as error:
            source.close()
            self._source, self._newest = None, np.zeros(0, np.float32)
            self._notify(f"{error} What is recorded goes on without sound.")
            return
        if sound is None:
            return
        if self.muted:
            sound = replace(sound, samples=np.zeros_like(sound.samples))
        self._newest = np.concatenate([self._newest, sound.samples])[-LEVEL_SAMPLES:]
        for hear in self._listeners:
            hear(sound)

    def _come_back(self) -> None:
        if self._stopping.wait(RETRY_SECONDS):
            return
        try:
            self._source = self._open()
        except PleinAirError:
            return
        self._notify(f"The microphone '{self.name}' is back.")


def _dbfs(amplitude: float) -> float:
    return max(SILENCE_DBFS, 20 * math.log10(amplitude)) if amplitude > 0 else SILENCE_DBFS

"""How well sound and picture keep together in a recording: ``python -m tests.sync [MINUTES] [PPM]``.

Minutes of flashes and beeps are recorded on a clock of their own, with what a real evening brings: times that jitter,
lost frames, pauses, a sound card whose clock is off. Then the file is decoded, and each beep compared with its flash.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from pleinair.engine.frame import SOUND_RATE, Frame, PaintedFrame, Sound
from pleinair.engine.sinks import Recorder
from pleinair.engine.sound.arrival import ArrivalTimes
from pleinair.engine.sound.base import PIECE
from pleinair.engine.sound.pattern import LOUDNESS, beeps
from pleinair.engine.sources.pattern import draw, flashes
from tests.support.clock import ManualClock

SIZE = (160, 120)
FPS = 30


class Evening:
    """A camera and a microphone that are recorded, on a clock of their own."""

    def __init__(self, path: Path, ppm: float = 0.0, seed: int = 0) -> None:
        """The clock of the sound card runs faster by ``ppm`` millionths."""
        self.clock = ManualClock(1000.0)
        self.recorder = Recorder(path, FPS, clock=self.clock, with_sound=True).start()
        self._rng = np.random.default_rng(seed)
        self._rate = SOUND_RATE * (1 + ppm / 1e6)
        self._times = ArrivalTimes()
        self._heard = 0
        self._frame = 0
        self._began = self.clock.now()

    def go_on(self, seconds: float, frames_lost: float = 0.0, sound_lost: bool = False) -> None:
        """Record that long, not up to the very moment of a frame; frames without a flash are lost with this
        probability, and all sound on demand."""
        rng = self._rng
        end = self.clock.now() + seconds
        while (at := self._began + self._frame / FPS) < end:
            self.hear_until(at, sound_lost)
            self.clock.at = max(self.clock.at, at)
            flash = self._frame % FPS == 0
            if flash or rng.random() >= frames_lost:
                self._show(at, flash)
            self._frame += 1
        self.clock.at = end

    def hear_until(self, at: float, lost: bool) -> None:
        """Hand on the pieces that are over by then, a little late, as threads are."""
        while (over := self._began + (self._heard + PIECE) / self._rate) <= at:
            began = self._began + self._heard / self._rate
            late = self._rng.exponential(0.003)
            heard_at = self._times.heard_at(over + late - PIECE / SOUND_RATE, PIECE)
            self._heard += PIECE
            if not lost:
                self.recorder.hear(Sound(beeps(began + np.arange(PIECE) / self._rate), heard_at))

    def _show(self, at: float, flash: bool) -> None:
        pixels = draw(self._frame, *SIZE, flash)
        recorder, before = self.recorder, self.recorder.written
        frame = Frame(pixels, self._frame, at)
        recorder.offer(PaintedFrame(frame, pixels, "none", at))
        while recorder.written == before and recorder.error is None and not recorder.paused:
            time.sleep(0.0001)


def read(path: Path) -> tuple[list[float], list[float]]:
    """When flashes and beeps begin in a recording, in seconds."""
    seen, heard = [], []
    with av.open(str(path)) as file:
        lit = False
        for frame in file.decode(video=0):
            now = flashes(np.asarray(frame.to_ndarray(format="bgr24"), np.uint8))
            if now and not lit:
                seen.append(float(frame.time or 0.0))
            lit = now
    with av.open(str(path)) as file:
        last = -1.0
        for sound in file.decode(audio=0):
            samples = np.abs(sound.to_ndarray()[0])
            for loud in np.flatnonzero(samples > LOUDNESS / 2):
                at = float(sound.time or 0.0) + float(loud) / sound.sample_rate
                if at - last > 0.2:
                    heard.append(at)
                last = at
    return seen, heard


def offsets(seen: list[float], heard: list[float]) -> npt.NDArray[np.float64]:
    """Seconds by which sound is late, for each of those of which there are fewer."""
    fewer, more = sorted((seen, heard), key=len)
    nearest = np.array([min(more, key=lambda one: abs(one - at)) for at in fewer])
    return (nearest - fewer) * (1 if fewer is seen else -1)


def main(minutes: float = 10.0, ppm: float = 100.0) -> None:
    """Record, decode, and print."""
    with tempfile.TemporaryDirectory() as folder:
        for name, lost, pauses in (("plain", 0.0, False), ("lost frames and pauses", 0.3, True)):
            path = Path(folder) / f"{name}.mp4"
            evening = Evening(path, ppm)
            part = minutes * 60 / 10
            for _ in range(10):
                evening.go_on(part - 0.19, lost)
                if pauses:
                    evening.recorder.pause()
                    evening.go_on(7.31, lost)
                    evening.recorder.resume()
                    evening.go_on(0.71, lost)
            evening.recorder.stop()
            seen, heard = read(path)
            late = offsets(seen, heard) * 1e3
            print(
                f"{name}, {ppm:g} ppm: {evening.recorder.seconds:.1f} s recorded, {len(seen)} flashes, "
                f"{len(heard)} beeps, sound late by {np.median(late):.1f} ms (median), "
                f"{late.min():.1f} to {late.max():.1f} ms; the last ten: {np.round(late[-10:], 1).tolist()}"
            )


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))

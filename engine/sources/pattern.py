"""A synthetic picture that carries its own frame number, to measure delays and losses with, and flashes at each
whole second of the clock, as the synthetic microphone beeps."""

from __future__ import annotations

import numpy as np

from pleinair.engine.clock import MONOTONIC, Clock
from pleinair.engine.frame import Frame, Pixels
from pleinair.engine.sources.base import Pace, SourceFormat
from pleinair.engine.sources.playback import Playback
from pleinair.engine.sources.registry import SourceKind, register_source

BITS = 24
BAND = 32
"""Height in pixels of the band at the top that holds the number, black for 0 and white for 1; and of the one at the
bottom that flashes white."""


def draw(number: int, width: int, height: int, flash: bool = False) -> Pixels:
    """Colour ramps, a bar that moves 4 px a frame, the number, and the flash; uint8 (height, width, 3) BGR."""
    columns = np.linspace(32, 224, width, dtype=np.float32)
    rows = np.linspace(32, 224, height, dtype=np.float32)[:, None]
    pixels = np.empty((height, width, 3), np.uint8)
    pixels[..., 0] = columns
    pixels[..., 1] = rows
    pixels[..., 2] = 255 - (columns + rows) / 2
    left = number * 4 % max(1, width - 24)
    pixels[:, left : left + 24] = (40, 200, 240)
    if flash:
        pixels[-BAND:] = 255
    edges = np.linspace(0, width, BITS + 1).astype(int)
    for bit in range(BITS):
        pixels[:BAND, edges[bit] : edges[bit + 1]] = 255 if number >> bit & 1 else 0
    return pixels


def read_number(pixels: Pixels) -> int:
    """The frame number in a picture that ``draw`` made, also after mild compression."""
    edges = np.linspace(0, pixels.shape[1], BITS + 1).astype(int)
    band = pixels[4 : BAND - 4]
    return sum(1 << bit for bit in range(BITS) if band[:, edges[bit] + 2 : edges[bit + 1] - 2].mean() > 127)


def flashes(pixels: Pixels) -> bool:
    """Whether the flash is in a picture that ``draw`` made, also after mild compression."""
    return bool(pixels[-BAND + 4 :].mean() > 235)


class PatternSource:
    """The synthetic source, ``--source pattern``: ``width`` x ``height`` at ``fps``, without end.

    Frames are due at whole multiples of 1 / ``fps`` on the clock, so that one falls on each whole second.
    """

    live = False
    damaged = 0
    notice: str | None = None
    playback: Playback | None = None
    name = "test pattern"

    def __init__(self, width: int, height: int, fps: float = 30.0, clock: Clock = MONOTONIC) -> None:
        self.format = SourceFormat(width, height, fps)
        self._pace = Pace(clock)
        self._phase = -clock.now() % (1 / fps)
        self._pace.wait(0.0)
        self._index = 0

    def read(self) -> Frame | None:
        """The next picture when it is due."""
        fps = self.format.fps
        due = self._pace.wait(self._phase + self._index / fps)
        if due is None:
            return None
        flash = abs(due - round(due)) < 0.499 / fps
        frame = Frame(draw(self._index, self.format.width, self.format.height, flash), self._index, due)
        self._index += 1
        return frame

    def close(self) -> None:
        """Nothing to give back."""


register_source(
    SourceKind(
        "pattern", lambda spec: spec == "pattern", lambda request: PatternSource(*request.size, request.fps)
    )
)

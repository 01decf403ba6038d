"""A synthetic microphone that beeps when the synthetic picture flashes, to measure with how well they keep together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pleinair.engine.clock import MONOTONIC, Clock
from pleinair.engine.frame import SOUND_RATE, Sound
from pleinair.engine.sound.base import PIECE
from pleinair.engine.sound.registry import register_sound

BEEP_SECONDS = 0.05
BEEP_HZ = 1000
BEHIND_SECONDS = 0.5
"""After which it starts anew instead of hurrying, as the synthetic picture does."""
LOUDNESS = 0.5
"""Peak of a beep, where 1 is the loudest there is."""


def beeps(seconds: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """What is heard at these times on the monotonic clock: a beep from each whole second on; float32 (n,)."""
    into = seconds % 1.0
    tone = LOUDNESS * np.sin(2 * np.pi * BEEP_HZ * into)
    return np.where(into < BEEP_SECONDS, tone, 0.0).astype(np.float32)


class PatternSound:
    """The synthetic microphone, ``--microphone pattern``."""

    name = "test pattern"

    def __init__(self, clock: Clock = MONOTONIC) -> None:
        self._clock = clock
        self._next = clock.now()

    def read(self) -> Sound | None:
        """The next piece, as soon as its last sample is over."""
        at = self._clock.now()
        if at - self._next > BEHIND_SECONDS:
            self._next = at
        began, self._next = self._next, self._next + PIECE / SOUND_RATE
        self._clock.sleep(max(0.0, self._next - at))
        return Sound(beeps(began + np.arange(PIECE) / SOUND_RATE), began)

    def close(self) -> None:
        """Nothing to give back."""


register_sound("pattern", lambda spec: PatternSound())

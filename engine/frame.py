"""What travels through the engine: frames as captured and as painted, and sound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
"""uint8 (H, W, 3), BGR, C-contiguous."""


Paint = Callable[[Pixels], Pixels]
"""Paints uint8 (H, W, 3) BGR; the result has the same shape."""

Begin = Callable[[], Paint]
"""Begins to paint a photo or a clip: what it returns paints its pictures in their order, and knows no others."""


@dataclass(frozen=True, eq=False)
class Frame:
    """One captured picture. ``pixels`` is uint8 (H, W, 3) BGR, C-contiguous and read-only;
    ``index`` counts from 0; ``captured_at`` is in seconds on the monotonic clock; ``cost`` in processor seconds
    that reading it took in another thread than that which asked for it."""

    pixels: Pixels
    index: int
    captured_at: float
    cost: float = 0.0

    def __post_init__(self) -> None:
        if not self.pixels.flags.c_contiguous:
            object.__setattr__(self, "pixels", np.ascontiguousarray(self.pixels))
        self.pixels.flags.writeable = False


@dataclass(frozen=True, eq=False)
class PaintedFrame:
    """A frame and its painting. ``pixels`` is uint8 BGR of the frame's own size; ``style`` is the
    text of the mix it was painted with; ``ready_at`` is in seconds on the monotonic clock."""

    frame: Frame
    pixels: Pixels
    style: str
    ready_at: float

    @property
    def latency(self) -> float:
        """Seconds from capture to ready."""
        return self.ready_at - self.frame.captured_at


SOUND_RATE = 48_000
"""Samples of sound a second, everywhere in the engine."""


@dataclass(frozen=True, eq=False)
class Sound:
    """A piece of what a microphone heard. ``samples`` is float32 (n,), one channel, -1..1, ``SOUND_RATE`` a
    second; ``captured_at`` is when the first of them was heard, in seconds on the monotonic clock."""

    samples: npt.NDArray[np.float32]
    captured_at: float

    @property
    def ended_at(self) -> float:
        """When the last sample was over, in seconds on the monotonic clock."""
        return self.captured_at + len(self.samples) / SOUND_RATE

"""Reading sources in tests."""

from __future__ import annotations

import time

from pleinair.engine.frame import Frame
from pleinair.engine.sources import Source
from pleinair.engine.sources.base import SourceEnded


def read(source: Source, seconds: float = 10.0) -> Frame:
    """The next frame, waited for."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        frame = source.read()
        if frame is not None:
            return frame
    raise AssertionError("no frame came")


def read_all(source: Source) -> list[Frame]:
    """Every frame until the end."""
    frames = []
    try:
        while True:
            frames.append(read(source))
    except SourceEnded:
        return frames

"""The capture thread's work: from the source to the slot."""

from __future__ import annotations

import time

from pleinair.engine.live.reconnect import ReconnectingSource
from pleinair.engine.live.state import LiveState

IDLE_SECONDS = 0.05
"""Between two looks for another source, once a source has ended."""


def capture(source: ReconnectingSource, state: LiveState) -> None:
    """Put frame after frame into ``state.frames`` until ``state.stopping`` is set."""
    with state.capturing as heart:
        while not state.stopping.is_set():
            heart.beat()
            began = time.thread_time()
            frame = source.read()
            if frame is not None:
                state.stats.captured_one(time.thread_time() - began + frame.cost)
                state.frames.put(frame)
            elif state.ended.is_set():
                state.stopping.wait(IDLE_SECONDS)

"""What the parts of one live path share."""

from __future__ import annotations

import threading
from collections.abc import Callable

from pleinair.engine.frame import Frame
from pleinair.engine.live.notices import Notice
from pleinair.engine.live.slot import LatestSlot
from pleinair.engine.live.stats import StatsCollector
from pleinair.engine.threads.heartbeats import Heart


class LiveState:
    """The slot between the two threads, the events they watch, and the statistics they keep."""

    def __init__(self, notify: Callable[[Notice], None]) -> None:
        """``notify`` is called from the threads of the live path."""
        self.notify = notify
        self.frames: LatestSlot[Frame] = LatestSlot()
        self.stopping = threading.Event()
        self.ended = threading.Event()
        """The source has no more frames."""
        self.finished = threading.Event()
        """The source has ended, and all its frames are painted or dropped."""
        self.capturing, self.painting = Heart("capture"), Heart("engine")
        """Of the two threads."""
        self.stats = StatsCollector(lambda: self.frames.replaced)

"""The engine thread's work: from the slot to painted frames."""

from __future__ import annotations

import threading
from collections.abc import Callable

from pleinair.engine.clock import now
from pleinair.engine.errors import OutOfMemory, PleinAirError
from pleinair.engine.frame import Frame, PaintedFrame
from pleinair.engine.live.governor import Governor
from pleinair.engine.live.notices import Notice, NoticeKind
from pleinair.engine.live.reconnect import ReconnectingSource
from pleinair.engine.live.sizes import SizePreparation
from pleinair.engine.live.state import LiveState
from pleinair.engine.styles.look import Look
from pleinair.engine.stylizer import Stylizer, painted_size

WAIT_SECONDS = 0.1
"""The longest wait for a frame before the events are looked at."""


class PaintLoop:
    """Paints the newest frame, again and again, with the look and the stylizer that stand at that moment."""

    def __init__(
        self,
        source: ReconnectingSource,
        stylizer: Stylizer,
        look: Look,
        governor: Governor,
        state: LiveState,
        hand_on: Callable[[PaintedFrame], None],
    ) -> None:
        """``hand_on`` takes each painted frame, in the engine thread, and must not wait."""
        self.look = look
        self.stylizer = stylizer
        """The stylizer in use."""
        self._source, self._governor, self._state, self._hand_on = source, governor, state, hand_on
        self._next_stylizer: Stylizer | None = None
        self._lock = threading.Lock()
        self._sizes = SizePreparation(governor)
        self._prepared: tuple[Stylizer, tuple[int, ...]] | None = None
        self._told = ""

    def switch_stylizer(self, stylizer: Stylizer) -> None:
        """Paint with another one from the next frame on; the one in use is closed after its last frame."""
        with self._lock:
            waiting, self._next_stylizer = self._next_stylizer, stylizer
        if waiting is not None:
            waiting.close()

    def run(self) -> None:
        """Paint until ``state.stopping`` is set."""
        version, state = 0, self._state
        while not state.stopping.is_set():
            ended = state.ended.is_set()  # asked first: the last frame may come meanwhile
            newer = state.frames.get_newer(version, WAIT_SECONDS)
            if newer is not None:
                version, frame = newer
                self._paint(frame)
            elif ended and not state.finished.is_set():
                state.finished.set()
                state.notify(Notice(NoticeKind.ENDED, f"{self._source.current.name} has ended."))

    def close(self) -> None:
        """Once the thread has ended: stop preparing sizes, and close a stylizer that never came into use. The one
        in use is the caller's to close."""
        self._sizes.stop()
        with self._lock:
            if self._next_stylizer is not None:
                self._next_stylizer.close()
                self._next_stylizer = None

    def _paint(self, frame: Frame) -> None:
        look = self.look
        self._take_stylizer()
        height, width = frame.pixels.shape[:2]
        if self._prepared != (self.stylizer, frame.pixels.shape):
            self._prepared = (self.stylizer, frame.pixels.shape)
            self._sizes.begin(self.stylizer.generator, width, height)
        began, size = now(), self._governor.work_size
        try:
            pixels = self.stylizer.stylize(frame.pixels, look, size)
        except OutOfMemory as error:
            smaller = self._governor.shrink()
            if smaller is None:
                self._tell(NoticeKind.ERROR, str(error))
            else:
                self._tell(NoticeKind.INFO, f"{error} Painting at {smaller} lines from now on.")
            return
        except PleinAirError as error:
            self._tell(NoticeKind.ERROR, str(error))
            return
        painted = PaintedFrame(frame, pixels, look.name, now())
        self._state.stats.painted_one(painted, began, painted_size(width, height, size))
        self._hand_on(painted)
        rate = self._source.current.format.fps or None
        self._governor.observe(painted.ready_at - began, painted.latency, rate, painted.ready_at)

    def _tell(self, kind: NoticeKind, text: str) -> None:
        if text != self._told:  # once, not thirty times a second
            self._told = text
            self._state.notify(Notice(kind, text))

    def _take_stylizer(self) -> None:
        with self._lock:
            new, self._next_stylizer = self._next_stylizer, None
        if new is not None:
            self._sizes.stop()
            old, self.stylizer = self.stylizer, new
            old.close()

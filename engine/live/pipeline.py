"""The live path: a capture thread and an engine thread, with a slot behind each."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Self

from pleinair.engine.arrangement import Arrangement
from pleinair.engine.clock import now
from pleinair.engine.errors import internal_error
from pleinair.engine.frame import PaintedFrame
from pleinair.engine.live.governor import Governor, Target
from pleinair.engine.live.notices import Notice, NoticeKind
from pleinair.engine.live.paint import PaintLoop
from pleinair.engine.live.reconnect import ReconnectingSource
from pleinair.engine.live.recovery import Reopen
from pleinair.engine.live.slot import LatestSlot
from pleinair.engine.live.state import LiveState
from pleinair.engine.live.thumbnails import Thumbnails
from pleinair.engine.sinks import Sink
from pleinair.engine.sources import Source, SourceOpener
from pleinair.engine.styles.look import Look
from pleinair.engine.stylizer import Stylizer

IDLE_SECONDS = 0.05
"""Between two looks for another source, once a source has ended."""
STOP_SECONDS = 5.0
"""The longest wait for the threads of the live path to end."""
logger = logging.getLogger(__name__)


class LivePipeline:
    """Films, paints, and hands painted frames to the preview's slot and to every sink.

    Nothing runs before ``start()`` or ``with``. ``stats.snapshot()`` tells how it is doing.
    """

    def __init__(
        self,
        open_source: SourceOpener,
        stylizer: Stylizer,
        look: Look,
        on_notice: Callable[[Notice], None] | None = None,
        governor: Governor | None = None,
        reopen: Reopen | None = None,
    ) -> None:
        """Open the source. ``on_notice`` is called from the threads of the live path; ``governor`` chooses the
        size at which frames are painted; ``reopen`` opens what replaces a stylizer that fails, without it frames
        are then shown unpainted. Raises SourceError, PictureError from ``open_source``."""
        self._state = LiveState(on_notice or (lambda notice: None))
        self._source = ReconnectingSource(open_source, self._state)
        self._paint = PaintLoop(
            self._source, stylizer, look, governor or Governor(Target()), self._state, self._hand_on, reopen
        )
        self._sinks: tuple[Sink, ...] = ()
        self._sinks_lock = threading.Lock()
        self.painted: LatestSlot[PaintedFrame] = LatestSlot()
        self.stats = self._state.stats
        self.finished = self._state.finished
        """Set when the source has ended and all its frames are painted or dropped."""
        works: dict[str, Callable[[], None]] = {
            "capture": self._capture,
            "engine": self._paint.run,
        }
        self._threads = [
            threading.Thread(target=self._run, args=(work,), name=name, daemon=True)
            for name, work in works.items()
        ]

    def start(self) -> Self:
        """Start to film and paint; ``with`` does it too."""
        for thread in self._threads:
            thread.start()
        return self

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.stop()

    @property
    def look(self) -> Look:
        """What frames are painted with. May be replaced from any thread; each frame is painted with the look that
        stands when its painting begins."""
        return self._paint.fade.target

    @look.setter
    def look(self, look: Look) -> None:
        self.change_look(look, 0.0)

    def change_look(self, look: Look, fade_seconds: float) -> None:
        """Replace the look as ``look = ...`` does, fading from one style to the other."""
        self._paint.fade.show(look, fade_seconds)

    @property
    def quality(self) -> str | None:
        """The name of the generator that the person wants, None for the best that keeps up. It may be replaced from
        any thread; where it can't paint the look, another one does."""
        return self._paint.quality

    @quality.setter
    def quality(self, generator: str | None) -> None:
        self._paint.quality = generator

    @property
    def arrangement(self) -> Arrangement:
        """How frames are turned and cut before they are painted, for the preview and all sinks. May be replaced
        from any thread."""
        return self._paint.arrangement

    @arrangement.setter
    def arrangement(self, arrangement: Arrangement) -> None:
        self._paint.arrangement = arrangement

    @property
    def frozen(self) -> bool:
        """Whether the picture that is painted stands still, whatever is filmed. May be replaced from any thread."""
        return self._paint.frozen

    @frozen.setter
    def frozen(self, frozen: bool) -> None:
        self._paint.frozen = frozen

    @property
    def thumbnails(self) -> Thumbnails:
        """Small paintings of the newest frame in other looks, where they are wanted."""
        return self._paint.thumbnails

    @property
    def steady(self) -> bool:
        """Whether the painting is kept from shimmering where the frame stands still, as it is at first. May be
        replaced from any thread."""
        return self._paint.steadiness.on

    @steady.setter
    def steady(self, steady: bool) -> None:
        self._paint.steadiness.on = steady

    @property
    def stylizer(self) -> Stylizer:
        """The stylizer in use."""
        return self._paint.painter.stylizer

    def switch_stylizer(self, stylizer: Stylizer) -> None:
        """Paint with another one from the next frame on; the one in use is closed after its last frame."""
        self._paint.painter.switch(stylizer)

    @property
    def source(self) -> Source:
        """The source in use."""
        return self._source.current

    def switch_source(self, open_source: SourceOpener) -> None:
        """Take over another source; call it off the GUI thread, since it may take seconds.

        The new source is opened beside the old one, which plays on when that fails: then raises
        SourceError or PictureError.
        """
        self._source.replace(open_source)

    def reopen_source(self, open_source: SourceOpener) -> None:
        """Close the source in use, and open it in another way, such as at another size. Does not wait."""
        self._source.reopen(open_source)

    def add_sink(self, sink: Sink) -> None:
        """Offer painted frames to ``sink`` from now on. Starting and stopping it is the caller's."""
        with self._sinks_lock:
            self._sinks = (*self._sinks, sink)

    def remove_sink(self, sink: Sink) -> None:
        """Offer it no more frames. Does nothing where it was not added."""
        with self._sinks_lock:
            self._sinks = tuple(other for other in self._sinks if other is not sink)

    def stop(self) -> None:
        """Stop all threads and close the source; what stands still is waited for ``STOP_SECONDS``, and then left. The
        sinks and the stylizer in use are the caller's to stop and close."""
        self._state.stopping.set()
        self._state.frames.close()
        end = now() + STOP_SECONDS
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.0, end - now()))
            if thread.is_alive():
                logger.warning("The thread '%s' does not end; it was left", thread.name)
        self._paint.close()
        self.painted.close()
        if self._threads[0].is_alive():  # it still reads
            threading.Thread(target=self._close_later, name="closing the source", daemon=True).start()
        else:
            self._source.close()

    def _close_later(self) -> None:
        self._threads[0].join()
        self._source.close()

    def _capture(self) -> None:
        """The capture thread's work: frame after frame from the source to the slot."""
        source, state = self._source, self._state
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

    def _run(self, work: Callable[[], None]) -> None:
        """No thread may end without a word: then the picture would stand still and no one knew why."""
        try:
            work()
        except Exception as error:
            self.finished.set()
            self._state.notify(Notice(NoticeKind.ERROR, internal_error(error)))
            raise

    def _hand_on(self, painted: PaintedFrame) -> None:
        self.painted.put(painted)
        for sink in self._sinks:
            sink.offer(painted)

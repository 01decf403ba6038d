"""The engine thread's work: from the slot to painted frames."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from pleinair.engine.arrangement import Arrangement
from pleinair.engine.clock import now
from pleinair.engine.errors import OutOfMemory, PleinAirError, StyleError
from pleinair.engine.frame import Frame, PaintedFrame, Pixels
from pleinair.engine.live.fade import CrossFade
from pleinair.engine.live.governor import GOOD, Governor, Rung
from pleinair.engine.live.notices import Notice, NoticeKind
from pleinair.engine.live.painter import Painter
from pleinair.engine.live.preparation import Preparation
from pleinair.engine.live.reconnect import ReconnectingSource
from pleinair.engine.live.recovery import Reopen
from pleinair.engine.live.state import LiveState
from pleinair.engine.live.steadiness import Steadiness
from pleinair.engine.live.thumbnails import LINES, Thumbnails
from pleinair.engine.region.painter import RegionPainter
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
        reopen: Reopen | None = None,
    ) -> None:
        """``hand_on`` takes each frame that is to be shown, in the engine thread, and must not wait; ``reopen``: see
        ``Painter``."""
        self.fade = CrossFade(look)
        self.painter = Painter(stylizer, state, reopen)
        self.quality: str | None = None
        """The generator that the person wants, None for the best that keeps up."""
        self.arrangement = Arrangement()
        """How frames are turned and cut before they are painted."""
        self.frozen = False
        """Whether the same picture is painted again and again, whatever comes."""
        self.thumbnails = Thumbnails()
        self.steadiness = Steadiness()
        """Keeps what is painted from shimmering."""
        self._source, self._governor, self._state, self._hand_on = source, governor, state, hand_on
        self._preparation = Preparation(governor, self.thumbnails)
        self._prepared: tuple[Stylizer, list[str], tuple[int, ...]] | None = None
        self._newest: Frame | None = None
        self._still: Pixels | None = None
        self._region = RegionPainter()
        self._told = ""
        self._small = self._passed = False

    def run(self) -> None:
        """Paint until ``state.stopping`` is set."""
        version, state = 0, self._state
        with state.painting as heart:
            while not state.stopping.is_set():
                heart.beat()
                ended = state.ended.is_set()  # asked first: the last frame may come meanwhile
                newer = state.frames.get_newer(version, 0)
                if newer is None or self.thumbnails.overdue(now()):
                    self._paint_thumbnail()
                newer = newer or state.frames.get_newer(version, WAIT_SECONDS)
                if newer is not None:
                    version, frame = newer
                    self._paint(frame)
                elif ended and not state.finished.is_set():
                    state.finished.set()
                    state.notify(Notice(NoticeKind.ENDED, f"{self._source.current.name} has ended."))

    def close(self) -> None:
        """Once the thread has ended: stop preparing, and close a stylizer that never came into use. The one
        in use is the caller's to close."""
        self._preparation.stop()
        self._region.close()
        self.painter.close()

    def _paint(self, frame: Frame) -> None:
        self.painter.take_over()
        frame = self._newest = self.arrangement.apply(self._held(frame))
        rate = self._source.current.format.fps or None
        if self.painter.overdue:
            self._governor.observe(self.painter.overdue, self.painter.overdue, rate, now())
            self.painter.overdue = 0.0
        try:
            look, names = self._look()
            self._prepare(names, frame.pixels.shape, rate)
            began, rung, self._passed = now(), self._governor.rung, False
            pixels = self._region.paint(frame.pixels, look, partial(self._paint_part, frame, look, rung))
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
        painted = PaintedFrame(frame, pixels, self.fade.target.name, now())
        if self._passed:
            self._state.stats.passed_one()
            self._hand_on(painted)
            return
        height, width = frame.pixels.shape[:2]
        size = painted_size(width, height, rung.work_size)
        self._state.stats.flickered(self.steadiness.flicker)
        self._state.stats.painted_one(painted, began, rung.generator, size)
        self._hand_on(painted)
        if look.strength > 0.0:
            self._governor.observe(painted.ready_at - began, painted.latency, rate, painted.ready_at)
            self._advise(rung)

    def _paint_part(self, frame: Frame, look: Look, rung: Rung, pixels: Pixels) -> Pixels:
        """Paint the part of the frame that is to be painted, before its backdrop: uint8 (H, W, 3) BGR. Where nothing
        can be painted now, it stays as it is: nobody's room is shown instead of the backdrop."""
        key = self._source.current, self.arrangement, self.painter.stylizer, look, rung
        look_at = partial(self.steadiness.look_at, pixels, frame.captured_at, key)
        painted = self.painter.paint(pixels, look, rung, look_at)
        if painted is None or painted is pixels:  # which is left untouched at strength 0
            self._passed = painted is None
            self.steadiness.forget()
            return pixels
        return self.steadiness.steady(painted)

    def _held(self, frame: Frame) -> Frame:
        """The frame, or while it is frozen another one with the same picture as before."""
        if not self.frozen:
            self._still = None
            return frame
        self._still = frame.pixels if self._still is None else self._still
        return replace(frame, pixels=self._still)

    def _paint_thumbnail(self) -> None:
        # Their size is one of those that are prepared, which must not be done twice at once.
        if self._newest is not None and not self._preparation.busy:
            frame, painter = self._newest.pixels, self.painter
            kind = "thumbnail", painted_size(frame.shape[1], frame.shape[0], LINES)
            self.thumbnails.paint_next(frame, painter.stylizer, now(), partial(painter.call, kind=kind))

    def _look(self) -> tuple[Look, list[str]]:
        """The look, and the generators that may paint it, the best first. Raises StyleError."""
        look = self.fade.current()
        try:
            names = self.painter.stylizer.generators_for(look)
        except StyleError:  # between styles that no generator has both of
            look = self.fade.target
            names = self.painter.stylizer.generators_for(look)
        return look, [self.quality] if self.quality in names else names

    def _prepare(self, names: list[str], shape: tuple[int, ...], rate: float | None) -> None:
        """Start the governor anew when another stylizer paints, other generators may, or other frames come."""
        if self._prepared == (self.painter.stylizer, names, shape):
            return
        before, self._prepared = self._prepared, (self.painter.stylizer, names, shape)
        height, width = shape[:2]
        self._preparation.stop()
        if before is not None and before[2] != shape:
            self.painter.forget()
        self._governor.start(
            width, height, {name: self.painter.stylizer.seconds[name] for name in names}, rate
        )
        self._preparation.begin(self.painter.stylizer, width, height)

    def _advise(self, rung: Rung) -> None:
        """Say what helps, whenever time is the reason why fewer lines are painted than look good."""
        small = rung.work_size < min(GOOD, self._governor.ladder[0].work_size)
        if small and not self._small:
            better = rung.generator != list(self.painter.stylizer.generators)[-1]
            advice = ["close other programs", *(["choose the quality Fast"] if better else [])]
            text = (
                f"This computer keeps up with {rung.work_size} lines only: {', '.join(advice)} "
                "or film at a smaller size."
            )
            self._state.notify(Notice(NoticeKind.INFO, text))
        self._small = small

    def _tell(self, kind: NoticeKind, text: str) -> None:
        if text != self._told:  # once, not thirty times a second
            self._told = text
            self._state.notify(Notice(kind, text))

"""The live path: a capture thread and an engine thread, with a slot behind each."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from pleinair.engine.errors import OutOfMemory, PleinAirError, SourceError, SourceLost, internal_error
from pleinair.engine.frame import Frame, PaintedFrame, Pixels, now
from pleinair.engine.live.governor import Governor, Target
from pleinair.engine.live.slot import LatestSlot
from pleinair.engine.sinks import Recorder
from pleinair.engine.sources import Source
from pleinair.engine.styles.look import Look
from pleinair.engine.stylizer import Stylizer, painted_size
from pleinair.engine.timing import Rate, Timings

RETRY_SECONDS = 1.0
PREPARE_SECONDS = 0.1
"""Between two sizes that are made ready beside the painting, so that it is not held up for long."""
SourceOpener = Callable[[], Source]


class NoticeKind(StrEnum):
    """What a notice is about."""

    INFO = "info"
    LOST = "lost"
    """The source has gone, and is tried again."""
    ENDED = "ended"
    """The source has played to its end."""
    ERROR = "error"


@dataclass(frozen=True)
class Notice:
    """A sentence for a person."""

    kind: NoticeKind
    text: str


class LivePipeline:
    """Films, paints, and hands painted frames to the preview's slot and to the recorder.

    ``look`` may be replaced from any thread at any time; each frame is painted with the one that
    stands when its painting begins. The governor chooses the size at which frames are painted; a
    thread of its own gets the sizes ready that it may choose. Notices come from the engine's threads.
    """

    def __init__(
        self,
        open_source: SourceOpener,
        stylizer: Stylizer,
        look: Look,
        on_notice: Callable[[Notice], None] | None = None,
        governor: Governor | None = None,
    ) -> None:
        """Open the source. Raises SourceError, PictureError from ``open_source``."""
        self.look = look
        self.governor = governor or Governor(Target())
        self._stylizer = stylizer
        self._next_stylizer: Stylizer | None = None
        self._stylizer_lock = threading.Lock()
        self._preparing: tuple[threading.Thread, threading.Event] | None = None
        self.painted: LatestSlot[PaintedFrame] = LatestSlot()
        self.captured_count = 0
        self.painted_count = 0
        self.painted_rate = Rate()
        self.painted_size = (0, 0)
        """Width and height at which the newest frame was painted."""
        self.capturing, self.waiting = Timings(), Timings()
        """Processor time of the capture thread for one frame; from captured to painting begun."""
        self.latency, self.infer = Timings(), Timings()
        self.finished = threading.Event()
        """Set when the source has ended and all its frames are painted or dropped."""
        self._on_notice = on_notice or (lambda notice: None)
        self._frames: LatestSlot[Frame] = LatestSlot()
        self._recorder: Recorder | None = None
        self._stopping = threading.Event()
        self._ended = threading.Event()
        self._source_lock = threading.Lock()
        self._opener = open_source
        self._source = open_source()
        self._replacement: tuple[Source, SourceOpener] | None = None
        self._threads = [
            threading.Thread(target=self._told, args=(self._capture,), name="capture", daemon=True),
            threading.Thread(target=self._told, args=(self._paint,), name="engine", daemon=True),
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
    def stylizer(self) -> Stylizer:
        """The stylizer in use."""
        return self._stylizer

    def switch_stylizer(self, stylizer: Stylizer) -> None:
        """Paint with another one from the next frame on; the one in use is closed after its last frame."""
        with self._stylizer_lock:
            waiting, self._next_stylizer = self._next_stylizer, stylizer
        if waiting is not None:
            waiting.close()

    @property
    def source(self) -> Source:
        """The source in use."""
        return self._source

    @property
    def dropped(self) -> int:
        """Captured frames that were never painted because a newer one had come."""
        return self._frames.replaced

    @property
    def recorder(self) -> Recorder | None:
        """The recording under way."""
        return self._recorder

    def record(self, recorder: Recorder | None) -> Recorder | None:
        """Send painted frames to ``recorder`` from now on; returns the one before, not stopped."""
        before, self._recorder = self._recorder, recorder
        return before

    def switch_source(self, open_source: SourceOpener) -> None:
        """Take over another source; call it off the GUI thread, since it may take seconds.

        The new source is opened beside the old one, which plays on when that fails: then raises
        SourceError or PictureError.
        """
        source = open_source()
        with self._source_lock:
            if self._replacement is not None:
                self._replacement[0].close()
            self._replacement = (source, open_source)

    def stop(self) -> None:
        """Stop all threads and close the source; a recording and the stylizer in use go on being the
        caller's to stop and close."""
        self._stopping.set()
        self._frames.close()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()
        self._stop_preparing()
        with self._stylizer_lock:
            if self._next_stylizer is not None:
                self._next_stylizer.close()
                self._next_stylizer = None
        self.painted.close()
        if self._replacement is not None:
            self._replacement[0].close()
        self._source.close()

    def _told(self, work: Callable[[], None]) -> None:
        """No thread may end without a word: then the picture would stand still and no one knew why."""
        try:
            work()
        except Exception as error:
            self._on_notice(Notice(NoticeKind.ERROR, internal_error(error)))
            self.finished.set()
            raise

    def _capture(self) -> None:
        while not self._stopping.is_set():
            self._take_replacement()
            if self._ended.is_set():
                self._stopping.wait(0.05)
                continue
            began = time.thread_time()
            try:
                frame = self._source.read()
            except SourceLost as error:
                self._on_notice(
                    Notice(NoticeKind.LOST if self._source.live else NoticeKind.ERROR, str(error))
                )
                if self._source.live:
                    self._reopen()
                else:
                    self._ended.set()
                continue
            if frame is None:
                self._ended.set()
                continue
            self.capturing.add(time.thread_time() - began)
            self.captured_count += 1
            self._frames.put(frame)

    def _take_replacement(self) -> None:
        with self._source_lock:
            if self._replacement is None:
                return
            old = self._source
            (self._source, self._opener), self._replacement = self._replacement, None
            self._ended.clear()
            self.finished.clear()
        old.close()

    def _reopen(self) -> None:
        """Try again every second until the source is back, or another takes over."""
        self._source.close()
        while not self._stopping.wait(RETRY_SECONDS) and self._replacement is None:
            try:
                self._source = self._opener()
            except SourceError:
                continue
            self._on_notice(Notice(NoticeKind.INFO, f"The picture from {self._source.name} is back."))
            return

    def _paint(self) -> None:
        version = 0
        failed = ""
        prepared: tuple[Stylizer, tuple[int, ...]] | None = None
        while not self._stopping.is_set():
            ended = self._ended.is_set()  # asked first: the last frame may come meanwhile
            newer = self._frames.get_newer(version, timeout=0.1)
            if newer is None:
                if ended and not self.finished.is_set():
                    self.finished.set()
                    self._on_notice(Notice(NoticeKind.ENDED, f"{self._source.name} has ended."))
                continue
            version, frame = newer
            look = self.look
            self._take_stylizer()
            if prepared != (self._stylizer, frame.pixels.shape):
                prepared = (self._stylizer, frame.pixels.shape)
                self._prepare_sizes(*frame.pixels.shape[1::-1])
            began = now()
            size = self.governor.work_size
            try:
                pixels = self._stylizer.stylize(frame.pixels, look, size)
            except OutOfMemory as error:
                smaller = self.governor.shrink()
                text = str(error) if smaller is None else f"{error} Painting at {smaller} lines from now on."
                if text != failed:
                    failed = text
                    self._on_notice(Notice(NoticeKind.ERROR if smaller is None else NoticeKind.INFO, text))
                continue
            except PleinAirError as error:
                if str(error) != failed:  # told once, not thirty times a second
                    failed = str(error)
                    self._on_notice(Notice(NoticeKind.ERROR, failed))
                continue
            self._hand_on(frame, pixels, look, began, size)

    def _hand_on(self, frame: Frame, pixels: Pixels, look: Look, began: float, size: int | None) -> None:
        ready = now()
        painted = PaintedFrame(frame, pixels, look.name, ready)
        self.infer.add(ready - began)
        self.waiting.add(began - frame.captured_at)
        self.latency.add(painted.latency)
        self.painted_rate.tick(ready)
        self.painted_count += 1
        self.painted_size = painted_size(pixels.shape[1], pixels.shape[0], size)
        self.painted.put(painted)
        recorder = self._recorder
        if recorder is not None:
            recorder.offer(painted)
        self.governor.observe(ready - began, painted.latency, self._source.format.fps or None, ready)

    def _take_stylizer(self) -> None:
        with self._stylizer_lock:
            new, self._next_stylizer = self._next_stylizer, None
        if new is not None:
            self._stop_preparing()
            old, self._stylizer = self._stylizer, new
            old.close()

    def _prepare_sizes(self, width: int, height: int) -> None:
        """Get the other sizes ready beside the painting, for frames of this size."""
        self._stop_preparing()
        self.governor.start(width, height)
        if self.governor.pinned is not None:
            return
        generator, enough = self._stylizer.generator, threading.Event()

        def prepare() -> None:
            ready = []
            for size in self.governor.ladder(width, height)[1:]:
                if enough.wait(PREPARE_SECONDS) or self._stopping.is_set():
                    return
                try:
                    generator.prepare(*painted_size(width, height, size))
                except PleinAirError:
                    break  # told when a frame fails
                ready.append(size)
            self.governor.allow(ready)

        thread = threading.Thread(target=prepare, name="sizes", daemon=True)
        self._preparing = (thread, enough)
        thread.start()

    def _stop_preparing(self) -> None:
        if self._preparing is not None:
            thread, enough = self._preparing
            enough.set()
            thread.join()
            self._preparing = None

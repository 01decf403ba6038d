"""The live path: a capture thread and an engine thread, with a slot behind each."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from engine.backends import Stylizer
from engine.camera import Source
from engine.errors import PleinAirError, SourceError, SourceLost
from engine.frame import Frame, PaintedFrame, now
from engine.sinks import Recorder
from engine.slot import LatestSlot
from engine.stats import Rate, Timings
from engine.styles import Look

RETRY_SECONDS = 1.0
SourceOpener = Callable[[], Source]


@dataclass(frozen=True)
class Notice:
    """Something to tell a person: ``kind`` is ``info``, ``lost``, ``ended`` or ``error``."""

    kind: str
    text: str


class Live:
    """Films, paints, and hands painted frames to the preview's slot and to the recorder.

    ``look`` may be replaced from any thread at any time; each frame is painted with the one that
    stands when its painting begins. Notices come from the engine's threads.
    """

    def __init__(
        self,
        open_source: SourceOpener,
        stylizer: Stylizer,
        look: Look,
        on_notice: Callable[[Notice], None] | None = None,
    ) -> None:
        """Open the source and start. Raises SourceError, PictureError from ``open_source``."""
        self.look = look
        self.stylizer = stylizer
        self.painted: LatestSlot[PaintedFrame] = LatestSlot()
        self.captured_count = 0
        self.painted_count = 0
        self.capture_rate, self.painted_rate = Rate(), Rate()
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
        for thread in self._threads:
            thread.start()

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
        """Stop both threads and close the source; a recording goes on being the caller's to stop."""
        self._stopping.set()
        self._frames.close()
        for thread in self._threads:
            thread.join()
        self.painted.close()
        if self._replacement is not None:
            self._replacement[0].close()
        self._source.close()

    def _told(self, work: Callable[[], None]) -> None:
        """No thread may end without a word: then the picture would stand still and no one knew why."""
        try:
            work()
        except Exception as error:
            kind = type(error).__name__
            self._on_notice(Notice("error", f"Something went wrong that should not ({kind}: {error})."))
            self.finished.set()
            raise

    def _capture(self) -> None:
        while not self._stopping.is_set():
            self._take_replacement()
            if self._ended.is_set():
                self._stopping.wait(0.05)
                continue
            try:
                frame = self._source.read()
            except SourceLost as error:
                self._on_notice(Notice("lost" if self._source.live else "error", str(error)))
                if self._source.live:
                    self._reopen()
                else:
                    self._ended.set()
                continue
            if frame is None:
                self._ended.set()
                continue
            self.captured_count += 1
            self.capture_rate.tick(frame.captured_at)
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
            self._on_notice(Notice("info", f"The picture from {self._source.name} is back."))
            return

    def _paint(self) -> None:
        version = 0
        failed = ""
        while not self._stopping.is_set():
            ended = self._ended.is_set()  # asked first: the last frame may come meanwhile
            newer = self._frames.get_newer(version, timeout=0.1)
            if newer is None:
                if ended and not self.finished.is_set():
                    self.finished.set()
                    self._on_notice(Notice("ended", f"{self._source.name} has ended."))
                continue
            version, frame = newer
            look = self.look
            began = now()
            try:
                pixels = self.stylizer.stylize(frame.pixels, look)
            except PleinAirError as error:
                if str(error) != failed:  # told once, not thirty times a second
                    failed = str(error)
                    self._on_notice(Notice("error", failed))
                continue
            ready = now()
            painted = PaintedFrame(frame, pixels, look.name, ready)
            self.infer.add(ready - began)
            self.latency.add(painted.latency)
            self.painted_rate.tick(ready)
            self.painted_count += 1
            self.painted.put(painted)
            recorder = self._recorder
            if recorder is not None:
                recorder.offer(painted)

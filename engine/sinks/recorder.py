"""Records painted frames as H.264 in MP4, at true speed whatever the frame rate does."""

from __future__ import annotations

import errno
import os
import queue
import threading
from collections.abc import Callable
from pathlib import Path

import av
import cv2
import numpy as np

from pleinair.engine.errors import RecordingError
from pleinair.engine.files import require_free
from pleinair.engine.frame import Frame, PaintedFrame, Pixels, now
from pleinair.engine.sinks.mp4 import TIME_BASE, add_h264, encode, finish, open_mp4
from pleinair.engine.timing import Timings

QUEUE = 8
"""Frames that may wait for the encoder before new ones are dropped."""


def fit(pixels: Pixels, height: int, width: int) -> Pixels:
    """Scale uint8 (H, W, 3) to fit into (height, width, 3) with its proportions, on black."""
    if pixels.shape[:2] == (height, width):
        return pixels
    scale = min(height / pixels.shape[0], width / pixels.shape[1])
    h, w = (max(1, round(side * scale)) for side in pixels.shape[:2])
    top, left = (height - h) // 2, (width - w) // 2
    fitted = np.zeros((height, width, 3), np.uint8)
    fitted[top : top + h, left : left + w] = cv2.resize(pixels, (w, h), interpolation=cv2.INTER_AREA)
    return fitted


class Recorder:
    """A recording with a thread of its own.

    Time stamps are capture times, counted from the start of the recording. The first picture is
    shown from the very start and the last one until the end, so that the file lasts as long as
    the recording did. Until it is stopped the file is playable up to the last fragment.
    """

    def __init__(
        self,
        path: Path,
        fps: float = 30.0,
        force: bool = False,
        on_error: Callable[[str], None] | None = None,
    ) -> None:
        """Start recording to ``path``. ``on_error`` hears, from the recorder's thread, the sentence
        about a recording that broke off.

        Raises OutputExists, and RecordingError when the file cannot be made.
        """
        require_free(path, force)
        self.path = path
        # A file in the way is kept until the new recording is whole.
        self._target = path if not path.exists() else path.with_name(f"{path.stem}.recording{path.suffix}")
        self._fps = fps if fps > 0 else 30.0
        self._on_error = on_error
        self._queue: queue.Queue[PaintedFrame | None] = queue.Queue(QUEUE)
        self.started_at = now()
        self.stopped_at: float | None = None
        self.recorded = 0
        self.dropped = 0
        self.encoding = Timings()
        """Of each frame, in the recorder's thread."""
        self.error: str | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._container = open_mp4(self._target, growing=True)
        except (OSError, av.FFmpegError) as error:
            raise RecordingError(self._sentence(error)) from error
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    def offer(self, painted: PaintedFrame) -> None:
        """Queue a frame to be recorded; never waits. Dropped and counted when the encoder is behind."""
        if self.stopped_at is not None or self.error is not None:
            return
        try:
            self._queue.put_nowait(painted)
        except queue.Full:
            self.dropped += 1

    @property
    def seconds(self) -> float:
        """Wall time of the recording so far."""
        return (self.stopped_at if self.stopped_at is not None else now()) - self.started_at

    def stop(self) -> Path:
        """Write what is queued, close the file and wait for it; returns its path.

        Raises RecordingError when the recording broke off or nothing was recorded.
        """
        if self.stopped_at is None:
            self.stopped_at = now()
        while self._thread.is_alive():
            try:
                self._queue.put(None, timeout=0.1)
                break
            except queue.Full:  # the encoder is behind, or has just broken off
                continue
        self._thread.join()
        if self.error is not None:
            raise RecordingError(self.error)
        if self.recorded == 0:
            raise RecordingError("Nothing was recorded, because no picture was painted.")
        return self.path

    def _run(self) -> None:
        try:
            self._record()
            if self._target != self.path and self.recorded:
                os.replace(self._target, self.path)
        except Exception as error:  # whatever it is, the person must hear of it
            self.error = self._sentence(error)
            if self._on_error is not None:
                self._on_error(self.error)
        if not self.recorded:
            self._target.unlink(missing_ok=True)

    def _record(self) -> None:
        stream: av.VideoStream | None = None
        last_pts = -1
        last: Pixels | None = None
        frame_ticks = round(1 / (self._fps * TIME_BASE))
        try:
            while (painted := self._queue.get()) is not None:
                if stream is None:
                    height, width = painted.pixels.shape[:2]
                    stream = add_h264(self._container, width, height, self._fps, live=True)
                pts = 0 if last is None else self._ticks(painted.frame)
                if pts <= last_pts:  # captured before the recording began, but not the first
                    continue
                # Another source may have another size; a recording has one.
                pixels = painted.pixels if last is None else fit(painted.pixels, *last.shape[:2])
                began = now()
                encode(self._container, stream, pixels, pts, frame_ticks)
                self.encoding.add(now() - began)
                last_pts, last = pts, pixels
                self.recorded += 1
            if stream is not None and last is not None and self.stopped_at is not None:
                end = round((self.stopped_at - self.started_at) / TIME_BASE) - frame_ticks
                if end - last_pts > frame_ticks // 2:
                    encode(self._container, stream, last, end, frame_ticks)
        finally:
            if stream is not None:
                finish(self._container, stream)
            else:
                self._container.close()

    def _ticks(self, frame: Frame) -> int:
        return round((frame.captured_at - self.started_at) / TIME_BASE)

    def _sentence(self, error: Exception) -> str:
        number = getattr(error, "errno", None)
        if number in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT):
            return f"The recording {self.path} broke off because the disk is full; free some space."
        if number in (errno.EACCES, errno.EPERM, errno.EROFS):
            return f"The recording {self.path} may not be written there; choose another folder."
        return f"The recording {self.path} could not be written ({error}); choose another folder."

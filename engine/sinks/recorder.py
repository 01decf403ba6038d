"""Records painted frames as H.264 in MP4, at true speed whatever the frame rate does."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import cv2
import numpy as np

from pleinair.engine.clock import MONOTONIC, Clock
from pleinair.engine.errors import RecordingError
from pleinair.engine.files import require_free
from pleinair.engine.frame import PaintedFrame, Pixels
from pleinair.engine.media.encoders import choose_encoder, ranking
from pleinair.engine.media.mp4 import TIME_BASE, add_h264, cut_torn_end, encode, finish, open_mp4
from pleinair.engine.sinks.base import Sink


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


class Recorder(Sink):
    """A recording.

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
        clock: Clock = MONOTONIC,
    ) -> None:
        """Open ``path`` to record to. ``clock`` is the one that stamps the frames.

        Raises OutputExists, and RecordingError when the file cannot be made.
        """
        super().__init__("recorder", on_error)
        require_free(path, force)
        self.path = path
        # A file in the way is kept until the new recording is whole.
        self._target = path if not path.exists() else path.with_name(f"{path.stem}.recording{path.suffix}")
        self._fps = fps if fps > 0 else 30.0
        self._clock = clock
        self.started_at = clock.now()
        self.stopped_at: float | None = None
        self.encoder: str | None = None
        """FFmpeg's name of the encoder in use, once the first picture has come."""
        ranking()  # tried now, once in a process, and not while pictures wait
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._container = open_mp4(self._target, growing=True)
        except (OSError, av.FFmpegError) as error:
            raise self.describe(error) from error

    @property
    def seconds(self) -> float:
        """How long the recording is so far."""
        return (self.stopped_at if self.stopped_at is not None else self._clock.now()) - self.started_at

    def stop(self) -> None:
        """Write what is queued, close the file and wait for it.

        Raises RecordingError when the recording broke off or nothing was recorded.
        """
        if self.stopped_at is None:
            self.stopped_at = self._clock.now()
        super().stop()
        if self.written == 0:
            raise RecordingError("Nothing was recorded, because no picture was painted.")

    def consume(self, frames: Iterator[PaintedFrame]) -> None:
        """Encode the frames; then put the file in its place, or remove it where nothing was recorded."""
        try:
            try:
                self._encode(frames)
            except Exception:
                cut_torn_end(self._target)
                raise
            if self._target != self.path and self.written:
                os.replace(self._target, self.path)
        finally:
            if not self.written:
                self._target.unlink(missing_ok=True)

    def describe(self, error: Exception) -> RecordingError:
        """The sentence about a file that cannot be written."""
        number = getattr(error, "errno", None)
        if number in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT):
            text = f"The recording {self.path} broke off because the disk is full; free some space."
        elif number in (errno.EACCES, errno.EPERM, errno.EROFS):
            text = f"The recording {self.path} may not be written there; choose another folder."
        else:
            text = f"The recording {self.path} could not be written ({error}); choose another folder."
        return RecordingError(text)

    def _encode(self, frames: Iterator[PaintedFrame]) -> None:
        stream: av.VideoStream | None = None
        last_pts = -1
        last: Pixels | None = None
        frame_ticks = round(1 / (self._fps * TIME_BASE))
        try:
            for painted in frames:
                if stream is None:
                    height, width = painted.pixels.shape[:2]
                    encoder = choose_encoder(width & ~1, height & ~1)
                    stream = add_h264(self._container, width, height, self._fps, encoder)
                    self.encoder = encoder.name
                pts = 0 if last is None else self._ticks(painted.frame.captured_at)
                if pts <= last_pts:  # captured before the recording began, but not the first
                    continue
                # Another source may have another size; a recording has one.
                pixels = painted.pixels if last is None else fit(painted.pixels, *last.shape[:2])
                began = self._clock.now()
                encode(self._container, stream, pixels, pts, frame_ticks)
                last_pts, last = pts, pixels
                self.count(self._clock.now() - began)
            if stream is not None and last is not None and self.stopped_at is not None:
                end = self._ticks(self.stopped_at) - frame_ticks
                if end - last_pts > frame_ticks // 2:
                    encode(self._container, stream, last, end, frame_ticks)
        finally:
            if stream is not None:
                finish(self._container, stream)
            else:
                self._container.close()

    def _ticks(self, at: float) -> int:
        return round((at - self.started_at) / TIME_BASE)

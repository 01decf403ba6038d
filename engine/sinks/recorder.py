"""Records painted frames, at true speed whatever the frame rate does."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import av

from pleinair.engine.clock import MONOTONIC, Clock
from pleinair.engine.compositing import fit
from pleinair.engine.errors import PictureError, RecordingError
from pleinair.engine.frame import PaintedFrame, Pixels
from pleinair.engine.media.containers import TICK, container_for
from pleinair.engine.media.encoders import choose_encoder, ranking
from pleinair.engine.media.writer import VideoWriter
from pleinair.engine.outputs import hold, new_file_beside, require_free
from pleinair.engine.sinks.base import Sink


def require_recordable(path: Path, force: bool, inputs: Iterable[Path] = ()) -> None:
    """Raise OutputExists where ``path`` may not be replaced, RecordingError where its ending is of no recording."""
    require_free(path, force, inputs)
    try:
        container_for(path, recording=True)
    except PictureError as error:
        raise RecordingError(str(error)) from error


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

        Raises OutputExists, also where another run records to it, and RecordingError when the file cannot be made.
        """
        super().__init__("recorder", on_error)
        require_recordable(path, force)
        self.path = path
        self._container = container_for(path, recording=True)
        self._fps = fps if fps > 0 else 30.0
        self._clock = clock
        self.started_at = clock.now()
        self.stopped_at: float | None = None
        self.encoder: str | None = None
        """FFmpeg's name of the encoder in use, once the first picture has come."""
        ranking()  # tried now, once in a process, and not while pictures wait
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._let_go = hold(path)
            try:
                # A file in the way is kept until the new recording is whole.
                self._target = new_file_beside(path, "recording") if path.exists() else path
                self._writer = VideoWriter(self._target, self._container, growing=True)
            except BaseException:
                self._let_go()
                raise
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
            self._encode(frames)
            if self._target != self.path and self.written:
                os.replace(self._target, self.path)
        finally:
            if not self.written:
                self._target.unlink(missing_ok=True)
            self._let_go()

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
        last_pts = -1
        last: Pixels | None = None
        frame_ticks = round(1 / (self._fps * TICK))
        try:
            for painted in frames:
                if last is None:
                    height, width = painted.pixels.shape[:2]
                    encoder = choose_encoder(width & ~1, height & ~1) if self._container.h264 else None
                    self._writer.add_pictures(width, height, self._fps, encoder)
                    self.encoder = (encoder or self._container.encoder).name
                pts = 0 if last is None else self._ticks(painted.frame.captured_at)
                if pts <= last_pts:  # captured before the recording began, but not the first
                    continue
                # Another source may have another size; a recording has one.
                pixels = painted.pixels if last is None else fit(painted.pixels, *last.shape[:2])
                began = self._clock.now()
                self._writer.write(pixels, pts, frame_ticks)
                last_pts, last = pts, pixels
                self.count(self._clock.now() - began)
            if last is not None and self.stopped_at is not None:
                end = self._ticks(self.stopped_at) - frame_ticks
                if end - last_pts > frame_ticks // 2:
                    self._writer.write(last, end, frame_ticks)
            self._writer.finish()
        except BaseException:
            self._writer.give_up()
            raise

    def _ticks(self, at: float) -> int:
        return round((at - self.started_at) / TICK)

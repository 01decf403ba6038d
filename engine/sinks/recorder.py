"""Records painted frames, at true speed whatever the frame rate does."""

from __future__ import annotations

import errno
import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import av

from pleinair.engine.clock import MONOTONIC, Clock
from pleinair.engine.compositing import beside
from pleinair.engine.errors import OutputExists, PictureError, RecordingError
from pleinair.engine.files import recordings_folder
from pleinair.engine.frame import PaintedFrame, Sound
from pleinair.engine.media.containers import container_for
from pleinair.engine.media.encoders import ranking
from pleinair.engine.media.quality import Quality
from pleinair.engine.outputs import GrowingFile, hold, new_file_beside, require_free
from pleinair.engine.sinks.base import Sink
from pleinair.engine.sinks.left_behind import plays, remember
from pleinair.engine.sinks.running_time import RunningTime
from pleinair.engine.sinks.timed_writer import TimedWriter

HEARD = 3000
"""Pieces of sound that may wait, a minute's: for the first picture, or for a disk."""
SOUND_WAIT_SECONDS = 0.3
"""How long sound may be on its way; then silence stands in for it, so that pictures need not wait in memory."""
HOLD_SECONDS = 0.1
"""How much later than the last one a picture may come before the last one is written again."""


def require_recordable(path: Path, force: bool, inputs: Iterable[Path] = ()) -> None:
    """Raise OutputExists where ``path`` may not be replaced, RecordingError where its ending is of no recording, or
    nothing encodes it here."""
    require_free(path, force, inputs)
    try:
        if container_for(path, recording=True).h264:
            ranking()  # tried now, once in a process, and not while pictures wait
    except PictureError as error:
        raise RecordingError(str(error)) from error


def unwritable(path: Path, error: Exception) -> RecordingError:
    """What to tell a person where ``path`` cannot be recorded to, or not any more."""
    number = getattr(error, "errno", None)
    if number in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT):
        text = f"The recording {path} broke off because the disk is full; free some space."
    elif number in (errno.EACCES, errno.EPERM, errno.EROFS):
        text = f"The recording {path} may not be written there; choose another folder."
    else:
        text = f"The recording {path} could not be written ({error}); choose another folder."
    return RecordingError(text)


class Recorder(Sink):
    """A recording, of pictures and, where it is wanted, of sound.

    Time stamps are capture times, counted from the start of the recording without its pauses. The first picture is
    shown from the very start and the last one until the end, so that the file lasts as long as
    the recording did. Until it is stopped the file is playable up to the last fragment.
    """

    patience = None
    """A recording that is being finished is never cut short, not even by a disk that takes minutes."""

    def __init__(
        self,
        path: Path,
        fps: float = 30.0,
        force: bool = False,
        on_error: Callable[[str], None] | None = None,
        clock: Clock = MONOTONIC,
        quality: Quality = Quality.GOOD,
        side_by_side: bool = False,
        with_sound: bool = False,
    ) -> None:
        """Open ``path`` to record to. ``clock`` is the one that stamps the frames and the sound; ``side_by_side``:
        the frame on the left, the painting on the right; ``with_sound``: there is a track for what it ``hear``s.

        Raises OutputExists, also where another run records to it, and RecordingError when the file cannot be made.
        """
        super().__init__("recorder", on_error)
        require_recordable(path, force)
        self.path, self._force = path, force
        self._side_by_side = side_by_side
        self._heard: deque[Sound] = deque(maxlen=HEARD)
        self._clock, self._time = clock, RunningTime(clock)
        self._late = 0.0
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._let_go = hold(path)
            try:
                # Now, and not after the first second, it turns out whether a file can be made.
                beside = new_file_beside(path, "recording")
                beside.unlink()
                # A file in the way is kept until the new recording is whole.
                self._file = GrowingFile(beside if os.path.lexists(path) else path)
                self._writer = TimedWriter(
                    self._file, container_for(path, recording=True), fps, quality, with_sound
                )
                self._forget = remember(path, self._file.path)
            except BaseException:
                self._let_go()
                raise
        except (OSError, av.FFmpegError) as error:
            raise self.describe(error) from error

    @property
    def started_at(self) -> float:
        """When it began, in seconds on the clock."""
        return self._time.started_at

    @property
    def seconds(self) -> float:
        """How long the recording is so far, without pauses."""
        return self._time.seconds

    @property
    def sound_seconds(self) -> float:
        """How much of it has sound from a microphone, so far."""
        return self._writer.track.seconds if self._writer.track is not None else 0.0

    @property
    def encoder(self) -> str | None:
        """FFmpeg's name of the encoder in use, once the first picture has come."""
        return self._writer.encoder

    @property
    def paused(self) -> bool:
        """Whether it stands still."""
        return self._time.paused

    def pause(self) -> None:
        """Leave out what is captured from now on. ``pause``, ``resume`` and ``stop`` are called from one thread."""
        self._time.pause()

    def resume(self) -> None:
        """Record again what is captured from now on."""
        self._time.resume()

    def hear(self, sound: Sound) -> None:
        """Record a piece of sound; never waits. May be called from any one thread, in the order of the pieces."""
        if self._open and self.error is None:
            self._heard.append(sound)

    def stop(self) -> None:
        """Write what is queued, close the file and wait for it.

        Raises RecordingError when the recording broke off or nothing was recorded.
        """
        self._time.stop()
        super().stop()
        if self.written == 0:
            raise RecordingError("Nothing was recorded, because no picture was painted.")

    def consume(self, frames: Iterator[PaintedFrame]) -> None:
        """Encode the frames; then put the file in its place, or remove it where nothing was recorded."""
        try:
            with self._file:
                place = self._record(frames)
            if place is not None:
                self._put_in_place(place)
            self._forget()
        finally:
            self._let_go()

    def idle(self) -> None:
        """Write the sound where no picture comes, and the last picture again: so it is soon on the disk, however few
        pictures come."""
        self._write_sound(self.seconds)
        self._writer.hold(self.seconds - self._late - HOLD_SECONDS)

    def describe(self, error: Exception) -> RecordingError:
        """The sentence about a file that cannot be written."""
        return error if isinstance(error, RecordingError) else unwritable(self.path, error)

    def _record(self, frames: Iterator[PaintedFrame]) -> Path | None:
        """Write the file; returns where it is at last, None where nothing was recorded."""
        try:
            self._encode(frames)
            if not self.written:
                self._file.discard()
                return None
            place = self._kept_at()
            if self._file.path != self.path:  # or both might be lost where the power is cut
                os.fsync(self._file.fileno())
            return place
        except Exception as error:
            raise self._broken_off(error) from error

    def _encode(self, frames: Iterator[PaintedFrame]) -> None:
        try:
            for painted in frames:
                seconds = self._time.at(painted.frame.captured_at)
                if seconds is None:  # captured in a pause
                    continue
                began = self._clock.now()
                self._late = began - painted.frame.captured_at
                pixels = painted.pixels
                if self._side_by_side:
                    pixels = beside(painted.frame.pixels, pixels)
                if self._writer.picture(pixels, seconds):
                    self._write_sound(seconds)
                    self.count(self._clock.now() - began)
            self._write_sound(self.seconds)
            self._writer.finish(self.seconds)
        except BaseException:
            self._writer.give_up()
            raise

    def _kept_at(self) -> Path:
        """Where the file is by now; where somebody has deleted it, a copy of it is made. Raises RecordingError."""
        place = self._file.place()
        for folder in () if place is not None else (recordings_folder(), Path(tempfile.gettempdir())):
            try:
                return self._file.rescue(folder)
            except OSError as error:
                reason = error
        if place is None:
            raise RecordingError(
                f"The recording {self.path} was deleted meanwhile, and no copy could be made ({reason})."
            )
        return place

    def _put_in_place(self, place: Path) -> None:
        if place != self._file.path:
            self._forget()
            raise RecordingError(
                f"{self.path} was moved or deleted while it was recorded; the recording is in {place}."
            )
        if place != self.path:
            try:
                require_free(self.path, self._force)
                os.replace(place, self.path)
            except OutputExists as error:
                raise RecordingError(f"{error} The recording is in {place}.") from error
            except OSError as error:
                raise RecordingError(
                    f"The recording is in {place}, since {self.path} cannot be replaced ({error.strerror})."
                ) from error

    def _broken_off(self, error: Exception) -> RecordingError:
        """The sentence about what broke it off, and about where what was recorded until then is."""
        text = str(self.describe(error))
        with suppress(RecordingError, OSError):
            place = self._kept_at() if self._file.there and self.written else None
            if place is None or not plays(place):
                self._file.discard()
            elif place != self.path:
                text += f" What was recorded until then is in {place}."
        return RecordingError(text)

    def _write_sound(self, seconds: float) -> None:
        """Write what was heard, and silence for what was not and will not be any more, at this time of the
        recording."""
        track = self._writer.track
        if track is None:
            return
        while self._heard:
            for at, part in self._time.parts(self._heard.popleft()):
                track.take(part.samples, at)
        track.fill(seconds - SOUND_WAIT_SECONDS)

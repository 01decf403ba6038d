"""Pictures and sound with their times on their way into one file."""

from __future__ import annotations

from pleinair.engine.compositing import fit
from pleinair.engine.frame import Pixels
from pleinair.engine.media.containers import FRAGMENT_US, TICK, Container
from pleinair.engine.media.encoders import choose_encoder
from pleinair.engine.media.quality import Quality
from pleinair.engine.media.writer import VideoWriter
from pleinair.engine.outputs import GrowingFile
from pleinair.engine.sinks.sound_track import SoundTrack

HELD = round(FRAGMENT_US / 1e6 / TICK)
"""Ticks after which a picture is written again where no other came."""


class TimedWriter:
    """A file that is being written. Whatever is done may raise OSError or av.FFmpegError.

    The first picture is shown from the very start, and the last one until the end.
    """

    def __init__(
        self, file: GrowingFile, container: Container, fps: float, quality: Quality, sound: bool
    ) -> None:
        """Write to ``file``, which is the caller's to close; ``fps`` guides the rate control."""
        self._container = container
        self._writer = VideoWriter(file, container, growing=True)
        self._fps = fps if fps > 0 else 30.0
        self._frame_ticks = round(1 / (self._fps * TICK))
        self._quality, self._with_sound = quality, sound
        self._last: Pixels | None = None
        self._taken = self._last_pts = -1
        self.encoder: str | None = None
        """FFmpeg's name of the encoder in use, once the first picture has come."""
        self.track: SoundTrack | None = None
        """That of the sound, once the first picture has come."""

    def picture(self, pixels: Pixels, seconds: float) -> bool:
        """Write uint8 (H, W, 3) BGR that was captured at this time of the recording; False where that is not after
        the one before."""
        pts = 0 if self._last is None else _ticks(seconds)
        if pts <= self._taken:
            return False
        if self._last is None:
            self._begin(*pixels.shape[:2])
        else:  # another source may have another size; a recording has one
            pixels = fit(pixels, *self._last.shape[:2])
        self._taken = pts
        self._write(pixels, max(pts, self._last_pts + 1))
        return True

    def hold(self, seconds: float) -> None:
        """Show the last picture until this time, too, where it is the last one for long: what is written pushes
        what was written before onto the disk."""
        if self._last is not None and (pts := _ticks(seconds)) - self._last_pts >= HELD:
            self._write(self._last, pts)

    def finish(self, seconds: float | None) -> None:
        """Write the end of the file, after so many seconds of recording."""
        if self._last is not None and seconds is not None:
            end = _ticks(seconds) - self._frame_ticks
            if end - self._last_pts > self._frame_ticks // 2:
                self._write(self._last, end)
            if self.track is not None:
                self.track.fill(seconds)
                self.track.finish()
        self._writer.finish()

    def give_up(self) -> None:
        """End a file that cannot be written any more, so that it plays up to here."""
        self._writer.give_up()

    def _write(self, pixels: Pixels, pts: int) -> None:
        self._writer.write(pixels, pts, self._frame_ticks)
        self._last, self._last_pts = pixels, pts

    def _begin(self, height: int, width: int) -> None:
        kind = self._container
        encoder = choose_encoder(width & ~1, height & ~1) if kind.h264 else kind.encoder
        self._writer.add_pictures(width, height, self._fps, encoder.at(self._quality))
        self.encoder = encoder.name
        if self._with_sound and kind.sound_encoder is not None:
            self.track = SoundTrack(self._writer.output, kind.sound_encoder)


def _ticks(seconds: float) -> int:
    return round(seconds / TICK)

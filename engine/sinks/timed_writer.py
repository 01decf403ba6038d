"""Pictures and sound with their times on their way into one file."""

from __future__ import annotations

from pathlib import Path

from pleinair.engine.compositing import fit
from pleinair.engine.frame import Pixels
from pleinair.engine.media.containers import TICK, container_for
from pleinair.engine.media.encoders import choose_encoder
from pleinair.engine.media.quality import Quality
from pleinair.engine.media.writer import VideoWriter
from pleinair.engine.sinks.sound_track import SoundTrack


class TimedWriter:
    """A file that is being written. Whatever is done may raise OSError or av.FFmpegError.

    The first picture is shown from the very start, and the last one until the end.
    """

    def __init__(self, path: Path, target: Path, fps: float, quality: Quality, sound: bool) -> None:
        """Open ``target`` for what ``path`` is the name of; ``fps`` guides the rate control."""
        self._container = container_for(path)
        self._writer = VideoWriter(target, self._container, growing=True)
        self._fps = fps if fps > 0 else 30.0
        self._frame_ticks = round(1 / (self._fps * TICK))
        self._quality, self._with_sound = quality, sound
        self._last: Pixels | None = None
        self._last_pts = -1
        self.encoder: str | None = None
        """FFmpeg's name of the encoder in use, once the first picture has come."""
        self.track: SoundTrack | None = None
        """That of the sound, once the first picture has come."""

    def picture(self, pixels: Pixels, seconds: float) -> bool:
        """Write uint8 (H, W, 3) BGR that was captured at this time of the recording; False where that is not after
        the one before."""
        pts = 0 if self._last is None else _ticks(seconds)
        if pts <= self._last_pts:
            return False
        if self._last is None:
            self._begin(*pixels.shape[:2])
        else:  # another source may have another size; a recording has one
            pixels = fit(pixels, *self._last.shape[:2])
        self._writer.write(pixels, pts, self._frame_ticks)
        self._last, self._last_pts = pixels, pts
        return True

    def finish(self, seconds: float | None) -> None:
        """Close the file, after so many seconds of recording."""
        if self._last is not None and seconds is not None:
            end = _ticks(seconds) - self._frame_ticks
            if end - self._last_pts > self._frame_ticks // 2:
                self._writer.write(self._last, end, self._frame_ticks)
            if self.track is not None:
                self.track.fill(seconds)
                self.track.finish()
        self._writer.finish()

    def give_up(self) -> None:
        """Close a file that cannot be written any more, so that it plays up to here."""
        self._writer.give_up()

    def _begin(self, height: int, width: int) -> None:
        kind = self._container
        encoder = choose_encoder(width & ~1, height & ~1) if kind.h264 else kind.encoder
        self._writer.add_pictures(width, height, self._fps, encoder.at(self._quality))
        self.encoder = encoder.name
        if self._with_sound and kind.sound_encoder is not None:
            self.track = SoundTrack(self._writer.output, kind.sound_encoder)


def _ticks(seconds: float) -> int:
    return round(seconds / TICK)

"""Painting videos and animated pictures."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import av

from pleinair.engine.compositing import fit
from pleinair.engine.errors import PictureError
from pleinair.engine.frame import Begin, Paint
from pleinair.engine.media.animations import Animation
from pleinair.engine.media.containers import TICK, Container, container_for
from pleinair.engine.media.films import Film
from pleinair.engine.media.kinds import open_clip
from pleinair.engine.media.pictures import Picture
from pleinair.engine.media.tracks import EncodedSound, Track, TrackLeftOut, add_track
from pleinair.engine.media.writer import VideoWriter
from pleinair.engine.offline.result import Progress, Result
from pleinair.engine.outputs import GrowingFile, Unfinished, held, require_free

Broken = TypeVar("Broken", bound=BaseException)

TAGS = {
    name: name
    for name in (
        *("title", "artist", "album", "album_artist", "composer", "genre", "date", "comment", "description"),
        *("copyright", "location", "creation_time", "make", "model"),
    )
} | {
    "com.apple.quicktime.location.iso6709": "location",
    "com.apple.quicktime.make": "make",
    "com.apple.quicktime.model": "model",
}
"""What a file says of itself that the painting says too, by the name that it has there."""


def stylize_clip(source: Path, target: Path, begin: Begin, force: bool, progress: Progress) -> Result:
    """Paint every picture of a video or an animated picture, at its time; sound, subtitles and chapters are taken
    along as far as the format of ``target`` has them.

    An old file at ``target`` stays until the new one is whole. Where the work breaks off, what was painted until
    then is kept beside it. Raises OutputExists, PictureError, and what painting raises.
    """
    container = container_for(target)
    require_free(target, force, [source])
    with held(target), closing(open_clip(source)) as clip:
        try:
            unfinished = Unfinished(target, force)
        except OSError as error:
            raise PictureError(_describe(source, target, error)) from error
        job = _Job(clip, container, unfinished.part, begin())
        try:
            job.run(progress)
            if not job.painted:
                raise PictureError(f"No picture in {source} can be read; choose another video.")
            unfinished.put_in_place()
        except (av.FFmpegError, OSError) as error:
            raise job.with_note(PictureError(_describe(source, target, error))) from error
        except BaseException as error:
            job.with_note(error)
            raise
        finally:
            unfinished.close(worth=job.painted > 0)
    return Result(files=1, pictures=job.painted, notes=job.notes())


def _describe(source: Path, target: Path, error: Exception) -> str:
    number = getattr(error, "errno", None)
    if number in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT):
        return f"The disk became full while {target} was written; free some space."
    if number in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{target} may not be written there; choose another folder."
    if number == errno.ENOENT:
        return f"There is no folder {target.parent}; make it, or choose another."
    return f"{source} could not be painted into {target} ({error})."


class _Job:
    """One clip on its way from file to file."""

    def __init__(self, clip: Film | Animation, container: Container, part: Path, paint: Paint) -> None:
        self.painted = 0
        """Pictures, so far."""
        self._clip, self._container, self._part, self._paint = clip, container, part, paint
        self._size: tuple[int, int] | None = None
        self._tracks: dict[int, Track] = {}
        self._left_out: list[str] = []
        self._failed_packets = 0

    def run(self, progress: Progress) -> None:
        """Paint all. Raises OSError, av.FFmpegError, and what painting raises; the file is closed all the same."""
        with GrowingFile(self._part) as file:
            self._writer = VideoWriter(file, self._container, growing=False)
            try:
                for picture in self._pictures():
                    self._paint_one(picture)
                    progress(self.painted, self._clip.frames)
                for track in self._tracks.values():
                    track.finish()
                self._writer.finish()
            except BaseException:
                self._writer.give_up()
                raise

    def notes(self) -> list[str]:
        """What is not as it was, in sentences."""
        notes = list(self._left_out)
        damaged = self._clip.damaged + self._failed_packets
        damaged += sum(track.damaged for track in self._tracks.values() if isinstance(track, EncodedSound))
        if damaged:
            notes.append(f"{damaged} damaged places in {self._clip.place} were passed over.")
        return notes

    def with_note(self, error: Broken) -> Broken:
        """The error that broke the work off, and where what was painted is."""
        if self.painted:
            error.add_note(f"What was painted until then is in {self._part}.")
        return error

    def _pictures(self) -> Iterator[Picture]:
        """The pictures; other packets are written as they come, but those before the first picture after it."""
        if isinstance(self._clip, Animation):
            yield from self._clip.pictures()
            return
        waiting: list[av.Packet[Any]] = []
        for item in self._clip.read(self._clip.others):
            if isinstance(item, Picture):
                yield item
                for packet in waiting:
                    self._take(packet)
                waiting.clear()
            elif self._size is None:
                waiting.append(item)
            else:
                self._take(item)

    def _paint_one(self, picture: Picture) -> None:
        pixels = picture.pixels
        rate = self._clip.rate
        if self._size is None:
            self._size = pixels.shape[:2]
            self._writer.add_pictures(pixels.shape[1], pixels.shape[0], float(rate))
            if isinstance(self._clip, Film):
                self._take_along(self._clip)
        # A call may change its size midway, a phone its orientation; a file has one.
        painted = self._paint(fit(pixels, *self._size))
        seconds = picture.seconds if picture.seconds is not None else self.painted / rate
        duration = picture.duration or 1 / rate
        self._writer.write(painted, round(seconds / TICK), round(duration / TICK))
        self.painted += 1

    def _take_along(self, film: Film) -> None:
        output = self._writer.output
        counts: dict[str, int] = {}
        for stream in film.others:
            counts[stream.type] = number = counts.get(stream.type, 0) + 1
            try:
                self._tracks[stream.index] = add_track(stream, output, self._container)
            except TrackLeftOut as error:
                what = "Sound" if stream.type == "audio" else "Subtitle"
                self._left_out.append(f"{what} track {number} of {film.place} was left out: {error}.")
        for name, value in film.container.metadata.items():
            if (kept := TAGS.get(name.lower())) is not None:
                output.metadata[kept] = value
        if self._container.sound_encoder is not None and (chapters := film.container.chapters()):
            for chapter in chapters:
                shift = round(film.origin / (chapter["time_base"] or 1))
                chapter["start"], chapter["end"] = (max(0, chapter[end] - shift) for end in ("start", "end"))
            output.set_chapters(chapters)

    def _take(self, packet: av.Packet[Any]) -> None:
        track = self._tracks.get(packet.stream.index)
        if track is None:
            return
        try:
            track.take(packet)
        except av.FFmpegError as error:
            if isinstance(error, OSError):
                raise
            self._failed_packets += 1

"""Painting photos, videos and folders, without a clock."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from pleinair.engine.errors import PictureError, PleinAirError
from pleinair.engine.files import require_free
from pleinair.engine.frame import Paint
from pleinair.engine.media.mp4 import TIME_BASE, add_h264, encode, finish, open_mp4
from pleinair.engine.media.photos import STILLS, read_still, upright
from pleinair.engine.sinks import write_picture

VIDEOS = {".mp4", ".mov", ".m4v", ".mkv", ".avi", ".webm", ".y4m", ".mpg", ".mpeg", ".ts", ".wmv"}
Progress = Callable[[int, int], None]
"""Called with (done, in all); 0 in all when that is not known."""


@dataclass(frozen=True)
class Result:
    """What was written: files, pictures in them, and what was left out with the reason."""

    files: int
    pictures: int
    skipped: dict[str, str]


def stylize_image(source: Path, target: Path, paint: Paint, force: bool) -> Result:
    """Paint one photo. Raises OutputExists, PictureError, and what ``paint`` raises."""
    require_free(target, force)
    write_picture(target, paint(read_still(source)))
    return Result(1, 1, {})


def stylize_video(source: Path, target: Path, paint: Paint, force: bool, progress: Progress) -> Result:
    """Paint every picture of a video into an MP4 with the same time stamps; its sound is copied.

    An old file at ``target`` stays until the new one is whole. Raises OutputExists, PictureError,
    and what ``paint`` raises.
    """
    require_free(target, force)
    if target.suffix.lower() not in {".mp4", ".m4v", ".mov"}:
        raise PictureError(f"Videos are written as MP4; name the output {target.stem}.mp4.")
    part = target.with_name(f"{target.stem}.part{target.suffix}")
    try:
        with av.open(str(source)) as video:
            if not video.streams.video:
                raise PictureError(f"There is no picture in {source}; choose a video.")
            count = _paint_video(video, part, paint, progress)
        if not count:
            raise PictureError(f"There is no picture in {source} that can be read; choose another video.")
        os.replace(part, target)
    except (av.FFmpegError, OSError) as error:
        if isinstance(error, av.error.InvalidDataError):
            raise PictureError(f"{source} is not a video that can be read; choose another.") from error
        if getattr(error, "errno", None) == errno.ENOSPC:
            raise PictureError(
                f"The disk became full while {target} was written; free some space."
            ) from error
        raise PictureError(f"{source} could not be painted into {target} ({error}).") from error
    finally:
        part.unlink(missing_ok=True)
    return Result(1, count, {})


def _paint_video(video: av.container.InputContainer, part: Path, paint: Paint, progress: Progress) -> int:
    pictures = video.streams.video[0]
    pictures.thread_type = "AUTO"
    sound = video.streams.audio[0] if video.streams.audio else None
    rate = float(pictures.average_rate or pictures.guessed_rate or 30)
    output = open_mp4(part, growing=False)
    painted_stream: av.VideoStream | None = None
    sound_stream = None
    waiting: list[av.Packet[Any]] = []  # sound that comes before the first picture
    count, last = 0, -1
    try:
        for packet in video.demux([s for s in (pictures, sound) if s is not None]):
            if packet.stream is sound:
                if packet.dts is not None:
                    waiting.append(packet)
            else:
                for frame in packet.decode():
                    assert isinstance(frame, av.VideoFrame)
                    pixels = paint(upright(frame))
                    if painted_stream is None:
                        height, width = pixels.shape[:2]
                        painted_stream = add_h264(output, width, height, rate)
                        if sound is not None:
                            sound_stream = output.add_stream_from_template(sound)
                    stamp = frame.time if frame.time is not None else count / rate
                    pts = max(last + 1, round(Fraction(stamp) / TIME_BASE))
                    encode(output, painted_stream, pixels, pts, round(90_000 / rate))
                    last = pts
                    count += 1
                    progress(count, pictures.frames)
            if sound_stream is not None:
                for piece in waiting:
                    piece.stream = sound_stream
                    output.mux(piece)
                waiting.clear()
    finally:
        if painted_stream is not None:
            finish(output, painted_stream)
        else:
            output.close()
    return count


def stylize_folder(source: Path, target: Path, paint: Paint, force: bool, progress: Progress) -> Result:
    """Paint every photo and video in a folder into another; what fails is skipped and named.

    Raises PictureError when there is nothing to paint or the target cannot be made.
    """
    found = sorted(p for p in source.iterdir() if p.suffix.lower() in STILLS | VIDEOS)
    if not found:
        raise PictureError(f"There are no photos or videos in {source}; choose another folder.")
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PictureError(f"The folder {target} cannot be made ({error.strerror}).") from error
    files, pictures, skipped = 0, 0, {}
    for number, path in enumerate(found):
        try:
            if path.suffix.lower() in STILLS:
                result = stylize_image(path, target / path.name, paint, force)
            else:
                name = path.with_suffix(".mp4").name
                result = stylize_video(path, target / name, paint, force, lambda *_: None)
            files += 1
            pictures += result.pictures
        except PleinAirError as error:
            skipped[path.name] = str(error)
        progress(number + 1, len(found))
    return Result(files, pictures, skipped)

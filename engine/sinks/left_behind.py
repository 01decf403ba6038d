"""Recordings that a crash, a kill or a full disk left behind: each is noted while it is written, found on the next
start, and made whole."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import av

from pleinair.engine.errors import OutputExists, RecordingError
from pleinair.engine.files import recordings_in_progress
from pleinair.engine.media.containers import CONTAINERS
from pleinair.engine.media.tracks import CopiedTrack, TrackLeftOut
from pleinair.engine.media.writer import boxes, cut_torn_end
from pleinair.engine.outputs import held, new_file_beside, write_atomically
from pleinair.engine.untrusted.files import read_file

LARGEST = 100_000
"""Bytes of a note."""


def remember(path: Path, file: Path) -> Callable[[], None]:
    """Note that ``file`` is written, to become ``path``, until what comes back is called. Where no note can be
    written, none is."""
    about = json.dumps([str(path.resolve()), str(file.resolve())]).encode()
    note = recordings_in_progress() / f"{hashlib.sha256(about).hexdigest()[:32]}.json"
    with suppress(OSError):
        note.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(note, about)
    return lambda: _remove(note)


def left_behind() -> list[Path]:
    """Recordings that were not finished, and that nobody writes any more. Notes of others are removed."""
    return [file for note, file in _notes() if _unfinished(note, file)]


def repair(file: Path) -> None:
    """Write the recording anew as if it had been finished, without a change to pictures and sound; the old one stays
    until the new one is whole. Raises RecordingError, also where it is being written."""
    try:
        with held(file):
            _rewrite(file)
    except OutputExists as error:
        raise RecordingError(str(error)) from error
    except (OSError, av.FFmpegError, ValueError, TrackLeftOut) as error:
        raise RecordingError(
            f"The recording {file} cannot be repaired ({error}); it stays as it is."
        ) from error
    left_behind()  # its note goes


def plays(file: Path) -> bool:
    """Whether there is a picture in it, at least one."""
    try:
        with av.open(str(file)) as source:
            return bool(source.streams.video) and any(packet.size for packet in source.demux(video=0))
    except (OSError, av.FFmpegError):
        return False


def _notes() -> Iterator[tuple[Path, Path]]:
    """Each note, and the file that it is about."""
    with suppress(OSError):
        for note in sorted(recordings_in_progress().glob("*.json")):
            try:
                path, file = json.loads(read_file(note, LARGEST))
                with held(Path(path)):
                    yield note, Path(file)
            except OutputExists:  # it is being recorded
                continue
            except (OSError, ValueError, TypeError, RecursionError):
                _remove(note)


def _unfinished(note: Path, file: Path) -> bool:
    try:
        if os.path.isfile(file) and not _whole(file):
            return True
    except OSError:
        return False  # perhaps a disk that is not there today
    _remove(note)
    return False


def _whole(file: Path) -> bool:
    """Whether it was closed. Raises OSError."""
    container = CONTAINERS.get(file.suffix.lower())
    if container is None:
        return True
    if container.format in ("mp4", "mov"):
        with file.open("rb", buffering=0) as opened:
            return all(kind != b"moof" for kind, _, _ in boxes(opened))
    try:
        with av.open(str(file), format=container.format) as opened_film:
            return opened_film.duration is not None
    except av.FFmpegError:
        return False


def _rewrite(file: Path) -> None:
    container = CONTAINERS[file.suffix.lower()]
    if container.format in ("mp4", "mov"):
        with file.open("r+b", buffering=0) as opened:
            cut_torn_end(opened)
    part = new_file_beside(file, "repaired")
    try:
        pictures = _copy(file, part, container.format)
        if not pictures:
            raise RecordingError(f"Nothing of {file} was recorded yet when it broke off.")
        if (copied := _pictures(part, container.format)) < pictures:
            raise ValueError(f"only {copied} of {pictures} pictures can be copied")
        with part.open("r+b") as written:
            os.fsync(written.fileno())
        os.replace(part, file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _copy(file: Path, part: Path, name: str) -> int:
    """Copy all packets into a file that is plain; returns how many pictures there were."""
    pictures = 0
    with av.open(str(file), format=name) as source, av.open(str(part), "w", format=name) as output:
        tracks = {stream.index: CopiedTrack(stream, output) for stream in source.streams}
        for packet in _packets(source):
            pictures += packet.stream.type == "video"
            tracks[packet.stream.index].take(packet)
    return pictures


def _pictures(file: Path, name: str) -> int:
    with av.open(str(file), format=name) as source:
        return sum(packet.stream.type == "video" for packet in _packets(source))


def _packets(source: av.container.InputContainer) -> Iterator[Any]:
    with suppress(av.FFmpegError):  # the torn end
        yield from (packet for packet in source.demux() if packet.size)


def _remove(note: Path) -> None:
    with suppress(OSError):
        note.unlink()

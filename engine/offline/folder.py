"""Painting a folder of photos and videos."""

from __future__ import annotations

import mimetypes
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pleinair.engine.errors import PictureError, PleinAirError, sentence
from pleinair.engine.frame import Begin
from pleinair.engine.media.containers import CONTAINERS, container_for
from pleinair.engine.media.kinds import Kind, kind_of
from pleinair.engine.offline.clip import stylize_clip
from pleinair.engine.offline.photo import stylize_photo
from pleinair.engine.offline.result import Progress, Result
from pleinair.engine.outputs import require_free
from pleinair.engine.sinks.snapshot import WRITABLE, require_folder, require_writable

ENDINGS = {
    Kind.PHOTO: (WRITABLE, ".jpg"),
    Kind.ANIMATION: ({ending for ending, one in CONTAINERS.items() if not one.recordable}, ".gif"),
    Kind.VIDEO: (set[str](), ".mp4"),
}
"""For each kind the endings that stay, and what the others become."""


@dataclass(frozen=True)
class _Job:
    """One file to paint: the path below the folder, and what it becomes."""

    path: Path
    kind: Kind
    output: Path


def require_possible(source: Path, target: Path, force: bool) -> Kind:
    """What ``source`` is. Raises OutputExists, PictureError where it cannot be painted into ``target``."""
    kind = kind_of(source)
    if kind is Kind.PHOTO:
        require_writable(target)
    else:
        container_for(target)
        require_folder(target)
    require_free(target, force, [source])
    return kind


def stylize_file(source: Path, target: Path, begin: Begin, force: bool, progress: Progress) -> Result:
    """Paint a photo, a video or an animated picture. Raises OutputExists, PictureError, and what painting raises."""
    if require_possible(source, target, force) is Kind.PHOTO:
        return stylize_photo(source, target, begin, force)
    return stylize_clip(source, target, begin, force, progress)


def stylize_folder(
    source: Path, target: Path, begin: Begin, force: bool, recursive: bool, progress: Progress
) -> Result:
    """Paint every photo and video of a folder into another, with all folders below it where it is ``recursive``.

    What is no picture is left out and named, and so is what fails. Two files never become one. Raises
    PictureError when there is nothing in the folder or the target cannot be made.
    """
    result = Result()
    found = list(_files(source, target, recursive, result))
    jobs = list(_plan(source, found, result))
    if not found and not result.skipped:
        raise PictureError(f"There are no photos or videos in {source}; choose another folder.")
    for number, job in enumerate(jobs):
        output = target / job.output
        try:
            _make_folder(output.parent)
            one = (
                stylize_photo(source / job.path, output, begin, force)
                if job.kind is Kind.PHOTO
                else stylize_clip(source / job.path, output, begin, force, lambda *_: None)
            )
        except PleinAirError as error:
            result.skipped[str(job.path)] = sentence(error)
            result.failed.append(str(job.path))
        else:
            result.files += 1
            result.pictures += one.pictures
            result.notes += one.notes
        progress(number + 1, len(jobs))
    return result


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PictureError(f"The folder {folder} cannot be made ({error.strerror}).") from error


def _files(source: Path, target: Path, recursive: bool, result: Result) -> Iterator[Path]:
    """Paths below ``source`` of what is no folder, sorted; each folder once, whatever links lead to it."""
    seen = {os.path.realpath(target)}

    def walk(folder: Path) -> Iterator[Path]:
        seen.add(os.path.realpath(folder))
        try:
            entries = sorted(folder.iterdir())
        except OSError as error:
            name = str(folder.relative_to(source))
            result.skipped[name] = f"The folder {folder} cannot be read ({error.strerror})."
            result.failed.append(name)
            return
        for path in entries:
            if not os.path.isdir(path):
                yield path.relative_to(source)
            elif os.path.realpath(path) not in seen:
                if recursive:
                    yield from walk(path)
                else:
                    reason = f"{path} is a folder; add --recursive to paint what is in it."
                    result.skipped[str(path.relative_to(source))] = reason

    if os.path.realpath(source) == os.path.realpath(target):
        raise PictureError("The output is the input itself; choose another folder.")
    yield from walk(source)


def _plan(source: Path, found: list[Path], result: Result) -> Iterator[_Job]:
    """What each file becomes. Where two would become the same, those whose ending changes keep it within their
    name: ``a.mov`` beside ``a.mp4`` becomes ``a.mov.mp4``."""
    kinds = {path: kind for path in found if (kind := _kind(source, path, result)) is not None}
    natural = {path: _natural(path, kind) for path, kind in kinds.items()}
    taken = Counter(_folded(output) for output in natural.values())
    used = {
        _folded(output) for path, output in natural.items() if taken[_folded(output)] == 1 or output == path
    }
    for path, output in natural.items():
        if taken[_folded(output)] > 1 and output != path:
            output, count = path.with_name(path.name + output.suffix), 1
            while _folded(output) in used:
                count += 1
                output = path.with_name(f"{path.name} ({count}){output.suffix}")
            used.add(_folded(output))
        yield _Job(path, kinds[path], output)


def _kind(source: Path, path: Path, result: Result) -> Kind | None:
    try:
        return kind_of(source / path)
    except PictureError as error:
        result.skipped[str(path)] = str(error)
        guess = mimetypes.guess_type(path.name)[0] or ""
        if guess.startswith(("image/", "video/")):
            result.failed.append(str(path))
        return None


def natural_ending(path: Path) -> str:
    """The ending of what ``path`` becomes when nobody chose one. Raises PictureError for what cannot be painted."""
    return _natural(path, kind_of(path)).suffix


def _natural(path: Path, kind: Kind) -> Path:
    stay, ending = ENDINGS[kind]
    return path if path.suffix.lower() in stay else path.with_suffix(ending)


def _folded(path: Path) -> str:
    """What file systems that do not tell cases apart take for the same."""
    return str(path).casefold()

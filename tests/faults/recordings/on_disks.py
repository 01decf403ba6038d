"""Recordings on disks that are full, slow or read-only, and in folders that go away."""

from __future__ import annotations

import random
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import av

from pleinair.app.studio import open_studio
from pleinair.engine.live.governor import Governor, Target
from pleinair.engine.live.pipeline import LivePipeline
from pleinair.engine.outputs import GrowingFile
from pleinair.engine.sinks import Recorder
from pleinair.engine.sources.pattern import PatternSource
from tests.faults.fault import Fault, Outcome
from tests.faults.recordings.recorded import (
    PROGRAM,
    Child,
    Talk,
    ask,
    child,
    play,
    program,
    record_for,
    until,
)

SECONDS = 1.2
"""Of a recording."""
RATE = 30
SLOW_SECONDS = 0.2
"""Of a write on a slow disk."""
MOST_STUTTER = 0.1
"""Seconds between two pictures on the way to the screen."""
TRIES = 5
"""Until one is as fluid as it was without a recording."""
ENDINGS = (".mp4", ".mov", ".mkv", ".webm")


@contextmanager
def disk(folder: Path, kibibytes: int, how: str = "rw") -> Iterator[Path]:
    """A disk of its own in memory. Raises CalledProcessError where this may not be done."""
    folder.mkdir()
    options = f"size={kibibytes}k,{how}"
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "pleinair", str(folder)], check=True, capture_output=True
    )
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def full(rng: random.Random, folder: Path) -> tuple[list[str], dict[str, float]]:
    """The disk has room for a part of it, down to none, also only for all but the end of the file."""
    with disk(folder / "disk", 4 * rng.randrange(1, 40)) as place:
        path = place / f"a{rng.choice(ENDINGS)}"
        if rng.random() < 0.3:
            path.write_bytes(b"precious")
            return _refused(folder, path)
        how, result = _record(folder, path)
        if how == "done":
            return ([] if play(path).pictures >= int(result) else ["pictures are missing"]), {}
        if "disk is full" not in result:
            return [f"it said: {result}"], {}
        if not path.exists():
            return ([] if not any(place.iterdir()) else ["something else was left behind"]), {}
        played = play(path)
        return ([f"it is torn: {played}"] if played.torn or not played.pictures else []), {}


def _refused(folder: Path, path: Path) -> tuple[list[str], dict[str, float]]:
    how, result = _record(folder, path)
    kept = path.read_bytes() == b"precious"
    return ([] if how == "failed" and "--force" in result and kept else [f"{how}: {result}"]), {}


def read_only(rng: random.Random, folder: Path) -> tuple[list[str], dict[str, float]]:
    """The disk may not be written."""
    with disk(folder / "disk", 64, "ro") as place:
        how, result = _record(folder, place / f"a{rng.choice(ENDINGS)}")
        if how == "done" or "may not be written" not in result:
            return [f"{how}: {result}"], {}
    return [], {}


def removed(rng: random.Random, folder: Path) -> tuple[list[str], dict[str, float]]:
    """The folder is removed meanwhile, the file deleted, or replaced by another."""
    path = folder / "films" / f"a{rng.choice(ENDINGS)}"
    how_removed = rng.choice(("folder", "file", "replaced"))

    def remove() -> None:
        if how_removed == "folder":
            shutil.rmtree(path.parent)
        else:
            path.unlink()
        if how_removed == "replaced":
            path.write_bytes(b"somebody else's")

    how, result = _record(folder, path, remove)
    if how == "done":
        return [f"{how_removed}: nothing was said"], {}
    wrong = _told_place(result, folder / "home")
    if how_removed == "replaced" and path.read_bytes() != b"somebody else's":
        wrong.append("what replaced it is gone")
    return wrong, {}


def renamed(rng: random.Random, folder: Path) -> tuple[list[str], dict[str, float]]:
    """The folder, or the file, has another name by the end."""
    path = folder / "films" / f"a{rng.choice(ENDINGS)}"
    new = rng.choice((folder / "renamed" / path.name, path.with_name(f"b{path.suffix}")))

    def rename() -> None:
        path.rename(new) if new.parent == path.parent else path.parent.rename(new.parent)

    how, result = _record(folder, path, rename)
    if how == "done":
        return ["nothing was said"], {}
    return ([] if str(new) in result and play(new).plain else [f"it said: {result}"]), {}


def removed_under_the_program(rng: random.Random, folder: Path) -> tuple[list[str], dict[str, float]]:
    """The same, with the whole program."""
    path = folder / "films" / "a.mp4"
    path.parent.mkdir()
    with program(folder, *PROGRAM, "--headless", "--record", str(path)) as process:
        until(path.exists, process)
        shutil.rmtree(path.parent)
        process.terminate()
        said, complained = process.communicate()
    if process.returncode != 1 or "recorded to" in said or "Traceback" in complained:
        return [f"exit code {process.returncode}: {said} {complained}"], {}
    return _told_place(complained, folder / "home"), {}


def slow(rng: random.Random, folder: Path) -> tuple[list[str], dict[str, float]]:
    """Each write takes 200 ms. Where the machine stutters by itself, it is tried again."""
    path = folder / f"a{rng.choice(ENDINGS)}"
    for _ in range(TRIES):
        path.unlink(missing_ok=True)
        without, stutter, written, dropped = ask(folder, _slowly, path)
        if stutter <= max(without, MOST_STUTTER):
            break
    else:
        return [f"it stutters over {stutter:.3f} s, {without:.3f} s before, {TRIES} times"], {}
    if play(path).pictures < written:
        return ["pictures are missing"], {}
    return [], {"stutter, s": stutter, "without recording, s": without, "pictures dropped": dropped}


def _slowly(path: Path, talk: Talk) -> tuple[float, float, int, int]:
    """Paint without a recording, then with one; returns the longest gaps, and what was written and dropped."""
    real = GrowingFile._write

    def write(file: GrowingFile, rest: memoryview) -> None:
        time.sleep(SLOW_SECONDS)  # without the interpreter's lock, as the system's writes are
        real(file, rest)

    setattr(GrowingFile, "_write", write)  # noqa: B010 (mypy takes no method in place of another)
    studio = open_studio("fast")
    stylizer = studio.open_stylizer("cpu")
    source = lambda: PatternSource(160, 120, RATE)  # noqa: E731
    try:
        with LivePipeline(source, stylizer, studio.look("ink"), None, Governor(Target(), 96)) as live:
            _longest_gap(live, 0.5)
            without = _longest_gap(live, SECONDS)
            recorder = Recorder(path, RATE).start()
            live.add_sink(recorder)
            stutter = _longest_gap(live, SECONDS)
            live.remove_sink(recorder)
            recorder.stop()
    finally:
        stylizer.close()
    return without, stutter, recorder.written, recorder.dropped


def _longest_gap(live: LivePipeline, seconds: float) -> float:
    """Between two pictures in the preview's slot."""
    version, last, longest = 0, None, 0.0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        got = live.painted.get_newer(version, 1.0)
        arrived = time.monotonic()
        if last is not None:
            longest = max(longest, arrived - last)
        version, last = got[0] if got is not None else version, arrived
    return longest


def _record(folder: Path, path: Path, meanwhile: Callable[[], None] | None = None) -> tuple[str, str]:
    """What came of a recording: ``done`` and its pictures, or ``failed`` and a sentence."""
    with child(folder, record_for, path, SECONDS, RATE) as recording:
        said = recording.hear()
        if said[0] == "began":
            if meanwhile is not None:
                _until_there(path, recording)
                meanwhile()
            said = recording.hear()
        return said[0], str(said[1])


def _until_there(path: Path, recording: Child) -> None:
    while not path.exists() and recording.process.is_alive():
        time.sleep(0.005)


def _told_place(said: str, home: Path) -> list[str]:
    """What is wrong with the sentence about a copy in the person's folders, and with that copy."""
    copies = [path for path in home.rglob("*.rescued-*")]
    if len(copies) != 1 or str(copies[0]) not in said:
        return [f"{len(copies)} copies; it said: {said}"]
    try:
        played = play(copies[0])
    except av.FFmpegError as error:
        return [f"the copy does not open ({error})"]
    return [] if played.plain and played.pictures and not played.torn else [f"the copy is {played}"]


KINDS = (full, removed, renamed, slow, full, read_only, removed, full, slow, removed_under_the_program)


def inject(number: int, rng: random.Random, folder: Path) -> Outcome:
    """One kind after the other."""
    kind = KINDS[number % len(KINDS)]
    wrong, figures = kind(rng, folder)
    return Outcome(tuple(f"{number}, {kind.__name__}: {one}" for one in wrong), figures)


FAULTS = (
    Fault(
        "disk full, folder removed, renamed, read-only, slow (200 ms a write)",
        "never exit 0 without a file; picture never stutters over 100 ms",
        inject,
        times=100,
        quick=3,
    ),
)

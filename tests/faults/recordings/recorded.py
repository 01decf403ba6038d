"""Recordings in processes of their own, which may be killed, and what a player finds in them afterwards."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import av
import numpy as np

from pleinair.engine.clock import now
from pleinair.engine.errors import PleinAirError
from pleinair.engine.frame import SOUND_RATE, Frame, PaintedFrame, Sound
from pleinair.engine.sinks import Recorder, left_behind, repair
from pleinair.engine.sources.pattern import draw

PATIENCE = 90.0
"""Seconds for what takes a few, on a machine that has other things to do."""
SOUND_SECONDS = 0.02
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.faults.recordings.recorded"])
Talk = Callable[..., None]


def live_in(folder: Path) -> dict[str, str]:
    """What tells a process that its person's folders are in there."""
    names = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_VIDEOS_DIR")
    return {name: str(folder / "home" / name) for name in names}


def _run(connection: Connection, folder: Path, work: Callable[..., Any], words: Sequence[Any]) -> None:
    os.environ.update(live_in(folder))
    logging.getLogger().addHandler(logging.NullHandler())  # as the program itself, where it has no log file
    try:
        connection.send(("done", work(*words, connection.send)))
    except PleinAirError as error:
        connection.send(("failed", str(error)))


@dataclass
class Child:
    """A process that does some work; a fork of one that has loaded what it takes."""

    process: Any
    connection: Connection

    def hear(self) -> Any:
        """What it says next. Raises TimeoutError, EOFError."""
        if not self.connection.poll(PATIENCE):
            raise TimeoutError("The child says nothing.")
        return self.connection.recv()


@contextmanager
def child(folder: Path, work: Callable[..., Any], *words: Any) -> Iterator[Child]:
    """``work(*words, talk)`` in a process; at last it says ``done`` and the result, or ``failed`` and a sentence."""
    ours, its = _processes.Pipe()
    process = _processes.Process(target=_run, args=(its, folder, work, words))
    process.start()
    its.close()
    try:
        yield Child(process, ours)
    finally:
        process.kill()
        process.join()
        ours.close()


def ask(folder: Path, work: Callable[..., Any], *words: Any) -> Any:
    """The result of ``work`` in a process of its own. Raises RuntimeError with the sentence of what failed."""
    with child(folder, work, *words) as asked:
        how, result = asked.hear()
        if how == "failed":
            raise RuntimeError(result)
        return result


def painted(number: int, size: tuple[int, int] = (320, 240)) -> PaintedFrame:
    """A picture of now, with its number in it."""
    frame = Frame(draw(number, *size), number, now())
    return PaintedFrame(frame, frame.pixels, "none", frame.captured_at)


def record(path: Path, fps: float, sound: bool, talk: Talk) -> None:
    """Record until the process is killed, or the recording breaks off; says ``began`` and when."""
    recorder = Recorder(path, fps, with_sound=sound).start()
    talk(("began", recorder.started_at))
    number, next_picture, next_sound = 0, now(), now()
    while recorder.error is None:
        if now() >= next_picture:
            recorder.offer(painted(number))
            number, next_picture = number + 1, next_picture + 1 / fps
        if sound and now() >= next_sound + SOUND_SECONDS:
            samples = np.zeros(round(SOUND_RATE * SOUND_SECONDS), np.float32)
            recorder.hear(Sound(samples, next_sound))
            next_sound += SOUND_SECONDS
        time.sleep(0.002)
    recorder.stop()


def record_for(path: Path, seconds: float, fps: float, talk: Talk) -> int:
    """Record for so long, and stop; says ``began``; returns how many pictures were taken."""
    recorder = Recorder(path, fps).start()
    talk(("began", recorder.started_at))
    number, end = 0, now() + seconds
    while now() < end and recorder.error is None:
        recorder.offer(painted(number))
        number += 1
        time.sleep(1 / fps)
    recorder.stop()
    return recorder.written


def mend(talk: Talk) -> list[Path]:
    """As the next start does: repair what was left behind; returns which files that were."""
    files = left_behind()
    for file in files:
        repair(file)
    assert left_behind() == []
    return files


@dataclass(frozen=True)
class Played:
    """What a player finds in a file."""

    pictures: int
    end: float
    """When the last picture is shown at first, in seconds."""
    plain: bool
    """Whether it was finished, not left in fragments."""
    torn: str
    """Why it could not be read to its end; empty where it could."""


def play(path: Path) -> Played:
    """Decode all of it. Raises av.FFmpegError where it does not open."""
    pictures, end, torn = 0, 0.0, ""
    with av.open(str(path)) as file:
        length = file.duration
        try:
            for frame in file.decode(video=0):
                pictures += 1
                end = max(end, float(frame.time or 0.0))
        except av.FFmpegError as error:
            torn = str(error)
    plain = length is not None
    if path.suffix in (".mp4", ".mov"):
        content = path.read_bytes()
        plain = b"mvex" not in content[content.rfind(b"moov") :]
    return Played(pictures, end, plain, torn)


def hear_all() -> None:
    """In a process about to become a program: signals are what they are at first."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        signal.signal(getattr(signal, name), signal.SIG_DFL)


@contextmanager
def program(folder: Path, *words: str, code: str = "") -> Iterator[subprocess.Popen[str]]:
    """``pleinair`` with these words, or ``code`` with them; its text is in UTF-8."""
    command = ["-c", code] if code else ["-m", "pleinair.app"]
    process = subprocess.Popen(
        [sys.executable, *command, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hear_all,
        env={**os.environ, **live_in(folder), "QT_QPA_PLATFORM": "offscreen"},
        cwd=Path(__file__).parents[3],
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


PROGRAM = ("live", "--source", "pattern", "--style", "ink", "--generator", "fast", "--backend", "cpu")
"""Words for one that paints at once, without a choice of what is fastest."""


def until(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Wait. Raises RuntimeError where the process ends, TimeoutError."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if process.poll() is not None:
            raise RuntimeError(f"It ended too soon: {process.communicate()[1]}")
        if time.monotonic() > end:
            raise TimeoutError("It took too long.")
        time.sleep(0.005)

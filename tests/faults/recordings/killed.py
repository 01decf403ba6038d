"""Recordings whose process is killed, at any moment."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

import av

from tests.faults.fault import Fault, Outcome
from tests.faults.recordings.recorded import PROGRAM, ask, child, mend, play, program, record, until

MOST_MISSING = 0.7
"""Seconds of what was recorded when the process was killed."""
FIRST = 0.1
LONGEST = 2.5
ENDINGS = (".mp4", ".mp4", ".mov", ".mkv", ".webm")
RATES = (30, 30, 30, 5, 1, 0.3)
"""Pictures a second."""
OF_THE_PROGRAM = 10
"""One in so many kills is of the whole program, which takes seconds to start."""


def kill(number: int, rng: random.Random, folder: Path) -> Outcome:
    """Record, kill, play; then repair, as the next start offers, and play again."""
    seconds = rng.uniform(FIRST, 0.8) if rng.random() < 0.5 else rng.uniform(FIRST, LONGEST)
    path = folder / f"a{rng.choice(ENDINGS)}"
    if number % OF_THE_PROGRAM == OF_THE_PROGRAM - 1:
        with program(folder, *PROGRAM, "--headless", "--record", str(path)) as process:
            until(path.exists, process)  # it began a little before
            began = time.monotonic()
            time.sleep(seconds)
            process.send_signal(signal.SIGKILL)
            lasted, how = time.monotonic() - began, "the program"
    else:
        fps, sound = rng.choice(RATES), rng.random() < 0.5
        with child(folder, record, path, fps, sound) as recording:
            began = recording.hear()[1]
            time.sleep(max(0.0, began + seconds - time.monotonic()))
            lasted = time.monotonic() - began
            recording.process.kill()
            recording.process.join()
        how = f"a recorder of {fps} pictures a second {'with' if sound else 'without'} sound"
    wrong, figures = _look(path, lasted, folder)
    told = f"{number}: {path.suffix}, {how}, killed after {lasted:.2f} s: "
    return Outcome(tuple(told + one for one in wrong), figures)


def _look(path: Path, lasted: float, folder: Path) -> tuple[list[str], dict[str, float]]:
    if not path.exists():
        return ([f"no file after {lasted:.2f} s"] if lasted > MOST_MISSING else []), {
            "no file until, s": lasted
        }
    try:
        before = play(path)
    except av.FFmpegError as error:
        return [f"it does not open ({error})"], {}
    wrong = []
    missing = lasted - before.end
    if missing > MOST_MISSING or before.torn or not before.pictures:
        wrong.append(f"{missing:.2f} s missing, {before.pictures} pictures {before.torn}")
    files = ask(folder, mend)
    after = play(path)
    if not (after.plain or files == []) or after.pictures < before.pictures or after.end < before.end - 0.002:
        wrong.append(f"repaired, it has {after.pictures} of {before.pictures} pictures; {after}")
    return wrong, {"missing, s": missing}


FAULTS = (
    Fault(
        "kill -9 while recording",
        "every file opens, or nothing was recorded yet and there is none; at most 0.7 s missing",
        kill,
        times=200,
        quick=2,
    ),
)

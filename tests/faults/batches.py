"""Many injections in a child process, so that a crash, a hang or too much memory counts as wrong and ends nothing else.

``python -m tests.faults.batches MODULE FUNCTION SEED...`` repeats some of them here, to look at one that went wrong.
"""

from __future__ import annotations

import faulthandler
import importlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.faults.fault import Outcome

Try = Callable[[random.Random, Path], str | None]
"""A function of a module: takes an rng and a folder, which others have used before, and returns what went wrong or
None. Whatever it raises is wrong, too. What a module needs is loaded when it is imported, as that has no limits."""

SECONDS, MEMORY = 5.0, 1 << 30
"""What a single injection may take: seconds, and bytes on top of what the process had before it."""


def run_batch(
    attempt: Try,
    seeds: Sequence[int],
    seconds: float = SECONDS,
    memory: int = MEMORY,
    folder: Path | None = None,
) -> Outcome:
    """Call ``attempt`` with each seed, in a child that is started again behind a seed that ended it."""
    wrong: list[str] = []
    figures: dict[str, float] = {}
    words = [sys.executable, "-m", "tests.faults.batches", attempt.__module__, attempt.__name__]
    left = list(seeds)
    with tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as place:
        while left:
            begun = 0
            with tempfile.TemporaryFile() as errors:
                child = subprocess.Popen(
                    [*words, "--child", str(seconds), str(memory), place],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                )
                with child:
                    answers, _ = child.communicate(" ".join(map(str, left)).encode())
                for line in answers.splitlines():
                    seed, problem, took, peak = json.loads(line)
                    begun += 1
                    if problem is not None:
                        wrong.append(_repeat(attempt, seed, problem))
                    figures["s"] = max(figures.get("s", 0.0), took)
                    figures["MB"] = max(figures.get("MB", 0.0), peak / 1e6)
                if child.returncode:
                    errors.seek(0)
                    said = errors.read().decode(errors="replace").strip()
                    if begun == len(left) or "has begun" not in said:
                        raise RuntimeError(f"{attempt.__module__} cannot be run: {said[-2000:]}")
                    problem = f"ended the process (exit code {child.returncode}): {_tail(said)}"
                    wrong.append(_repeat(attempt, left[begun], problem))
                    begun += 1
            left = left[begun:]
    return Outcome(tuple(wrong), figures, len(seeds))


def in_batches(attempt: Try, size: int) -> Callable[[int, random.Random, Path], Outcome]:
    """What ``Fault.inject`` is for injections that are done ``size`` at a time."""

    def inject(number: int, rng: random.Random, folder: Path) -> Outcome:
        return run_batch(attempt, [rng.getrandbits(40) for _ in range(size)], folder=folder)

    return inject


def _repeat(attempt: Try, seed: int, problem: str) -> str:
    return f"{problem} [python -m tests.faults.batches {attempt.__module__} {attempt.__name__} {seed}]"


def _tail(said: str) -> str:
    """Why the fault handler ended it, and where the main thread was, whose frames come last."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    reasons = [line for line in lines if line.startswith(("Fatal", "Timeout", "terminate", "Assertion"))]
    threads = [index for index, line in enumerate(lines) if "most recent call first" in line]
    frames = lines[threads[-1] + 1 :][:6] if threads else lines[-3:]
    return " / ".join([*reasons, *frames])


def _attempt(attempt: Try, seed: int, folder: Path) -> str | None:
    try:
        return attempt(random.Random(seed), folder)
    except BaseException as error:
        return f"{type(error).__name__}: {error}"[:500]


def _work(attempt: Try, seeds: list[int], seconds: float, memory: int, folder: Path) -> None:
    """The child: a line of JSON for each seed that was tried. The fault handler ends it where one takes too long,
    whoever holds the interpreter's lock, and tells where."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what the code in question prints goes elsewhere
    _limit_memory(2 * memory)
    print("has begun", file=sys.stderr, flush=True)
    for seed in seeds:
        before = _resident(restart=True)
        began = time.monotonic()
        faulthandler.dump_traceback_later(seconds, exit=True)
        problem = _attempt(attempt, seed, folder)
        faulthandler.cancel_dump_traceback_later()
        took, peak = time.monotonic() - began, max(0, _resident() - before)
        if problem is None and peak > memory:
            problem = f"took {peak / 1e6:.0f} MB"
        print(json.dumps([seed, problem, took, peak]), file=answers, flush=True)


def _limit_memory(extra: int) -> None:
    """Allow the process so many bytes more; a guard for the computer, as the peak is what is judged."""
    if sys.platform == "linux":
        import resource

        mapped = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (mapped + extra, mapped + extra))


def _resident(restart: bool = False) -> int:
    """Bytes of memory at most since the last restart; 0 where the system does not tell."""
    if sys.platform != "linux":
        return 0
    if restart:
        Path("/proc/self/clear_refs").write_text("5")
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) << 10


def main(words: list[str]) -> int:
    """See the module."""
    attempt: Try = getattr(importlib.import_module(words[0]), words[1])
    if words[2:3] == ["--child"]:
        faulthandler.enable()
        seconds, memory, place = words[3:]
        _work(
            attempt,
            [int(word) for word in sys.stdin.read().split()],
            float(seconds),
            int(memory),
            Path(place),
        )
        return 0
    wrong = 0
    for word in words[2:]:
        with tempfile.TemporaryDirectory() as place:
            problem = _attempt(attempt, int(word), Path(place))
        print(f"{word}: {problem or 'as it should be'}")
        wrong += problem is not None
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

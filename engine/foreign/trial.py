"""A generator of others paints a small picture in a process of its own, which may hang, grow or crash.

That process paints with a generator of ours first. What fails then is the backend's fault and not the file's; and the
time that this takes, and the memory, tell what the file may take on this computer.
"""

from __future__ import annotations

import faulthandler
import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pleinair.engine.backends.registry import find_backend
from pleinair.engine.backends.session import InvalidNetwork, Session
from pleinair.engine.errors import BackendError
from pleinair.engine.files import GENERATORS, asset
from pleinair.engine.foreign import CHILD

HEIGHT, WIDTH = 48, 64
SECONDS = 5.0
"""For the file, at least; where ours takes longer than a ``SLOWER``th of it, in proportion."""
SLOWER = 10
START_SECONDS = 600.0
"""For ours: some backends build for minutes first."""
GRACE_SECONDS = 5.0
"""After which the process is ended from outside."""
MEMORY, MEMORY_A_CORE = 1 << 30, 16 << 20
"""Bytes more than ours took, where the system can limit it; runtimes start threads, and each has a stack."""
ENDED_LATE = 1
"""The exit code that ``faulthandler`` gives."""
SAME = 1.0
"""Grey levels between two paintings of the same, on average: GPUs add in any order."""


def try_network(network: bytes, backend: str, seconds: float = SECONDS) -> None:
    """Let the process paint with the ONNX file ``network``. Raises BackendError where it doesn't come through in
    time, or where the backend doesn't run here at all."""
    child = (CHILD,) if getattr(sys, "frozen", False) else ("-P", "-m", __spec__.name)
    label = find_backend(backend).label
    try:
        done = subprocess.run(
            [sys.executable, *child, backend, str(seconds)],
            input=network,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=2 * START_SECONDS + GRACE_SECONDS,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BackendError(f"{label} does not start; choose another backend.") from error
    except OSError as error:
        raise BackendError(f"The generator cannot be tried ({error}); close other programs.") from error
    told = _read(done.stdout)
    if told.get("passed"):
        return
    if "limit" not in told:  # ours did not run
        raise BackendError(told.get("error") or f"{label} does not run here; choose another backend.")
    reason = "it crashes"
    if done.returncode == ENDED_LATE and "error" not in told:
        reason = f"it has not come to an end in {told['limit']:.0f} s"
    raise BackendError(
        f"{label} cannot paint with this generator ({told.get('error') or reason}); "
        "choose another backend, or another generator."
    )


def _read(output: bytes) -> dict[str, Any]:
    """All that the process told; the runtimes may have written beside it."""
    told: dict[str, Any] = {}
    for line in output.splitlines():
        if line.startswith(b"{"):
            with suppress(ValueError):
                told |= json.loads(line)
    return told


def paint_as_child(backend: str, seconds: str) -> int:
    """The process: reads the file from its input and tells in lines of JSON how far it came."""
    network = sys.stdin.buffer.read()
    faulthandler.dump_traceback_later(START_SECONDS, exit=True)
    began = time.monotonic()
    try:
        _paint_twice(asset("generators", f"{GENERATORS[-1]}.onnx").read_bytes(), backend)
    except (BackendError, InvalidNetwork, OSError) as error:
        return _tell(error=str(error))
    limit = min(max(float(seconds), SLOWER * (time.monotonic() - began)), START_SECONDS)
    _tell(limit=limit)
    _limit_memory()
    faulthandler.dump_traceback_later(limit, exit=True)
    try:
        _paint_twice(network, backend)
    except (BackendError, InvalidNetwork, MemoryError) as error:
        return _tell(error=str(error) or "it takes too much memory")
    _tell(passed=True)
    sys.stdout.flush()
    os._exit(0)  # whatever else it has begun


def _tell(**facts: object) -> int:
    print("\n" + json.dumps(facts), flush=True)
    return 2


def _paint_twice(network: bytes, backend: str) -> None:
    """Raises BackendError, InvalidNetwork."""
    session = find_backend(backend).open(network)
    rng = np.random.default_rng(0)
    frame = rng.integers(0, 256, (1, HEIGHT, WIDTH, 3), np.uint8)
    style = rng.normal(0, 0.1, [axis or 1 for axis in session.inputs["style"]]).astype(np.float32)
    first, second = (_paint(session, frame, style) for _ in range(2))
    if np.abs(first.astype(int) - second).mean() > SAME:
        raise InvalidNetwork("it paints the same frame differently each time")


def _paint(
    session: Session, frame: npt.NDArray[np.uint8], style: npt.NDArray[np.float32]
) -> npt.NDArray[Any]:
    painted = session.run({"frame": frame, "style": style}).get("painted")
    if painted is None or painted.dtype != frame.dtype or painted.shape != frame.shape:
        raise InvalidNetwork("what it paints is no picture of the frame's size")
    return painted


def _limit_memory() -> None:
    """Linux counts what a process has written to and may write to, not what a GPU's driver only reserves."""
    if sys.platform != "linux":
        return
    import resource

    used = int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()
    most = used + MEMORY + MEMORY_A_CORE * (os.cpu_count() or 1)
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    resource.setrlimit(
        resource.RLIMIT_DATA, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard)
    )


if __name__ == "__main__":
    sys.exit(paint_as_child(*sys.argv[1:]))

"""What passes the check still has to paint in a process of its own; here, what does not is let through to it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pleinair.engine.errors import BackendError
from pleinair.engine.foreign.trial import MEMORY, MEMORY_A_CORE, try_network
from tests.faults.strangers.hostile import FAST, KINDS

TRY = """
import resource, sys
from pathlib import Path
from pleinair.engine.errors import BackendError
from pleinair.engine.foreign.trial import try_network
try:
    try_network(Path(sys.argv[1]).read_bytes(), "cpu")
except BackendError as error:
    print(str(error).replace("\\n", " "))
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@pytest.mark.parametrize(
    ("kind", "backend", "reason"),
    [
        ("endless loop", "cpu", "not come to an end"),
        ("half the size", "cpu", "no picture of the frame's size"),
        ("convolution with one input", "openvino", "it crashes"),
    ],
)
def test_hangs_and_crashes_end_with_the_process(kind: str, backend: str, reason: str, tmp_path: Path) -> None:
    began = time.monotonic()
    with pytest.raises(BackendError, match=reason):
        try_network(KINDS[kind](tmp_path), backend, seconds=1.0)
    assert time.monotonic() - began < 60


@pytest.mark.skipif(sys.platform != "linux", reason="limits memory as Linux does")
def test_what_grows_meets_a_limit(tmp_path: Path) -> None:
    growing = tmp_path / "growing.onnx"
    growing.write_bytes(KINDS["growing loop"](tmp_path))
    # In a process of its own, whose children are only those that try it.
    run = subprocess.run(
        [sys.executable, "-c", TRY, str(growing)], capture_output=True, text=True, check=True
    )
    said, kilobytes = run.stdout.splitlines()
    assert "Loop" in said
    most = (MEMORY + MEMORY_A_CORE * (os.cpu_count() or 1)) + (1 << 30)  # and what ours takes
    assert int(kilobytes) << 10 < most


@pytest.mark.skipif(sys.platform == "win32", reason="a program of one line of the shell")
def test_a_program_without_python_beside_it_starts_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "pleinair"
    program.write_text(
        f'#!/bin/sh\necho "$1" > {tmp_path}/said\nexec {sys.executable} -m pleinair.app "$@"\n'
    )
    program.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(program))
    monkeypatch.setattr("sys.frozen", True, raising=False)
    try_network(FAST.read_bytes(), "cpu")
    assert (tmp_path / "said").read_text() == "--try-generator\n"


def test_a_backend_that_does_not_run_is_not_the_file_s_fault() -> None:
    with pytest.raises(BackendError, match="There is no backend 'none'"):
        try_network(FAST.read_bytes(), "none")


def test_a_process_that_does_nothing_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pleinair.engine.foreign.trial.START_SECONDS", 0.0)
    monkeypatch.setattr("pleinair.engine.foreign.trial.GRACE_SECONDS", 0.1)
    with pytest.raises(BackendError, match="does not start"):
        try_network(FAST.read_bytes(), "cpu")

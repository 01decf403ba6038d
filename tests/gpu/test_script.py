"""The command itself, on the processor; what it finds on a GPU only a GPU can tell."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BARE = """
import runpy, sys
for name in ("av", "PySide6", "openvino", "platformdirs", "tqdm"):
    sys.modules[name] = None
sys.argv[0] = "tests.gpu"
runpy.run_module("tests.gpu", run_name="__main__")
"""
"""Runs it as on a machine without these."""


def test_it_measures_every_generator_without_what_a_bare_machine_lacks() -> None:
    words = ["--backend", "cpu", "--sizes", "96x64"]
    run = subprocess.run(
        [sys.executable, "-c", BARE, *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout.splitlines()[-1])
    assert not found["faults"] and [text.split()[0] for text in found["left_out"]] == ["platformdirs", "av"]
    assert found["facts"]["training"]["pictures_a_second"] > 0
    sized = {row["generator"]: row for row in found["rows"] if "size" in row}
    assert set(sized) == {"fast", "fine", "johnson-32"}
    assert 0 < sized["fast"]["p50"] < sized["fine"]["p50"]
    assert [row["parity_mean"] for row in found["rows"] if "parity_mean" in row] == [0.0, 0.0]


def test_a_backend_that_does_not_run_is_a_fault() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.gpu", "--backend", "coreml", "--sizes", "96x64"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert run.returncode == 1
    faults = json.loads(run.stdout.splitlines()[-1])["faults"]
    assert len(faults) == 3
    for fault in faults:
        assert fault["backend"] == "coreml" and "Core ML" in fault["fault"]

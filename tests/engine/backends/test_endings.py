"""Backends that end the program when they are tried, and persons who do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pleinair.engine.backends.trials import TrialMemory
from pleinair.engine.threads.ending import put_in_order

ENDING = """
import os, sys
from pathlib import Path
from pleinair.app.studio import open_studio
from pleinair.engine.backends import registry
from pleinair.engine.backends.selection import select
from pleinair.engine.backends.trials import TrialMemory
from pleinair.engine.doctor import examine
registry._registered = {"cpu": registry.backends()["cpu"]}
registry.register_backend(registry.BackendSpec("dummy", "Dummy", (), lambda: None, lambda network: os._exit(7)))
studio, memory = open_studio("fast"), Path(sys.argv[1])
"""
CHOOSING = """
_, choice = select(studio.candidates, memory, seconds=0.01)
print(choice.backend, choice.trials[-1].error)
"""
EXAMINING = """
for finding in examine(studio.candidates, studio.library, memory.parent, memory.parent, TrialMemory(memory)):
    if finding.topic == "backend" and finding.facts["backend"] == "dummy":
        print("dummy", finding.text)
"""


@pytest.mark.parametrize("what", [CHOOSING, EXAMINING], ids=["start", "doctor"])
def test_a_backend_that_ends_the_program_is_tried_twice(tmp_path: Path, what: str) -> None:
    def start() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", ENDING + what, str(tmp_path / "backend.json")]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    for code in (7, 7, 0, 0):
        done = start()
        assert done.returncode == code, done.stderr
    backend = "cpu" if what == CHOOSING else "dummy: Dummy:"
    assert f"{backend} Dummy hung or ended the program" in done.stdout


def test_a_person_who_ends_the_program_during_a_trial_is_no_crash(tmp_path: Path) -> None:
    path = tmp_path / "backend.json"
    with TrialMemory(path).trying("D", "dummy"):
        assert TrialMemory(path).begun("D", "dummy") == 1
        put_in_order()
        assert TrialMemory(path).begun("D", "dummy") == 0

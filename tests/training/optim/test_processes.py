import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from pleinair.training.cli import main
from pleinair.training.data.content import find_content
from pleinair.training.data.crops import PhotoCrops
from pleinair.training.files.checkpoint import read_checkpoint
from pleinair.training.files.loss_log import read_log
from pleinair.training.losses.objective import BatchLayout
from pleinair.training.optim.processes import Processes

PROGRAM = """
import sys
from pathlib import Path
from pleinair.training.cli import main

code = main(sys.argv[1:])
names = [path.read_text() for path in Path("/proc/self/task").glob("*/comm")]
left = [name for name in names if "gloo" in name]
sys.exit(f"threads left behind: {left}" if left else code)
"""
"""The training programs, which must leave no thread of the process group (seen on Linux): one that is left
aborts some runs at the very end."""


def test_two_processes_learn_what_one_learns_with_twice_the_photos(
    studio_folder: Path, loss_network_file: Path, tmp_path: Path
) -> None:
    """Real processes over gloo; the same crops, noise, motion and styles, shared out."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    words = ["fit", "--paintings", str(studio_folder / "list.toml"), "--steps", "2"]
    words += ["--content", str(studio_folder / "photos"), "--loss-network", str(loss_network_file)]
    words += ["--size", "32", "--save-every", "999", "--seed", "4", "--temporal", "0.05"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
    together = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", str(program)]
    assert main([*words, "--photos-per-step", "2", "--out", str(tmp_path / "one")]) == 0
    ran = subprocess.run(
        [sys.executable, *together, *words, "--photos-per-step", "1", "--out", str(tmp_path / "two")],
        env=environment,
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count("step 2/2") == 1  # only the main process prints
    one, two = (read_checkpoint(tmp_path / name / "checkpoint.safetensors") for name in ("one", "two"))
    assert one.record.batch == two.record.batch == 4
    first, same = read_log(tmp_path / "one")[1], read_log(tmp_path / "two")[1]
    assert first.keys() == same.keys()
    for name, loss in first.items():  # before the first step: the same but for rounding
        assert same[name] == pytest.approx(loss, rel=2e-3), name
    for name, loss in one.record.losses.items():
        assert two.record.losses[name] == pytest.approx(loss, rel=2e-3), name
    # Both saw the same gradients (the weights are as in the beginning until the second step).
    seen = [(n, name) for n, state in one.optimizer.items() for name in state if "covariance" in name]
    assert len(seen) > 10
    for number, name in seen:
        alone, shared = one.optimizer[number][name], two.optimizer[number][name]
        assert alone.norm() > 0 and torch.dist(alone, shared) < 0.02 * alone.norm(), (number, name)


def test_processes_of_their_own_would_learn_something_else(studio_folder: Path, tmp_path: Path) -> None:
    """What the test above rests on: each process sees crops of its own."""
    crops = PhotoCrops(find_content([studio_folder / "photos"]), 32, 4)
    layouts = [BatchLayout(1, 2, Processes(rank, 2, torch.device("cpu"))) for rank in (0, 1)]
    assert [list(layout.crops()) for layout in layouts] == [[0], [1]]
    assert not np.array_equal(crops.crop(0, 0).photo, crops.crop(0, 1).photo)

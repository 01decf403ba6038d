import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from training.checkpoint import read_checkpoint
from training.report import read_log


def test_two_processes_learn_what_one_learns_with_twice_the_photos(
    studio_folder: Path, loss_network_file: Path, tmp_path: Path
) -> None:
    """Real processes over gloo; the same crops, noise, motion and styles, shared out."""
    words = ["-m", "training", "fit", "--paintings", str(studio_folder / "list.toml"), "--steps", "10"]
    words += ["--content", str(studio_folder / "photos"), "--loss-network", str(loss_network_file)]
    words += ["--size", "32", "--save-every", "999", "--seed", "4", "--stillness", "0.05"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
    together = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    for folder, command in (
        ("one", [sys.executable, *words, "--photos-per-step", "2"]),
        ("two", [sys.executable, *together, *words, "--photos-per-step", "1"]),
    ):
        ran = subprocess.run(
            [*command, "--out", str(tmp_path / folder)],
            env=environment,
            capture_output=True,
            text=True,
            timeout=110,
        )
        assert ran.returncode == 0, ran.stderr
        assert ran.stdout.count("step 10/10") == 1  # only one of them speaks
    one, two = (read_checkpoint(tmp_path / name / "checkpoint.safetensors") for name in ("one", "two"))
    assert one[2]["batch"] == two[2]["batch"] == 4
    first, same = read_log(tmp_path / "one")[1], read_log(tmp_path / "two")[1]
    assert first.keys() == same.keys()
    for name, loss in first.items():  # before the first step: the same but for rounding
        assert same[name] == pytest.approx(loss, rel=2e-3), name
    for name, loss in one[2]["losses"].items():
        assert two[2]["losses"][name] == pytest.approx(loss, rel=2e-2), name
    moved = [torch.dist(a, b).detach() for a, b in zip(one[0].parameters(), two[0].parameters(), strict=True)]
    assert float(torch.stack(moved).max()) < 0.05

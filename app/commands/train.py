"""``pleinair train``: hands over to the training program, a process of its own."""

from __future__ import annotations

import importlib.util
import subprocess
import sys


def run_training(words: list[str]) -> int:
    """Run ``python -m training`` with these words; returns its exit code."""
    if importlib.util.find_spec("torch") is None:
        print(
            "pleinair: Training needs PyTorch; install it with: pip install 'pleinair[train]'",
            file=sys.stderr,
        )
        return 1
    try:
        # -P: a training.py or torch.py in the current folder is not ours to run.
        command = [sys.executable, "-P", "-m", "pleinair.training", *words]
        return subprocess.run(command, check=False).returncode
    except KeyboardInterrupt:
        return 130

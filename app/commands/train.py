"""``pleinair train``: hands over to the training program, a process of its own."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

INSTALL = 'pip install "pleinair[train]"'
"""Brings what training needs, in the quotes that all shells know."""


def can_train() -> bool:
    """Whether what training needs is installed, also while this runs."""
    importlib.invalidate_caches()
    return importlib.util.find_spec("torch") is not None


def training_command(words: list[str]) -> list[str]:
    """What runs ``python -m training`` with these words."""
    # -P: a training.py or torch.py in the current folder is not ours to run.
    return [sys.executable, "-P", "-m", "pleinair.training", *words]


def run_training(words: list[str]) -> int:
    """Run ``python -m training`` with these words; returns its exit code."""
    if not can_train():
        print(f"pleinair: Training needs PyTorch; install it with: {INSTALL}", file=sys.stderr)
        return 1
    process = subprocess.Popen(training_command(words))
    while True:
        try:
            code = process.wait()
        except KeyboardInterrupt:  # Ctrl+C reaches it, too: it finishes its step and keeps the style
            continue
        return code if code >= 0 else 128 - code

"""``python -m training publish``: turn checkpoints into the files that the program uses."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from pleinair.training.files.checkpoint import read_checkpoint
from pleinair.training.files.publish import publish


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("checkpoints", type=Path, nargs="+", metavar="CHECKPOINT")
    parser.add_argument("--photo", type=Path, required=True, help="painted for the previews")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="e.g. assets")


def run(arguments: Namespace) -> None:
    """Write the generator and the styles."""
    checkpoints = [read_checkpoint(path) for path in arguments.checkpoints]
    trained = [(checkpoint.model, checkpoint.record) for checkpoint in checkpoints]
    for path in publish(trained, arguments.out, arguments.photo):
        print(f"Wrote {path}")

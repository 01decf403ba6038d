"""``python -m training reference``: write the network that speeds are compared with."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from pleinair.training.commands.options import integer
from pleinair.training.files.reference import write_johnson


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("out", type=Path)
    parser.add_argument("--channels", type=integer(1), default=32, help="of its first layer (default: 32)")


def run(arguments: Namespace) -> None:
    """Write it."""
    write_johnson(arguments.out, arguments.channels)

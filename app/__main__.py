"""The program as a process of its own: ``pleinair``, and ``python -m app``."""

from typing import NoReturn

from pleinair.app import cli
from pleinair.app.terminal import end_process


def run() -> NoReturn:
    """Do what the command line says."""
    end_process(cli.main())


if __name__ == "__main__":
    run()

"""The command line of the training programs."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from typing import NoReturn

from pleinair.engine.errors import PleinAirError, UsageError
from pleinair.engine.untrusted.texts import one_line

COMMANDS = {
    "style": "Learn a new style in minutes.",
    "fit": "Learn a generator and several styles at once.",
    "refine": "Give every style of a checkpoint weights of its own.",
    "gatys": "Paint one photo with the slow, iterative method.",
    "compare": "Instance against batch norm, in both generators of the paper.",
    "measure": "Measure styles against the iterative method.",
    "publish": "Turn checkpoints into the files that the program uses.",
    "sheet": "Paint photos in all styles that ship, on one sheet.",
    "mixes": "Measure and show what lies between styles.",
    "reference": "Write the network that speeds are compared with.",
}
"""Each is a module of ``commands`` with ``add_arguments(parser)`` and ``run(arguments)``."""
EPILOG = "On several GPUs or processes: torchrun --nproc-per-node N -m training style|fit|compare ..."


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message[:1].upper()}{message[1:]}; see '{self.prog} --help'.")


def build_parser(command: str | None) -> argparse.ArgumentParser:
    """The command line with the options of one command; only its module is loaded, and with it torch."""
    parser = _Parser(
        prog="python -m training", description="Makes generators and styles for Plein Air.", epilog=EPILOG
    )
    parsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=_Parser)
    for name, summary in COMMANDS.items():
        subparser = parsers.add_parser(name, help=summary, description=summary)
        if name == command:
            module = import_module(f"pleinair.training.commands.{name}")
            module.add_arguments(subparser)
            subparser.set_defaults(run=module.run)
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    words = sys.argv[1:] if argv is None else argv
    try:
        arguments = build_parser(words[0] if words else None).parse_args(words)
        arguments.run(arguments)
        return 0
    except PleinAirError as error:
        print(one_line(f"training: {error}"), file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("training: Stopped at once; what was saved before is kept.", file=sys.stderr)
        return 130

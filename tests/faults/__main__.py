"""Inject faults and print what came of them, as a table: ``python -m tests.faults [NAME ...] [--share 0.1]``."""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from pathlib import Path

from tests.faults.catalogue import FAULTS
from tests.faults.fault import Fault, Tally, run

MOST_TOLD = 10
"""Sentences about what went wrong, for each kind."""


def row(fault: Fault, tally: Tally) -> str:
    """One line of the table in Markdown."""
    figures = ", ".join(f"{name} {value:.3g}" for name, value in sorted(tally.figures.items())) or "-"
    return f"| {fault.name} | {tally.injected} | {len(tally.wrong)} | {figures} | {fault.asked} |"


def main() -> int:
    """Inject all, or those whose names hold one of the words; 1 where something went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="part of the name of a fault; default: all")
    parser.add_argument("--share", type=float, default=1.0, help="of the full number of injections")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    chosen = [fault for fault in FAULTS if not asked.names or any(name in fault.name for name in asked.names)]
    if not chosen:
        parser.error(f"no fault is called so; there are: {'; '.join(fault.name for fault in FAULTS)}")
    print("| fault | injected | wrong | worst | asked |\n|---|---|---|---|---|", flush=True)
    wrong = 0
    for fault in chosen:
        times = max(1, math.ceil(fault.times * asked.share))

        def tell(tally: Tally, fault: Fault = fault, times: int = times) -> None:
            if sys.stderr.isatty():
                print(f"\r{fault.name}: {tally.injected} of {times}", end="", file=sys.stderr)

        with tempfile.TemporaryDirectory() as folder:
            tally = run(fault, times, asked.seed, Path(folder), tell)
        print(f"{row(fault, tally)}", flush=True)
        for sentence in tally.wrong[:MOST_TOLD]:
            print(f"  {sentence}", file=sys.stderr, flush=True)
        wrong += len(tally.wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

"""The command: a table as it goes, and one JSON object on the last line."""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any

from tests.gpu.bare import find_pleinair, is_missing

SIZES = ("1920x1080", "3840x2160", "1280x720", "640x480")
"""The most telling first, for machines on which time runs out."""
NETWORKS = ("fast", "fine", "johnson-32")
SECONDS = 75.0
"""For all backends and generators, which share them; training takes half a minute besides."""


def main() -> int:
    """Measure what there is, or what was asked for; 1 where one that should run does not, or paints wrongly."""
    parser = argparse.ArgumentParser(prog="python -m tests.gpu", description=main.__doc__)
    parser.add_argument("--backend", action="append", help="only this one; can be given several times")
    parser.add_argument("--sizes", default=",".join(SIZES), help="default: %(default)s")
    parser.add_argument("--frames", type=int, default=1000, help="for the growth of memory (default: 1000)")
    arguments = parser.parse_args()
    left_out = find_pleinair()
    from tests.gpu.measures import (
        available,
        copy_speed,
        measure,
        memory_growth,
        overflow,
        reference_picture,
    )

    sizes = [tuple(map(int, size.split("x"))) for size in arguments.sizes.split(",")]
    began = time.monotonic()
    rows: list[dict[str, Any]] = []
    faults: list[dict[str, Any]] = []
    facts: dict[str, Any] = {"copy": copy_speed()}
    print("copies:", facts["copy"], flush=True)
    names, reasons = available(arguments.backend)
    left_out += [f"{name}: {reason}" for name, reason in reasons.items()]
    wanted = {generator: reference_picture(generator) for generator in ("fast", "fine")}

    end, pairs = began + SECONDS, [(name, generator) for name in names for generator in NETWORKS]
    for number, (name, generator) in enumerate(pairs):
        share = (end - time.monotonic()) / (len(pairs) - number)
        try:
            for row in measure(name, generator, sizes, wanted.get(generator), time.monotonic() + share):
                rows.append(row)
                print(json.dumps(row), flush=True)
                if row.get("fault"):
                    faults.append(row)
            if generator == NETWORKS[-1] and name != "cpu":
                facts[name] = {"growth": memory_growth(name, arguments.frames), "overflow": overflow(name)}
                print(name, facts[name], flush=True)
        except Exception as error:  # one that fails must not hide the others
            faults.append({"backend": name, "generator": generator, "fault": f"{error!r}"[:300]})
            print(json.dumps(faults[-1]), flush=True)
    if is_missing("torch"):
        left_out.append("training: torch is not installed")
    else:
        from tests.gpu.training import training_speed

        facts["training"] = training_speed()
        print("training:", facts["training"], flush=True)
    for text in left_out:
        print("left out:", text)
    seconds = round(time.monotonic() - began, 1)
    print(
        json.dumps({"rows": rows, "facts": facts, "faults": faults, "left_out": left_out, "seconds": seconds})
    )
    return 1 if faults else 0


sys.exit(main())

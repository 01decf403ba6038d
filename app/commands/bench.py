"""``pleinair bench``."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from functools import partial
from typing import Any

from tqdm import tqdm

from pleinair.app.studio import FIRST_STYLE, GENERATOR, Studio, open_studio
from pleinair.engine.backends import open_network
from pleinair.engine.backends.selection import candidates
from pleinair.engine.benchmark import (
    Contestant,
    enter,
    enter_reference,
    growth,
    race,
    ratio,
    set_parity,
    time_live,
)
from pleinair.engine.errors import BackendError, FrameSizeError
from pleinair.engine.files import asset
from pleinair.engine.options import AUTO, BACKENDS
from pleinair.engine.sources import open_source
from pleinair.engine.styles import Look
from pleinair.engine.system import cores, processor_name

REFERENCES = {
    "Johnson et al., 32 channels": "johnson-32.onnx",
    "Johnson et al., 16 channels": "johnson-16.onnx",
}
"""Networks of the kind that others use; the first is what the ratios are told against."""


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Time the networks in turn, or, with ``--live``, the live path."""
    report: dict[str, Any] = {"processor": processor_name(), "cores": cores(), "generator": GENERATOR}
    report |= _live(arguments) if arguments.live else _networks(arguments)
    return report


def _networks(arguments: argparse.Namespace) -> dict[str, Any]:
    sizes = arguments.size or [(640, 480)]
    for width, height in sizes:
        if width % 4 or height % 4:
            raise FrameSizeError("The reference networks take sizes that are multiples of 4; change --size.")
    studio = open_studio("cpu")
    look = studio.look(FIRST_STYLE)
    ours = _contestants(arguments.backend, studio, look)
    set_parity(ours, lambda pixels: studio.stylizer.stylize(pixels, look))
    references = [enter_reference(name, asset("generators", file)) for name, file in REFERENCES.items()]
    everyone = [*ours, *references]
    rows = []
    for size in tqdm(sizes, unit=" size", disable=None, leave=False):
        race(everyone, size, arguments.seconds / len(everyone))
        rows += [_row(contestant, references, size) for contestant in everyone]
    exponents = {c.name: round(e, 3) for c in ours if (e := growth(c)) is not None}
    if not arguments.json:
        print(f"{processor_name()}, {cores()} cores, generator '{GENERATOR}'")
        _print_networks(rows, everyone, exponents)
    return {"networks": rows, "growth_with_pixels": exponents}


def _contestants(backend: str, studio: Studio, look: Look) -> list[Contestant]:
    names = candidates() if backend == AUTO else [backend]
    ours = []
    for name in names:
        try:
            ours.append(enter(name, partial(open_network, studio.generator, name), look))
        except BackendError as error:
            if backend != AUTO:
                raise
            print(f"pleinair: Left out: {error}", file=sys.stderr)
    return ours


def _row(contestant: Contestant, references: list[Contestant], size: tuple[int, int]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "network": contestant.name,
        "device": contestant.device,
        "precision": contestant.precision,
        "size": "{}x{}".format(*size),
        "load_s": round(contestant.load_s, 3),
        "ms": {"p50": round(contestant.ms(size), 2), "p95": round(contestant.ms(size, 95), 2)},
        "fps": round(1e3 / contestant.ms(size), 1),
    }
    if contestant.parity is not None:
        row["parity"] = round(contestant.parity, 4)
        row["times_faster"] = {r.name: round(ratio(r, contestant, size), 2) for r in references}
    return row


def _print_networks(
    rows: list[dict[str, Any]], everyone: list[Contestant], exponents: dict[str, float]
) -> None:
    width = max(len(BACKENDS.get(c.name, c.name)) for c in everyone)
    first, second = REFERENCES
    print(
        f"{'':{width}}  {'size':>9} {'ms':>8} {'p95':>8} {'fps':>7}  times faster than Johnson's, 32 and 16"
    )
    for row in rows:
        name = BACKENDS.get(row["network"], row["network"])
        line = f"{name:{width}}  {row['size']:>9}"
        line += f" {row['ms']['p50']:8.1f} {row['ms']['p95']:8.1f} {row['fps']:7.1f}"
        if "times_faster" in row:
            faster = row["times_faster"]
            line += (
                f"  {faster[first]:.1f}, {faster[second]:.1f} ({row['precision']}, parity {row['parity']})"
            )
        print(line)
    for name, exponent in exponents.items():
        print(f"{BACKENDS[name]}: time grows with pixels to the power of {exponent}")


def _live(arguments: argparse.Namespace) -> dict[str, Any]:
    studio = open_studio(arguments.backend)
    look = studio.look(FIRST_STYLE)
    network = studio.stylizer.network
    try:
        path = time_live(
            lambda: open_source(arguments.source, True, None),
            studio.stylizer,
            look,
            arguments.seconds,
            arguments.governor,
        )
    finally:
        studio.stylizer.close()
    if not arguments.json:
        print(f"{processor_name()}, {cores()} cores, generator '{GENERATOR}'")
        print(
            f"{path.painted} of {path.captured} frames painted at {'{}x{}'.format(*path.painted_size)}, "
            f"{path.fps:.1f} fps, {path.dropped} dropped, with {network.backend} on {network.device}"
        )
        print(f"{'':28} {'ms':>7} {'p95':>7}")
        for stage in path.stages:
            print(f"{stage.name:28} {stage.p50:7.2f} {stage.p95:7.2f}")
    return {"backend": network.backend, "device": network.device, "source": arguments.source, **asdict(path)}

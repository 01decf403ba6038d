"""``pleinair bench``."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from tqdm import tqdm

from pleinair.app.studio import FIRST_STYLE, Studio, open_studio
from pleinair.app.terminal import say, tell
from pleinair.engine.backends.registry import AUTO, backends
from pleinair.engine.backends.selection import automatic_backends
from pleinair.engine.backends.trials import REFERENCE
from pleinair.engine.benchmark import (
    NAMED,
    Entry,
    growth,
    load_entry,
    load_reference,
    ratio,
    set_parity,
    time_in_turn,
    time_live,
)
from pleinair.engine.errors import BackendError, FrameSizeError
from pleinair.engine.files import GENERATORS, asset
from pleinair.engine.sources import open_source
from pleinair.engine.system import cores, processor_name

REFERENCES = {
    "Johnson et al., 32 channels": "johnson-32.onnx",
    "Johnson et al., 16 channels": "johnson-16.onnx",
}
"""Networks of the kind that others use; the first is what the ratios are told against."""


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Time the networks in turn, or, with ``--live``, the live path."""
    report: dict[str, Any] = {"processor": processor_name(), "cores": cores()}
    report |= _live(arguments) if arguments.live else _networks(arguments)
    return report


def _networks(arguments: argparse.Namespace) -> dict[str, Any]:
    sizes = arguments.size or [(640, 480)]
    for width, height in sizes:
        if width % 4 or height % 4:
            raise FrameSizeError("The reference networks take sizes that are multiples of 4; change --size.")
    names = GENERATORS if arguments.generator == AUTO else [arguments.generator]
    ours = [entry for name in names for entry in _load_entries(arguments.backend, open_studio(name))]
    others = [load_reference(name, asset("generators", file)) for name, file in REFERENCES.items()]
    entries = [*ours, *others]
    rows = []
    for size in tqdm(sizes, unit=" size", disable=None, leave=False):
        time_in_turn(entries, size, arguments.seconds / len(entries))
        rows += [_row(entry, others, size) for entry in entries]
    exponents = {entry.name: round(e, 3) for entry in ours if (e := growth(entry)) is not None}
    if not arguments.json:
        say(f"{processor_name()}, {cores()} cores")
        _print_networks(rows, entries, exponents)
    return {"generator": ",".join(map(str, names)), "networks": rows, "growth_with_pixels": exponents}


def _load_entries(backend: str, studio: Studio) -> list[Entry]:
    look = studio.look(FIRST_STYLE)
    entries, reference = [], None
    for name in automatic_backends() if backend == AUTO else [backend]:
        try:
            entries.append(load_entry(name, studio.generators[0], look))
            reference = entries[-1] if name == REFERENCE else reference
        except BackendError as error:
            if backend != AUTO:
                raise
            tell(f"Left out: {error}")
    set_parity(entries, (reference or load_entry(REFERENCE, studio.generators[0], look)).paint)
    return entries


def _row(entry: Entry, references: list[Entry], size: tuple[int, int]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "network": entry.name,
        "generator": entry.generator,
        "device": entry.session.device,
        "precision": entry.session.precision,
        "size": "{}x{}".format(*size),
        "load_s": round(entry.load_s, 3),
        "ms": {"p50": round(entry.ms(size), 2), "p95": round(entry.ms(size, 95), 2)},
        "fps": round(1e3 / entry.ms(size), 1),
    }
    if entry.parity is not None:
        row["parity"] = round(entry.parity, 4)
        row["times_faster"] = {r.name: round(ratio(r, entry, size), 2) for r in references}
    return row


def _label(network: str) -> str:
    generator, _, backend = network.rpartition(NAMED)
    if backend not in backends():
        return network
    return f"{generator}, {backends()[backend].label}" if generator else backends()[backend].label


def _print_networks(rows: list[dict[str, Any]], entries: list[Entry], exponents: dict[str, float]) -> None:
    width = max(len(_label(entry.name)) for entry in entries)
    first, second = REFERENCES
    say(f"{'':{width}}  {'size':>9} {'ms':>8} {'p95':>8} {'fps':>7}  times faster than Johnson's, 32 and 16")
    for row in rows:
        name = _label(row["network"])
        line = f"{name:{width}}  {row['size']:>9}"
        line += f" {row['ms']['p50']:8.1f} {row['ms']['p95']:8.1f} {row['fps']:7.1f}"
        if "times_faster" in row:
            faster = row["times_faster"]
            line += (
                f"  {faster[first]:.1f}, {faster[second]:.1f} ({row['precision']}, parity {row['parity']})"
            )
        say(line)
    for name, exponent in exponents.items():
        say(f"{_label(name)}: time grows with pixels to the power of {exponent}")


def _live(arguments: argparse.Namespace) -> dict[str, Any]:
    studio = open_studio(arguments.generator)
    look = studio.look(FIRST_STYLE)
    stylizer = studio.open_stylizer(arguments.backend)
    session = stylizer.generator.session
    try:
        path = time_live(
            lambda: open_source(arguments.source, True, None),
            stylizer,
            look,
            arguments.seconds,
        )
    finally:
        stylizer.close()
    stats, fps = path.stats, path.stats.painted / path.seconds
    if not arguments.json:
        say(f"{processor_name()}, {cores()} cores, generator '{stats.generator}'")
        say(
            f"{stats.painted} of {stats.captured} frames painted at {'{}x{}'.format(*stats.painted_size)}, "
            f"{fps:.1f} fps, {stats.dropped} dropped, with {session.backend} on {session.device}"
        )
        say(f"Recorded with {path.encoder}")
        say(f"{'':28} {'ms':>7} {'p95':>7}")
        for name, times in path.stages.items():
            say(f"{name:28} {times.p50:7.2f} {times.p95:7.2f}")
    return {
        "generator": stats.generator,
        "backend": session.backend,
        "device": session.device,
        "encoder": path.encoder,
        "source": arguments.source,
        "captured": stats.captured,
        "painted": stats.painted,
        "dropped": stats.dropped,
        "fps": fps,
        "painted_size": stats.painted_size,
        "stages": [{"name": name, **asdict(times)} for name, times in path.stages.items()],
    }

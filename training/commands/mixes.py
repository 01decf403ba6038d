"""``python -m training mixes``: what lies between styles."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from pleinair.engine.errors import UsageError
from pleinair.training.commands.options import add_assets, add_json
from pleinair.training.evaluation.mixes import draw_mixes, measure_mixes
from pleinair.training.evaluation.painters import open_assets
from pleinair.training.evaluation.sheet import webcam_view
from pleinair.training.report import Report


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the options."""
    add_assets(parser)
    parser.add_argument("--sheet", type=Path, metavar="JPEG", help="show mixes of the first photo")
    parser.add_argument(
        "--show", action="append", default=[], metavar="ONE,OTHER", help="on the sheet; default: two styles"
    )
    add_json(parser)


def run(arguments: Namespace) -> None:
    """Measure all pairs, and show some."""
    with open_assets(arguments.assets, arguments.generator) as (stylizer, library):
        pairs = [tuple(pair.split(",")) for pair in arguments.show] or [tuple(library.styles)[:2]]
        if any(len(pair) != 2 for pair in pairs):
            raise UsageError("--show takes two styles, like starry-night,udnie.")
        photos = [webcam_view(path) for path in arguments.photos]
        if arguments.sheet is not None:
            shown = [(library.get(one), library.get(other)) for one, other in pairs]
            draw_mixes(stylizer, shown, photos[0], arguments.sheet)
        measure_mixes(stylizer, list(library.styles.values()), photos, Report(arguments.json))

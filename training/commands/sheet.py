"""``python -m training sheet``: photos in all styles, side by side."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from pleinair.engine.frame import Paint
from pleinair.training.commands.options import add_assets, add_controls, control_values
from pleinair.training.evaluation.painters import open_assets, style_painter
from pleinair.training.evaluation.sheet import contact_sheet, flicker_sheet
from pleinair.training.files.checkpoint import read_checkpoint


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the options."""
    add_assets(parser)
    add_controls(parser)
    parser.add_argument(
        "--checkpoint",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="its styles, instead of those in --assets; can be given several times",
    )
    parser.add_argument("--flicker", action="store_true", help="also show what camera noise does to them")
    parser.add_argument("--out", type=Path, required=True, metavar="JPEG")


def run(arguments: Namespace) -> None:
    """Paint the sheet."""
    show = flicker_sheet if arguments.flicker else contact_sheet
    painters: dict[str, Paint] = {}
    for path in arguments.checkpoint:
        checkpoint = read_checkpoint(path)
        # Runs of one painting are told apart by their folders.
        prefix = f"{path.resolve().parent.parent.name}: " if len(arguments.checkpoint) > 1 else ""
        for number, style in enumerate(checkpoint.record.styles):
            painters[prefix + style] = checkpoint.model.paint_function(number)
    if painters:
        show(arguments.photos, painters, arguments.out)
    else:
        with open_assets(arguments.assets, arguments.generator) as (stylizer, library):
            values = control_values(arguments)
            styles = library.styles.values()
            painters = {style.id: style_painter(stylizer, style, values) for style in styles}
            show(arguments.photos, painters, arguments.out)
    print(f"Wrote {arguments.out}")

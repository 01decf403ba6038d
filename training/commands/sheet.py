"""``python -m training sheet``: photos in all styles, side by side."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from pleinair.engine.errors import UsageError
from pleinair.engine.frame import Paint
from pleinair.engine.styles.controls import ControlSpec, controls
from pleinair.training.commands.options import add_assets, add_controls, control_values
from pleinair.training.evaluation.painters import open_assets, style_painter
from pleinair.training.evaluation.sheet import contact_sheet, flicker_sheet
from pleinair.training.files.checkpoint import read_checkpoint

VALUES = 5
"""Of a control that is varied: from its least to its largest, evenly."""


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
    parser.add_argument(
        "--styles", metavar="IDS", help="of those in --assets, such as ink,udnie (default: all)"
    )
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument(
        "--vary", choices=controls(), help=f"show {VALUES} values of this control side by side, a style a row"
    )
    shown.add_argument("--flicker", action="store_true", help="also show what camera noise does to them")
    parser.add_argument("--out", type=Path, required=True, metavar="JPEG")


def run(arguments: Namespace) -> None:
    """Paint the sheet. Raises UsageError for options that a checkpoint's styles do not take."""
    if arguments.checkpoint and (arguments.styles or arguments.vary):
        raise UsageError("--styles and --vary are for the styles in --assets; leave out --checkpoint.")
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
            values, styles = control_values(arguments), list(library.styles.values())
            if arguments.styles:
                styles = [library.get(style_id) for style_id in arguments.styles.split(",")]
            if arguments.vary:
                varied = [
                    (f"{style.id} {arguments.vary} {value:g}", style, values | {arguments.vary: value})
                    for style in styles
                    for value in _values(controls()[arguments.vary])
                ]
                painters = {name: style_painter(stylizer, style, at) for name, style, at in varied}
                contact_sheet(arguments.photos, painters, arguments.out, VALUES)
            else:
                painters = {style.id: style_painter(stylizer, style, values) for style in styles}
                show(arguments.photos, painters, arguments.out)
    print(f"Wrote {arguments.out}")


def _values(control: ControlSpec) -> list[float]:
    step = (control.high - control.low) / (VALUES - 1)
    return [control.low + number * step for number in range(VALUES)]

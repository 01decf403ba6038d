"""``python -m training``: the command line of the training programs."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from engine.errors import PleinAirError, UsageError


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message[:1].upper()}{message[1:]}; see '{self.prog} --help'.")


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = _Parser(prog="python -m training", description="Makes generators and styles for Plein Air.")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=_Parser)

    fit = commands.add_parser("fit", help="Learn a generator and several styles at once.")
    fit.set_defaults(run=_fit)
    fit.add_argument("--paintings", type=Path, required=True, metavar="TOML", help="the list of paintings")
    fit.add_argument("--painting-folder", type=Path, metavar="DIR", help="default: the list's own folder")
    fit.add_argument("--content", type=Path, action="append", required=True, metavar="DIR", help="photos")
    fit.add_argument("--out", type=Path, required=True, metavar="DIR", help="where everything is written")
    fit.add_argument(
        "--preview", type=Path, action="append", default=[], metavar="PHOTO", help="for the sheet"
    )
    fit.add_argument(
        "--loss-network", type=Path, metavar="FILE", help="default: the published one, downloaded"
    )
    fit.add_argument("--steps", type=int, default=10_000, help="default: 10000")
    fit.add_argument("--size", type=int, default=192, help="side of the crops in pixels (default: 192)")
    fit.add_argument("--photos", type=int, default=2, help="photos in a step (default: 2)")
    fit.add_argument("--looks", type=int, default=2, help="styles for each photo of a step (default: 2)")
    fit.add_argument("--rate", type=float, default=2e-3, help="peak learning rate (default: 0.002)")
    fit.add_argument("--content-weight", type=float, default=1.0)
    fit.add_argument("--tone", type=float, default=1.0, help="weight of keeping light light and dark dark")
    fit.add_argument("--stillness", type=float, default=0.05, help="weight against flicker from noise")
    fit.add_argument("--smoothness", type=float, default=0.02, help="weight of total variation")
    fit.add_argument("--seed", type=int, default=1)
    fit.add_argument("--save-every", type=int, default=180, metavar="SECONDS")
    fit.add_argument("--resume", action="store_true", help="go on from the checkpoint in --out")

    publish = commands.add_parser("publish", help="Turn a checkpoint into the files that the program uses.")
    publish.set_defaults(run=_publish)
    publish.add_argument("checkpoint", type=Path)
    publish.add_argument("--photo", type=Path, required=True, help="painted for the previews")
    publish.add_argument("--out", type=Path, required=True, metavar="DIR", help="e.g. assets")

    sheet = commands.add_parser("sheet", help="Paint photos in all styles that ship, on one sheet.")
    sheet.set_defaults(run=_sheet)
    sheet.add_argument("photos", type=Path, nargs="+")
    sheet.add_argument("--assets", type=Path, default=Path("assets"), help="default: assets")
    sheet.add_argument("--out", type=Path, required=True, metavar="JPEG")

    reference = commands.add_parser("reference", help="Write the network that speeds are compared with.")
    reference.set_defaults(run=_reference)
    reference.add_argument("out", type=Path)
    return parser


def _fit(arguments: argparse.Namespace) -> None:
    from training.checkpoint import read_checkpoint
    from training.fit import FitSettings, fit
    from training.publish import publish

    settings = FitSettings(
        paintings=arguments.paintings,
        painting_folder=arguments.painting_folder or arguments.paintings.parent,
        content=arguments.content,
        out=arguments.out,
        loss_network=arguments.loss_network,
        preview=arguments.preview,
        steps=arguments.steps,
        size=arguments.size,
        photos=arguments.photos,
        looks=arguments.looks,
        rate=arguments.rate,
        content_weight=arguments.content_weight,
        tone=arguments.tone,
        stillness=arguments.stillness,
        smoothness=arguments.smoothness,
        seed=arguments.seed,
        save_every=arguments.save_every,
        resume=arguments.resume,
    )
    checkpoint = fit(settings)
    painter, _, record = read_checkpoint(checkpoint)
    if settings.preview:
        for path in publish(painter, record, settings.out, settings.preview[0], _commit()):
            print(f"Wrote {path}")
    print(f"Wrote {checkpoint}")


def _publish(arguments: argparse.Namespace) -> None:
    from training.checkpoint import read_checkpoint
    from training.publish import publish

    painter, _, record = read_checkpoint(arguments.checkpoint)
    for path in publish(painter, record, arguments.out, arguments.photo, _commit()):
        print(f"Wrote {path}")


def _sheet(arguments: argparse.Namespace) -> None:
    from engine.backends import OnnxStylizer
    from engine.frame import Pixels
    from engine.styles import Look, Style, read_library
    from training.sheet import Paint, contact_sheet

    stylizer = OnnxStylizer(arguments.assets / "generators" / "fast.onnx")
    library = read_library([arguments.assets / "styles"], stylizer.generator, stylizer.style_size)

    def painter_of(style: Style) -> Paint:
        def paint(pixels: Pixels) -> Pixels:
            return stylizer.stylize(pixels, Look(((style, 1.0),)))

        return paint

    painters = {style.id: painter_of(style) for style in library.styles.values()}
    contact_sheet(arguments.photos, painters, arguments.out)
    print(f"Wrote {arguments.out}")


def _reference(arguments: argparse.Namespace) -> None:
    from training.reference import write_johnson

    write_johnson(arguments.out)


def _commit() -> str:
    """The commit of the code that trained, as far as it is known."""
    asked = subprocess.run(
        ["git", "-C", str(Path(__file__).parent), "rev-parse", "--short", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
    )
    return asked.stdout.strip() or "unknown"


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    try:
        arguments = build_parser().parse_args(argv)
        arguments.run(arguments)
        return 0
    except PleinAirError as error:
        print(f"training: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("training: Stopped; the last checkpoint is kept, --resume goes on from it.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())

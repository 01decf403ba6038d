"""What the training programs can be asked."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from pleinair.engine.errors import UsageError
from pleinair.engine.files import asset

SMALLEST = 32
"""Side in pixels below which the loss network sees next to nothing."""
EPILOG = "On several GPUs or processes: torchrun --nproc-per-node N -m training style|fit|compare ..."


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message[:1].upper()}{message[1:]}; see '{self.prog} --help'.")


def _integer(low: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isdecimal() or not low <= int(text) < 2**31:
            raise argparse.ArgumentTypeError(f"'{text}' is no whole number of {low} or more")
        return int(text)

    return parse


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value >= 0):
        raise argparse.ArgumentTypeError(f"'{text}' is no number of 0 or more")
    return value


def _oversampled(text: str) -> tuple[str, int]:
    pattern, _, times = text.rpartition("=")
    if not pattern or not times.isdecimal() or not 1 <= int(times) <= 100:
        raise argparse.ArgumentTypeError(f"'{text}' is no pattern with a number, like 'face*=3'")
    return pattern, int(times)


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = _Parser(
        prog="python -m training", description="Makes generators and styles for Plein Air.", epilog=EPILOG
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=_Parser)

    style = commands.add_parser("style", help="Teach the generator a new style in minutes.")
    style.set_defaults(run="style")
    style.add_argument("painting", type=Path, metavar="PAINTING", help="the picture to learn from")
    style.add_argument("--title", required=True)
    style.add_argument("--artist", default="")
    style.add_argument("--year", default="")
    style.add_argument("--licence", default="", help="of the painting, e.g. 'Public domain'")
    style.add_argument("--source", default="", help="where the picture of the painting comes from")
    style.add_argument("--out", type=Path, required=True, metavar="FILE", help="e.g. my-style.safetensors")
    style.add_argument("--preview", type=Path, metavar="PHOTO", help="painted at every save, e.g. yourself")
    _strokes(style)
    _shipped_generator(style)
    _content(style)
    _terms(style)
    _running(style, steps=3000, rate=2e-3, photos=2)

    fit = commands.add_parser("fit", help="Learn a generator and several styles at once.")
    fit.set_defaults(run="fit")
    what = fit.add_mutually_exclusive_group(required=True)
    what.add_argument("--paintings", type=Path, metavar="TOML", help="the list of paintings")
    what.add_argument(
        "--pairs",
        type=Path,
        metavar="DIR",
        help="learn from pairs: painted versions of the photos in --content, under the same names",
    )
    fit.add_argument("--painting-folder", type=Path, metavar="DIR", help="default: the list's own folder")
    fit.add_argument("--out", type=Path, required=True, metavar="DIR", help="where everything is written")
    fit.add_argument(
        "--preview", type=Path, action="append", default=[], metavar="PHOTO", help="for the sheet"
    )
    fit.add_argument(
        "--generator",
        choices=("fast", "residual", "texture"),
        default="fast",
        help="default: fast; the program paints with this one only",
    )
    fit.add_argument("--norm", choices=("instance", "batch"), default="instance", help="default: instance")
    fit.add_argument(
        "--channels",
        type=_integer(2),
        help="width of the generator (default: fast 48, residual 32, texture 8 for each scale)",
    )
    fit.add_argument(
        "--styles-per-photo",
        "--looks",  # its name until 0.2
        type=_integer(1),
        default=2,
        help="styles for each photo of a step (default: 2)",
    )
    _content(fit)
    _terms(fit)
    _running(fit, steps=10_000, rate=2e-3, photos=2)

    refine = commands.add_parser("refine", help="Give every style of a checkpoint weights of its own.")
    refine.set_defaults(run="refine")
    refine.add_argument(
        "starts",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="checkpoints or styles to begin with; the first that has it",
    )
    _shipped_generator(refine)
    refine.add_argument("--paintings", type=Path, required=True, metavar="TOML", help="the list of paintings")
    refine.add_argument("--painting-folder", type=Path, metavar="DIR", help="default: the list's own folder")
    refine.add_argument("--out", type=Path, required=True, metavar="DIR", help="where everything is written")
    refine.add_argument(
        "--preview", type=Path, action="append", default=[], metavar="PHOTO", help="for the sheet"
    )
    refine.add_argument(
        "--oversample",
        "--favour",  # its name until 0.2
        type=_oversampled,
        action="append",
        default=[],
        metavar="PATTERN=N",
        help="photos that are drawn N times as often, such as 'face*=3'; can be given several times",
    )
    _content(refine)
    _terms(refine)
    _running(refine, steps=2000, rate=2e-3, photos=1, size=272)

    gatys = commands.add_parser("gatys", help="Paint one photo with the slow, iterative method.")
    gatys.set_defaults(run="gatys")
    gatys.add_argument("content", type=Path, metavar="CONTENT", help="the photo")
    gatys.add_argument("style", type=Path, metavar="STYLE", help="the painting")
    gatys.add_argument(
        "out", type=Path, metavar="OUT", help="e.g. painted.png; the loss curve lies beside it"
    )
    gatys.add_argument("--method", choices=("adam", "lbfgs"), default="adam", help="default: adam")
    gatys.add_argument("--start", choices=("photo", "noise"), default="photo", help="default: photo")
    gatys.add_argument("--steps", type=_integer(1), default=300, help="default: 300")
    gatys.add_argument(
        "--size", type=_integer(SMALLEST), default=320, help="short side in pixels (default: 320)"
    )
    gatys.add_argument("--content-weight", type=_number, default=1.0)
    gatys.add_argument(
        "--every", type=_integer(0), default=50, help="steps between pictures on the way, 0 for none"
    )
    gatys.add_argument("--seed", type=_integer(0), default=1, help="of --start noise")
    gatys.add_argument("--force", action="store_true", help="replace OUT")
    _strokes(gatys)
    _loss_network(gatys)

    compare = commands.add_parser(
        "compare", help="Instance against batch norm, in both generators of the paper."
    )
    compare.set_defaults(run="compare")
    compare.add_argument("paintings", type=Path, nargs="+", metavar="PAINTING")
    compare.add_argument(
        "--photos", type=Path, nargs="+", required=True, help="to measure on, not trained on"
    )
    compare.add_argument("--out", type=Path, required=True, metavar="DIR", help="where everything is written")
    compare.add_argument(
        "--channels",
        type=_integer(2),
        default=16,
        help="of the residual generator; the texture network gets half for each of its scales (default: 16)",
    )
    compare.add_argument(
        "--iterations", type=_integer(1), default=200, help="of the iterative method (default: 200)"
    )
    _strokes(compare)
    _content(compare)
    _running(compare, steps=1500, rate=2e-3, photos=4)

    measure = commands.add_parser("measure", help="Measure styles against the iterative method.")
    measure.set_defaults(run="measure")
    measure.add_argument(
        "styles", type=Path, nargs="+", metavar="STYLE", help="style files or checkpoints of one style"
    )
    learned = measure.add_mutually_exclusive_group(required=True)
    learned.add_argument("--painting", type=Path, help="what all of them were learned from")
    learned.add_argument("--paintings", type=Path, metavar="TOML", help="or a list: each by its own id")
    measure.add_argument("--painting-folder", type=Path, metavar="DIR", help="default: the list's own folder")
    measure.add_argument("--photos", type=Path, nargs="+", required=True, help="that were not trained on")
    measure.add_argument("--clips", type=Path, nargs="*", default=[], help="videos for the warp error")
    measure.add_argument(
        "--iterations",
        type=_integer(1),
        default=40,
        help="of the iterative method (default: 40); up to 5 times as many where it is not as near by then",
    )
    _shipped_generator(measure)
    measure.add_argument(
        "--faces", action="store_true", help="count the faces that a detector finds again when painted"
    )
    measure.add_argument("--sheet", type=Path, metavar="JPEG", help="show all pictures side by side")
    measure.add_argument("--json", action="store_true", help="tell everything as JSON, one object a line")
    _stroke_size(measure)
    _loss_network(measure)

    publish = commands.add_parser("publish", help="Turn checkpoints into the files that the program uses.")
    publish.set_defaults(run="publish")
    publish.add_argument("checkpoints", type=Path, nargs="+", metavar="CHECKPOINT")
    publish.add_argument("--photo", type=Path, required=True, help="painted for the previews")
    publish.add_argument("--out", type=Path, required=True, metavar="DIR", help="e.g. assets")

    sheet = commands.add_parser("sheet", help="Paint photos in all styles that ship, on one sheet.")
    sheet.set_defaults(run="sheet")
    sheet.add_argument("photos", type=Path, nargs="+")
    sheet.add_argument("--assets", type=Path, default=Path("assets"), help="default: assets")
    sheet.add_argument(
        "--checkpoint",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="its styles, instead of those in --assets; can be given several times",
    )
    sheet.add_argument("--flicker", action="store_true", help="show also what camera noise does to them")
    sheet.add_argument("--out", type=Path, required=True, metavar="JPEG")

    mixes = commands.add_parser("mixes", help="Measure and show what lies between styles.")
    mixes.set_defaults(run="mixes")
    mixes.add_argument("photos", type=Path, nargs="+")
    mixes.add_argument("--assets", type=Path, default=Path("assets"), help="default: assets")
    mixes.add_argument("--sheet", type=Path, metavar="JPEG", help="show mixes of the first photo")
    mixes.add_argument(
        "--show",
        action="append",
        default=[],
        metavar="ONE,OTHER",
        help="on the sheet; default: two",
    )
    mixes.add_argument("--json", action="store_true", help="tell everything as JSON, one object a line")

    reference = commands.add_parser("reference", help="Write the network that speeds are compared with.")
    reference.set_defaults(run="reference")
    reference.add_argument("out", type=Path)
    reference.add_argument(
        "--channels", type=_integer(1), default=32, help="of its first layer (default: 32)"
    )
    return parser


def _stroke_size(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--stroke-size",
        type=_integer(SMALLEST),
        default=352,
        metavar="N",
        help="short side in pixels at "
        "which the painting is learned: larger means larger strokes (default: 352)",
    )


def _shipped_generator(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--generator",
        type=Path,
        default=asset("generators", "fast.onnx"),
        metavar="ONNX",
        help="of the style files (default: the one that comes with Plein Air)",
    )


def _strokes(command: argparse.ArgumentParser) -> None:
    _stroke_size(command)
    command.add_argument("--style-weight", type=_number, default=8.0, help="against content 1 (default: 8)")


def _loss_network(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--loss-network", type=Path, metavar="FILE", help="default: the published one, downloaded"
    )


def _content(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--content",
        type=Path,
        action="append",
        required=True,
        metavar="PLACE",
        help="a folder of photos or videos, or a video; can be given several times",
    )
    _loss_network(command)


def _running(command: argparse.ArgumentParser, steps: int, rate: float, photos: int, size: int = 192) -> None:
    add = command.add_argument
    add("--steps", type=_integer(1), default=steps, help=f"default: {steps}")
    add(
        "--size",
        type=_integer(SMALLEST),
        default=size,
        help=f"side of the crops in pixels (default: {size})",
    )
    add(
        "--photos-per-step",
        type=_integer(1),
        default=photos,
        metavar="N",
        help=f"of each process (default: {photos})",
    )
    add("--rate", type=_number, default=rate, help=f"peak learning rate (default: {rate})")
    add("--seed", type=_integer(0), default=1)
    add("--save-every", type=_number, default=180, metavar="SECONDS")
    add("--resume", action="store_true", help="go on from the checkpoint")
    add("--bf16", action="store_true", help="the generator computes in bfloat16 too, where it can")
    add("--compile", action="store_true", help="compile the generator (torch.compile)")
    add("--tensorboard", action="store_true", help="write logs for TensorBoard too")
    add("--json", action="store_true", help="tell everything as JSON, one object a line")


def _terms(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("--content-weight", type=_number, default=1.0)
    add("--face-weight", type=_number, default=1.0, help="how much the content of faces counts (default: 1)")
    add("--tone", type=_number, default=1.0, help="weight of keeping light light and dark dark")
    add(
        "--temporal",
        "--stillness",  # its name until 0.2
        type=_number,
        default=0.05,
        help="weight against flicker from noise and motion",
    )
    add("--smoothness", type=_number, default=0.02, help="weight of total variation")

"""Options that several commands share, and what they stand for."""

from __future__ import annotations

import argparse
import math
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pleinair.engine.files import GENERATORS, asset
from pleinair.engine.styles.controls import controls
from pleinair.training.losses.objective import LossWeights
from pleinair.training.optim.plan import Plan
from pleinair.training.optim.processes import join_processes
from pleinair.training.report import Report
from pleinair.training.session import SessionSettings, TrainingSession

MIN_SIZE = 32
"""Side in pixels below which the loss network sees next to nothing."""
MAX_OVERSAMPLING = 100


def integer(low: int) -> Callable[[str], int]:
    """A type of arguments: an integer of ``low`` or more."""

    def parse(text: str) -> int:
        if not text.isdecimal() or not low <= int(text) < 2**31:
            raise ArgumentTypeError(f"must be an integer of {low} or more, got '{text}'")
        return int(text)

    return parse


def number(text: str) -> float:
    """A type of arguments: a finite number of 0 or more."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value >= 0):
        raise ArgumentTypeError(f"must be a number of 0 or more, got '{text}'")
    return value


def oversampling(text: str) -> tuple[str, int]:
    """A type of arguments: a file name pattern and how many times as often it is drawn."""
    pattern, _, times = text.rpartition("=")
    if not pattern or not times.isdecimal() or not 1 <= int(times) <= MAX_OVERSAMPLING:
        raise ArgumentTypeError(
            f"must be a pattern and an integer from 1 to {MAX_OVERSAMPLING}, like 'face*=3', got '{text}'"
        )
    return pattern, int(times)


def add_json(parser: ArgumentParser) -> None:
    """How everything is reported."""
    parser.add_argument("--json", action="store_true", help="report everything as JSON, one object a line")


def add_out_folder(parser: ArgumentParser) -> None:
    """Where everything is written."""
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where everything is written")


def add_painting_list(parser: argparse._ActionsContainer, required: bool = False) -> None:
    """A list of paintings; its folder is an option of its own, as a group of alternatives takes only one."""
    parser.add_argument(
        "--paintings", type=Path, required=required, metavar="TOML", help="the list of paintings"
    )


def add_painting_folder(parser: ArgumentParser) -> None:
    """Where the paintings of a list lie."""
    parser.add_argument("--painting-folder", type=Path, metavar="DIR", help="default: the folder of the list")


def painting_folder(arguments: Namespace) -> Path:
    """Where the paintings of the list lie."""
    folder: Path = arguments.painting_folder or arguments.paintings.parent
    return folder


def add_previews(parser: ArgumentParser) -> None:
    """Photos that are painted at every save."""
    parser.add_argument(
        "--preview",
        type=Path,
        action="append",
        default=[],
        metavar="PHOTO",
        help="painted on a sheet at every save; can be given several times",
    )


def add_measured_photos(parser: ArgumentParser) -> None:
    """Photos to measure on."""
    parser.add_argument(
        "--photos", type=Path, nargs="+", required=True, help="to measure on; not those trained on"
    )


def add_assets(parser: ArgumentParser) -> None:
    """Photos, and the generator and the styles that paint them."""
    parser.add_argument("photos", type=Path, nargs="+")
    parser.add_argument("--assets", type=Path, default=Path("assets"), help="default: assets")
    parser.add_argument(
        "--generator",
        default=GENERATORS[0],
        metavar="NAME",
        help=f"of those in the assets (default: {GENERATORS[0]})",
    )


def add_generator_file(parser: ArgumentParser) -> None:
    """The generator that style files are made for."""
    parser.add_argument(
        "--generator",
        type=Path,
        default=asset("generators", "fast.onnx"),
        metavar="ONNX",
        help="of the style files (default: the one that comes with Plein Air)",
    )


def add_controls(parser: ArgumentParser) -> None:
    """Values of the styles' controls."""
    for control in controls().values():
        parser.add_argument(f"--{control.name}", type=float, metavar="N", help=control.help)


def control_values(arguments: Namespace) -> dict[str, float]:
    """Those that were given, by name."""
    found = {name: getattr(arguments, name) for name in controls()}
    return {name: value for name, value in found.items() if value is not None}


def add_stroke_size(parser: ArgumentParser) -> None:
    """The size at which a painting is learned."""
    parser.add_argument(
        "--stroke-size",
        type=integer(MIN_SIZE),
        default=352,
        metavar="N",
        help="short side in pixels at which the painting is learned: larger means larger strokes "
        "(default: 352)",
    )


def add_style_weight(parser: ArgumentParser) -> None:
    """The weight of the style loss."""
    parser.add_argument("--style-weight", type=number, default=8.0, help="against content 1 (default: 8)")


def add_loss_network(parser: ArgumentParser) -> None:
    """The weights of the loss network."""
    parser.add_argument(
        "--loss-network", type=Path, metavar="FILE", help="default: the published one, downloaded"
    )


def add_loss_weights(parser: ArgumentParser) -> None:
    """The weights of all terms beside the style loss."""
    add = parser.add_argument
    add("--content-weight", type=number, default=1.0)
    add("--face-weight", type=number, default=1.0, help="content loss within faces, times this (default: 1)")
    add("--tone", type=number, default=1.0, help="weight of keeping light parts light and dark parts dark")
    add(
        "--temporal",
        "--stillness",  # its name until 0.2
        type=number,
        default=0.05,
        help="weight of the temporal loss, against flicker from noise and motion",
    )
    add("--smoothness", type=number, default=0.02, help="weight of total variation")
    add(
        "--face-boxes",
        type=Path,
        metavar="JSON",
        help="where the faces are, photo by photo: {name: [[left, top, right, bottom], ...]}, in pixels, from the "
        "eyes to the mouth (default: they are sought)",
    )


def add_oversampling(parser: ArgumentParser) -> None:
    """Photos that are drawn more often."""
    parser.add_argument(
        "--oversample",
        "--favour",  # its name until 0.2
        type=oversampling,
        action="append",
        default=[],
        metavar="PATTERN=N",
        help="photos that are drawn N times as often, such as 'face*=3'; can be given several times",
    )


def add_training(parser: ArgumentParser, steps: int, photos: int, size: int = 192) -> None:
    """What to train on, how, and for how long."""
    add = parser.add_argument
    add(
        "--content",
        type=Path,
        action="append",
        required=True,
        metavar="PLACE",
        help="a folder of photos or videos, or a video; can be given several times",
    )
    add_loss_network(parser)
    add("--steps", type=integer(1), default=steps, help=f"default: {steps}")
    add(
        "--minutes",
        type=number,
        metavar="N",
        help="end after so long, even before the last step; the rate falls by the clock then",
    )
    add("--size", type=integer(MIN_SIZE), default=size, help=f"side of the crops in pixels (default: {size})")
    add(
        "--photos-per-step",
        type=integer(1),
        default=photos,
        metavar="N",
        help=f"of each process (default: {photos})",
    )
    add("--rate", type=number, default=2e-3, help="peak learning rate (default: 0.002)")
    add("--seed", type=integer(0), default=1)
    add("--save-every", type=number, default=180, metavar="SECONDS")
    add("--resume", action="store_true", help="continue from the checkpoint")
    add("--bf16", action="store_true", help="compute the generator in bfloat16 too, where possible")
    add("--compile", action="store_true", help="compile the generator (torch.compile)")
    add("--tensorboard", action="store_true", help="write logs for TensorBoard too")
    add_json(parser)


def plan_of(arguments: Namespace, log_every: int = 100, optimizer: str = "soap") -> Plan:
    """From the options of ``add_training``."""
    return Plan(
        steps=arguments.steps,
        seconds=None if arguments.minutes is None else 60 * arguments.minutes,
        rate=arguments.rate,
        seed=arguments.seed,
        save_every=arguments.save_every,
        log_every=log_every,
        resume=arguments.resume,
        optimizer=optimizer,
        bf16=arguments.bf16,
        compile=arguments.compile,
        tensorboard=arguments.tensorboard,
    )


def session_of(arguments: Namespace) -> SessionSettings:
    """From the options of ``add_training`` and ``add_loss_weights``."""
    return SessionSettings(
        content=arguments.content,
        size=arguments.size,
        photos=arguments.photos_per_step,
        plan=plan_of(arguments),
        weights=LossWeights(
            content=arguments.content_weight,
            face=arguments.face_weight,
            tone=arguments.tone,
            temporal=arguments.temporal,
            smoothness=arguments.smoothness,
        ),
        loss_network=arguments.loss_network,
        faces=arguments.face_boxes,
    )


@contextmanager
def open_session(settings: SessionSettings, as_json: bool) -> Iterator[TrainingSession]:
    """The session of this process; only the main one reports."""
    with join_processes() as processes:
        yield TrainingSession(settings, processes, Report(as_json, silent=not processes.is_main))

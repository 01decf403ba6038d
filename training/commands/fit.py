"""``python -m training fit``: learn a generator, and several styles at once or one from pairs."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from pleinair.engine.errors import UsageError
from pleinair.engine.frame import Paint
from pleinair.training.commands.options import (
    add_loss_weights,
    add_out_folder,
    add_oversampling,
    add_painting_folder,
    add_painting_list,
    add_previews,
    add_training,
    integer,
    open_session,
    painting_folder,
    session_of,
)
from pleinair.training.evaluation.sheet import contact_sheet
from pleinair.training.files.checkpoint import read_checkpoint
from pleinair.training.files.paintings import Painting, load_painting, read_list
from pleinair.training.files.publish import can_be_published, publish
from pleinair.training.generators import KINDS, NORMS, FineGenerator, StyledGenerator, build
from pleinair.training.losses.objective import Objective
from pleinair.training.losses.perceptual import STROKES
from pleinair.training.optim.run import TrainingRun
from pleinair.training.optim.starts import start_from
from pleinair.training.session import SessionSettings, TrainingSession, for_controls


@dataclass(frozen=True)
class FitSettings:
    """``generator``, ``norm`` and ``channels`` as for ``build``; None for the usual width. ``paintings``: the
    list of the styles, found in ``folder``; None in training by pairs. ``start``: the checkpoint whose weights it
    starts from, styles that this has not from neutral ones; None for fresh weights."""

    session: SessionSettings
    generator: str
    norm: str
    channels: int | None
    paintings: Path | None
    folder: Path | None
    out: Path
    start: Path | None = None


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the options."""
    what = parser.add_mutually_exclusive_group(required=True)
    add_painting_list(what)
    what.add_argument(
        "--pairs",
        type=Path,
        metavar="DIR",
        help="learn from pairs: painted versions of the photos in --content, under the same names",
    )
    add_painting_folder(parser)
    add_out_folder(parser)
    add_previews(parser)
    parser.add_argument(
        "--generator",
        choices=tuple(KINDS),
        default="fast",
        help="default: fast; the program paints with this one only",
    )
    parser.add_argument("--norm", choices=NORMS, default="instance", help="default: instance")
    parser.add_argument(
        "--channels",
        type=integer(2),
        help="width of the generator (default: fast 48, residual 32, texture 8 for each scale)",
    )
    parser.add_argument(
        "--styles-per-photo",
        "--looks",  # its name until 0.2
        type=integer(1),
        default=2,
        metavar="N",
        help="styles for each photo of a step (default: 2)",
    )
    parser.add_argument(
        "--start", type=Path, metavar="CHECKPOINT", help="start from its weights (default: from fresh ones)"
    )
    add_oversampling(parser)
    add_loss_weights(parser)
    add_training(parser, steps=10_000, photos=2)


def settings_of(arguments: Namespace) -> FitSettings:
    """Raises UsageError when the options contradict each other."""
    if arguments.channels is not None and arguments.generator == FineGenerator.kind:
        raise UsageError("The generator 'fine' has one width; leave out --channels.")
    if arguments.pairs and len(arguments.content) > 1:
        raise UsageError("--pairs works with one folder of photos; give --content once.")
    session = replace(
        session_of(arguments),
        previews=arguments.preview,
        painted=arguments.pairs,
        styles_per_photo=1 if arguments.pairs else arguments.styles_per_photo,
        oversampled=dict(arguments.oversample),
    )
    if KINDS[arguments.generator].controls and not arguments.pairs:
        session = replace(session, weights=for_controls(session.weights), resident=True)
    return FitSettings(
        session=session,
        generator=arguments.generator,
        norm=arguments.norm,
        channels=arguments.channels,
        paintings=arguments.paintings,
        folder=None if arguments.pairs else painting_folder(arguments),
        out=arguments.out,
        start=arguments.start,
    )


def run(arguments: Namespace) -> None:
    """Train, and publish what the program can paint with."""
    settings = settings_of(arguments)
    with open_session(settings.session, arguments.json) as session:
        path, finished = fit(settings, session)
        if session.processes.is_main and settings.session.previews:
            checkpoint = read_checkpoint(path)
            if can_be_published(checkpoint.model):
                trained = [(checkpoint.model, checkpoint.record)]
                for file in publish(trained, settings.out, settings.session.previews[0]):
                    session.report.event("wrote", f"Wrote {file}", file=str(file))
        session.report_end(finished, path, checkpoint=str(path))


def fit(settings: FitSettings, session: TrainingSession) -> tuple[Path, bool]:
    """Train until the plan's last step; returns the checkpoint's path and whether that was reached.

    Raises UsageError, TrainingError, LossNetworkError, CheckpointError, PictureError.
    """
    painted, previews = settings.session.painted, settings.session.previews
    if painted is not None:
        paintings = [Painting.of_pairs(painted.resolve().name)]
        objective: Objective = session.pairs()
    else:
        assert settings.paintings is not None and settings.folder is not None
        paintings = read_list(settings.paintings)
        factors = STROKES if KINDS[settings.generator].controls else (1.0,)
        pictures = [
            load_painting(painting, settings.folder, factor) for painting in paintings for factor in factors
        ]
        objective = session.perceptual(paintings, pictures)
    torch.manual_seed(settings.session.plan.seed)  # of the initial weights
    generator = build(settings.generator, settings.norm, settings.channels)
    model = StyledGenerator(generator, len(paintings))
    if settings.start is not None:
        start_from(settings.start, model, [painting.id for painting in paintings])
    training = session.run("fit", model, settings.out, paintings)

    def show(training: TrainingRun) -> None:
        if previews:
            painters: dict[str, Paint] = {"photo": lambda pixels: pixels}
            painters |= {
                painting.id: training.model.paint_function(n) for n, painting in enumerate(paintings)
            }
            contact_sheet(previews, painters, settings.out / "sheet.jpg")

    finished = session.train([training], objective, show)
    return training.checkpoint, finished

"""``python -m training refine``: give every style weights of its own, from what they learned together.

All styles are trained side by side on the same batches, so the photos' features are computed once for all.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass, replace
from pathlib import Path

from pleinair.engine.frame import Paint
from pleinair.training.commands.options import (
    add_generator_file,
    add_loss_weights,
    add_out_folder,
    add_oversampling,
    add_painting_folder,
    add_painting_list,
    add_previews,
    add_training,
    open_session,
    painting_folder,
    session_of,
)
from pleinair.training.evaluation.sheet import contact_sheet
from pleinair.training.files.paintings import load_painting, read_list
from pleinair.training.generators import StyledGenerator, build
from pleinair.training.losses.perceptual import Perceptual
from pleinair.training.optim.run import TrainingRun
from pleinair.training.optim.starts import nearest, read_styles
from pleinair.training.session import SessionSettings, TrainingSession


@dataclass(frozen=True)
class RefineSettings:
    """``starts``: checkpoints, or style files for the generator in the file ``generator``.

    A style starts from the first of them that has it, and otherwise from the style that paints it best. A
    painting's own temporal weight takes precedence over the session's.
    """

    session: SessionSettings
    starts: list[Path]
    generator: Path
    paintings: Path
    folder: Path
    out: Path


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "starts",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="checkpoints or styles to start from; a style starts from the first that has it",
    )
    add_generator_file(parser)
    add_painting_list(parser, required=True)
    add_painting_folder(parser)
    add_out_folder(parser)
    add_previews(parser)
    add_oversampling(parser)
    add_loss_weights(parser)
    add_training(parser, steps=2000, photos=1, size=272)


def settings_of(arguments: Namespace) -> RefineSettings:
    """From the options."""
    session = session_of(arguments)
    return RefineSettings(
        session=replace(session, previews=arguments.preview, oversampled=dict(arguments.oversample)),
        starts=arguments.starts,
        generator=arguments.generator,
        paintings=arguments.paintings,
        folder=painting_folder(arguments),
        out=arguments.out,
    )


def run(arguments: Namespace) -> None:
    """Train all styles of the list."""
    settings = settings_of(arguments)
    with open_session(settings.session, arguments.json) as session:
        session.report_end(refine(settings, session), settings.out, out=str(settings.out))


def refine(settings: RefineSettings, session: TrainingSession) -> bool:
    """Train until the plan's last step, with a checkpoint for each style; returns whether that was reached.

    Raises UsageError, TrainingError, LossNetworkError, CheckpointError, StyleFileError, GeneratorError,
    PictureError.
    """
    paintings = read_list(settings.paintings)
    pictures = [load_painting(painting, settings.folder) for painting in paintings]
    known = [style for start in settings.starts for style in read_styles(start, settings.generator)]
    runs: list[TrainingRun] = []
    objectives: list[Perceptual] = []
    for painting, picture in zip(paintings, pictures, strict=True):
        weights = settings.session.weights
        if painting.temporal is not None:
            weights = replace(weights, temporal=painting.temporal)
        objective = session.perceptual([painting], [picture], weights)
        own = [style for style in known if style[0] == painting.id]
        name, model = own[0] if own else nearest(known, objective, session.processes)
        if not own:
            message = f"{painting.id} starts from {name}, the nearest style."
            session.report.event("start", message, style=name)
        copied = StyledGenerator(build(**model.generator.config), 1)
        copied.load_state_dict(model.state_dict())
        folder = settings.out / painting.id
        runs.append(session.run(painting.id, copied, folder, [painting], objective))
        objectives.append(objective)

    def show(training: TrainingRun) -> None:
        if settings.session.previews and training is runs[-1]:
            painters: dict[str, Paint] = {"photo": lambda pixels: pixels}
            painters |= {one.name: one.model.paint_function(0) for one in runs}
            contact_sheet(settings.session.previews, painters, settings.out / "sheet.jpg")

    # Its batches hold what all others need: with a temporal weight of 0, there is no motion.
    most_temporal = max(objectives, key=lambda one: one.weights.temporal)
    return session.train(runs, most_temporal, show)

"""``python -m training compare``: the claim of arXiv:1607.08022, reproduced.

Both generators of the paper with both norms learn the same painting from the same crops in the same steps,
starting from the same weights. They are measured beside the iterative method on photos that none of them
was trained on. Photos are taken as they are, without noise.

Deviation: beside content and style there is the tone loss (see ``losses.terms``). With the papers' two terms
alone, at these weights, 450 steps painted a fine texture in which no photo could be recognised.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from pleinair.engine.errors import UsageError
from pleinair.engine.frame import Paint
from pleinair.engine.sinks import write_picture
from pleinair.training.commands.options import (
    add_measured_photos,
    add_out_folder,
    add_stroke_size,
    add_style_weight,
    add_training,
    integer,
    open_session,
    plan_of,
)
from pleinair.training.data.content import Photo, find_content
from pleinair.training.data.pictures import flip_channels, resize_short_side
from pleinair.training.evaluation.baseline import IterativeBaseline
from pleinair.training.evaluation.curves import loss_curves
from pleinair.training.evaluation.measurement import MeasurePlan, measure
from pleinair.training.evaluation.metrics import with_brightnesses, with_contrasts
from pleinair.training.evaluation.reporting import report_measurement
from pleinair.training.evaluation.sheet import picture_grid
from pleinair.training.evaluation.tables import table_rows, write_tables
from pleinair.training.files.loss_log import read_log
from pleinair.training.files.paintings import Painting, load_painting
from pleinair.training.generators import NORMS, StyledGenerator, build
from pleinair.training.losses.objective import LossWeights
from pleinair.training.optim.run import TrainingRun
from pleinair.training.session import SessionSettings, TrainingSession

GENERATORS = ("texture", "residual")
WEIGHTS = LossWeights(content=1.0, tone=1.0, temporal=0.0, smoothness=0.0)


@dataclass(frozen=True)
class CompareSettings:
    """``photos``: to measure on, not those trained on; ``channels``: width of the residual generator, the
    texture network gets half of it for each of its scales."""

    session: SessionSettings
    paintings: list[Painting]
    photos: list[Path]
    channels: int
    measure: MeasurePlan
    out: Path


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("paintings", type=Path, nargs="+", metavar="PAINTING")
    add_measured_photos(parser)
    add_out_folder(parser)
    parser.add_argument(
        "--channels",
        type=integer(2),
        default=16,
        help="of the residual generator; the texture network gets half for each of its scales (default: 16)",
    )
    parser.add_argument(
        "--iterations", type=integer(1), default=200, help="of the iterative method (default: 200)"
    )
    add_stroke_size(parser)
    add_style_weight(parser)
    add_training(parser, steps=1500, photos=4)


def settings_of(arguments: Namespace) -> CompareSettings:
    """From the options."""
    size, weight = arguments.stroke_size, arguments.style_weight
    return CompareSettings(
        session=SessionSettings(
            content=arguments.content,
            size=arguments.size,
            photos=arguments.photos_per_step,
            plan=plan_of(arguments, log_every=10, optimizer="adam"),  # as the papers
            weights=WEIGHTS,
            loss_network=arguments.loss_network,
            vary=False,
        ),
        paintings=[Painting.of_file(path, size, weight) for path in arguments.paintings],
        photos=arguments.photos,
        channels=arguments.channels,
        measure=MeasurePlan(arguments.iterations),
        out=arguments.out,
    )


def run(arguments: Namespace) -> None:
    """Train, measure, and write tables and figures."""
    settings = settings_of(arguments)
    with open_session(settings.session, arguments.json) as session:
        for path in compare(settings, session):
            session.report.event("wrote", f"Wrote {path}", file=str(path))


def compare(settings: CompareSettings, session: TrainingSession) -> list[Path]:
    """Train, measure, and write tables and figures to ``settings.out``; returns what was written.

    A run that was stopped continues with ``plan.resume``. Raises UsageError, TrainingError,
    LossNetworkError, CheckpointError, PictureError.
    """
    names = [painting.id for painting in settings.paintings]
    if len(set(names)) < len(names):
        raise UsageError("Two paintings have the same file name; rename one of them.")
    photos = find_content(settings.photos).photos
    pictures = [load_painting(painting, Path()) for painting in settings.paintings]
    trained = []
    for painting, picture in zip(settings.paintings, pictures, strict=True):
        runs = _runs(settings, painting, session)
        if not session.train(runs, session.perceptual([painting], [picture])):
            session.report.event("stopped", "Stopped; --resume continues from here.")
            return []
        trained.append(runs)
    if not session.processes.is_main:
        return []
    rows: list[dict[str, Any]] = []
    written = []
    for painting, picture, runs in zip(settings.paintings, pictures, trained, strict=True):
        folder = settings.out / painting.id
        painters = {one.name: one.model.paint_function(0) for one in runs}
        baseline = IterativeBaseline(session.loss_network, picture)
        measurement = measure(painters, baseline, photos, {}, settings.measure, None, session.report)
        columns = ["photo", f"iterative, {settings.measure.iterations} steps", *painters]
        write_picture(folder / "pictures.jpg", picture_grid(columns, measurement.pictures))
        report_measurement(measurement, session.report)
        rows += table_rows(painting.id, runs, measurement)
        _draw_curves(painting, runs, folder / "curves.png")
        _contrast_grid(painters, photos[0], settings.measure.loss_size, folder / "contrast.jpg")
        written += [folder / name for name in ("pictures.jpg", "curves.png", "contrast.jpg")]
    return written + write_tables(rows, settings.out)


def _runs(settings: CompareSettings, painting: Painting, session: TrainingSession) -> list[TrainingRun]:
    """{texture, residual} x {instance, batch}, to be trained side by side on one painting."""
    runs = []
    for kind in GENERATORS:
        for norm in NORMS:
            torch.manual_seed(settings.session.plan.seed)  # the same initial weights with either norm
            width = settings.channels if kind == "residual" else settings.channels // 2
            model, name = StyledGenerator(build(kind, norm, width), 1), f"{kind}-{norm}"
            runs.append(session.run(name, model, settings.out / painting.id / name, [painting]))
    return runs


def _draw_curves(painting: Painting, runs: list[TrainingRun], out: Path) -> None:
    """The losses in training, without the tone loss, which the papers do not have."""
    weight = painting.style_weight
    curves = {
        one.name: {
            step: losses["content"] + weight * losses["style"]
            for step, losses in read_log(one.folder).items()
        }
        for one in runs
    }
    loss_curves(curves, out, f"{painting.title}: content + {weight:g} x style")


def _contrast_grid(painters: Mapping[str, Paint], photo: Photo, size: int, out: Path) -> None:
    """A photo at several contrasts and brightnesses, and what each generator makes of it."""
    pixels = flip_channels(resize_short_side(photo.read(), size))
    variants = [pixels, *with_contrasts(pixels), *with_brightnesses(pixels)]
    rows = [[variant, *(paint(variant) for paint in painters.values())] for variant in variants]
    write_picture(out, picture_grid(["photo", *painters], rows))

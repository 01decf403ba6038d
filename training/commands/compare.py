"""``python -m training compare``: the claim of arXiv:1607.08022, reproduced.

Both generators of the paper with both norms learn the same painting from the same crops in the
same steps, starting from the same weights; the iterative method is the baseline on photos that none
of them was trained on. Photos are taken as they are, without noise.

Deviation: beside content and style there is the term for tone (see ``losses``). With the papers' two alone,
at these weights, 450 steps painted a fine texture in which no photo could be recognised.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from pleinair.engine.errors import UsageError
from pleinair.engine.frame import Paint
from pleinair.engine.sinks import write_picture
from pleinair.training.commands.fit import require_size, tell_content, tell_skipped, training_record
from pleinair.training.data.photos import Photo, PhotoCrops, find_content, resize_short_side
from pleinair.training.evaluation.baseline import SHORT_SIDE, IterativeBaseline
from pleinair.training.evaluation.curves import loss_curves
from pleinair.training.evaluation.measurement import measure, tell_measured
from pleinair.training.evaluation.metrics import with_brightnesses, with_contrasts
from pleinair.training.evaluation.sheet import picture_grid
from pleinair.training.evaluation.tables import table_rows, write_tables
from pleinair.training.files.paintings import Painting, load_painting
from pleinair.training.files.publish import paint_with
from pleinair.training.generators import NORMS, StyledGenerator, build
from pleinair.training.losses.objective import BatchLayout, LossWeights, Perceptual
from pleinair.training.losses.targets import open_loss_network, style_targets
from pleinair.training.optim.loop import Plan, Trainee, train
from pleinair.training.optim.processes import Processes
from pleinair.training.report import Report, read_log

GENERATORS = ("texture", "residual")
WEIGHTS = LossWeights(content=1.0, tone=1.0, temporal=0.0, smoothness=0.0)


@dataclass(frozen=True)
class CompareSettings:
    """What ``compare`` was asked to do.

    ``photos``: to measure on, not trained on; ``channels``: width of the residual generator, the texture
    network gets half of it for each of its scales; ``iterations`` of the iterative method.
    """

    paintings: list[Painting]
    content: list[Path]
    photos: list[Path]
    out: Path
    plan: Plan
    size: int
    batch: int
    channels: int
    iterations: int
    loss_network: Path | None


def train_all(
    settings: CompareSettings, painting: Painting, processes: Processes, report: Report
) -> list[Trainee]:
    """Train {texture, residual} x {instance, batch} side by side on one painting.

    Raises UsageError, TrainingError, LossNetworkError, CheckpointError.
    """
    content = find_content(settings.content)
    tell_content(content, report)
    before = len(content.broken)
    network = open_loss_network(settings.loss_network, processes.device)
    targets = style_targets(network, [load_painting(painting, Path())], processes.device)
    layout = BatchLayout(settings.batch, 1, processes)
    crops = PhotoCrops(content, settings.size, settings.plan.seed, vary=False)
    weights = torch.tensor([painting.style_weight], device=processes.device)
    objective = Perceptual(network, targets, weights, WEIGHTS, crops, layout)
    trainees = []
    for kind in GENERATORS:
        for norm in NORMS:
            torch.manual_seed(settings.plan.seed)  # the same first weights with either norm
            width = settings.channels if kind == "residual" else settings.channels // 2
            model = StyledGenerator(build(kind, norm, width), 1)
            require_size(model.generator, settings.size)
            record = {
                "styles": [painting.id],
                "paintings": [asdict(painting)],
                **training_record(settings.plan, WEIGHTS, settings.size, layout),
            }
            name = f"{kind}-{norm}"
            trainees.append(Trainee(name, model, settings.out / painting.id / name, record))
    train(trainees, objective, settings.plan, processes, report)
    tell_skipped(content.broken[before:], report)
    return trainees


def compare(settings: CompareSettings, processes: Processes, report: Report) -> list[Path]:
    """Train, measure, and write tables and figures to ``settings.out``; returns what was written.

    A run that was stopped goes on with ``plan.resume``. Raises UsageError, TrainingError,
    LossNetworkError, CheckpointError, PictureError.
    """
    names = [painting.id for painting in settings.paintings]
    if len(set(names)) < len(names):
        raise UsageError("Two paintings have the same file name; rename one of them.")
    photos = find_content(settings.photos).photos
    for painting in settings.paintings:
        load_painting(painting, Path())  # better now than after the training
    trained = []
    for painting in settings.paintings:
        trained.append(train_all(settings, painting, processes, report))
        if any(trainee.step < settings.plan.steps for trainee in trained[-1]):
            report.tell("stopped", "Stopped; --resume goes on from here.")
            return []
    if not processes.is_main:
        return []
    rows: list[dict[str, Any]] = []
    written = []
    network = open_loss_network(settings.loss_network, processes.device)
    for painting, trainees in zip(settings.paintings, trained, strict=True):
        folder = settings.out / painting.id
        painters = {trainee.name: paint_with(trainee.model, 0) for trainee in trainees}
        baseline = IterativeBaseline(network, load_painting(painting, Path()))
        sheet = folder / "pictures.jpg"
        measurement = measure(painters, baseline, photos, {}, settings.iterations, None, report)
        columns = ["photo", f"iterative, {settings.iterations} steps", *painters]
        write_picture(sheet, picture_grid(columns, measurement.pictures))
        tell_measured(measurement, report)
        rows += table_rows(painting.id, trainees, measurement)
        weight = painting.style_weight
        curves = {
            trainee.name: {
                step: losses["content"] + weight * losses["style"]
                for step, losses in read_log(trainee.folder).items()
            }
            for trainee in trainees
        }
        loss_curves(curves, folder / "curves.png", f"{painting.title}: content + {weight:g} x style")
        _contrast_grid(painters, photos[0], folder / "contrast.jpg")
        written += [sheet, folder / "curves.png", folder / "contrast.jpg"]
    return written + write_tables(rows, settings.out)


def _contrast_grid(painters: dict[str, Paint], photo: Photo, out: Path) -> None:
    """A photo at several contrasts and brightnesses, and what each generator makes of it."""
    pixels = resize_short_side(photo.read(), SHORT_SIDE)
    pixels = np.ascontiguousarray(pixels[:, :, ::-1])
    variants = [pixels, *with_contrasts(pixels), *with_brightnesses(pixels)]
    rows = [[variant, *(paint(variant) for paint in painters.values())] for variant in variants]
    write_picture(out, picture_grid(["photo", *painters], rows))

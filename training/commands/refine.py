"""``python -m training refine``: give every style weights of its own, from what they learned together.

All styles are trained side by side on the same batches, so the photos' features are computed once for all.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch

from pleinair.engine.frame import Paint
from pleinair.training.commands.fit import (
    crops_for,
    require_size,
    tell_content,
    tell_skipped,
    training_record,
)
from pleinair.training.data.photos import find_content, oversample, read_picture
from pleinair.training.evaluation.sheet import contact_sheet
from pleinair.training.files.checkpoint import read_checkpoint
from pleinair.training.files.paintings import load_painting, read_list
from pleinair.training.files.publish import paint_with
from pleinair.training.files.shipped import is_style, model_of_style, read_generator, read_style_for
from pleinair.training.generators import StyledGenerator, build
from pleinair.training.losses.objective import BatchLayout, LossWeights, Perceptual
from pleinair.training.losses.targets import open_loss_network, style_targets
from pleinair.training.optim.loop import Plan, Trainee, train
from pleinair.training.optim.processes import Processes
from pleinair.training.report import Report


@dataclass(frozen=True)
class RefineSettings:
    """What ``refine`` was asked to do.

    ``starts``: checkpoints, or style files for the generator in the file ``generator``; a style begins from
    the first one that has it, and otherwise from that style of any of them which paints it best. A
    painting's own ``temporal`` weight goes before that of ``weights``. ``oversampled``: see ``oversample``.
    All else as for ``fit``.
    """

    starts: list[Path]
    generator: Path
    paintings: Path
    painting_folder: Path | None
    content: list[Path]
    oversampled: dict[str, int]
    out: Path
    plan: Plan
    weights: LossWeights
    loss_network: Path | None
    preview: list[Path]
    size: int
    photos: int


def refine(settings: RefineSettings, processes: Processes, report: Report) -> bool:
    """Train until the plan's last step, with a checkpoint for each style; returns whether that was reached.

    Raises UsageError, TrainingError, LossNetworkError, CheckpointError, StyleFileError, GeneratorError,
    PictureError.
    """
    layout = BatchLayout(settings.photos, 1, processes)
    for photo in settings.preview:
        read_picture(photo)  # better now than after the first minutes
    paintings = read_list(settings.paintings)
    folder = settings.painting_folder or settings.paintings.parent
    pictures = [load_painting(painting, folder) for painting in paintings]
    known = [style for start in settings.starts for style in _styles_of(start, settings.generator)]
    content = find_content(settings.content)
    oversample(content, settings.oversampled)
    tell_content(content, report)
    before = len(content.broken)
    crops = crops_for(content, settings.size, settings.plan.seed, settings.weights)
    network = open_loss_network(settings.loss_network, processes.device)
    trainees, objectives = [], []
    for painting, picture in zip(paintings, pictures, strict=True):
        weights = settings.weights
        if painting.temporal is not None:
            weights = replace(weights, temporal=painting.temporal)
        objective = Perceptual(
            network,
            style_targets(network, [picture], processes.device),
            torch.tensor([painting.style_weight], device=processes.device),
            weights,
            crops,
            layout,
        )
        objectives.append(objective)
        own = [style for style in known if style[0] == painting.id]
        name, model = own[0] if own else nearest(known, objective, processes)
        if not own:
            report.tell("start", f"{painting.id} starts from {name}, which is nearest.", style=name)
        require_size(model.generator, settings.size)
        record = {
            "styles": [painting.id],
            "paintings": [asdict(painting)],
            **training_record(settings.plan, weights, settings.size, layout),
        }
        copied = StyledGenerator(build(**model.generator.config), 1)
        copied.load_state_dict(model.state_dict())
        trainees.append(Trainee(painting.id, copied, settings.out / painting.id, record, objective=objective))

    def show(trainee: Trainee) -> None:
        if settings.preview and trainee is trainees[-1]:
            painters: dict[str, Paint] = {"photo": lambda pixels: pixels}
            painters |= {one.name: paint_with(one.model, 0) for one in trainees}
            contact_sheet(settings.preview, painters, settings.out / "sheet.jpg")

    most_temporal = max(objectives, key=lambda one: one.weights.temporal)  # its batches have what all need
    finished = train(trainees, most_temporal, settings.plan, processes, report, show)
    tell_skipped(content.broken[before:], report)
    return finished


def nearest(
    known: Sequence[tuple[str, StyledGenerator]], objective: Perceptual, processes: Processes
) -> tuple[str, StyledGenerator]:
    """Of painters of one style each, by name, the one with the least loss on the first photos."""
    batch = objective.prepare(objective.batch(0))
    best, least = known[0], math.inf
    for style in known:
        model = style[1].to(processes.device)
        with torch.no_grad():
            (loss,) = processes.mean([float(objective.losses(model, batch)["total"])])
        if loss < least:
            best, least = style, loss
    return best


def _styles_of(start: Path, generator: Path) -> list[tuple[str, StyledGenerator]]:
    """A model of its own for each style of a checkpoint, or for that of a style file, by the style's id."""
    if is_style(start):
        found = read_generator(generator)
        style = read_style_for(start, found.digest, generator)
        return [(style.id, model_of_style(found.config, style))]
    model, _, record = read_checkpoint(start)
    return [(str(name), model.only(number)) for number, name in enumerate(record["styles"])]

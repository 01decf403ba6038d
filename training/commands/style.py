"""``python -m training style``: learn one more painting in minutes, from the style that is nearest."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from pleinair.engine.errors import UsageError
from pleinair.engine.sinks import write_picture
from pleinair.engine.styles import SUFFIX, read_library, write_style
from pleinair.training.commands.fit import (
    crops_for,
    require_size,
    tell_content,
    tell_skipped,
    training_record,
)
from pleinair.training.commands.refine import nearest
from pleinair.training.data.photos import find_content
from pleinair.training.files.checkpoint import CHECKPOINT
from pleinair.training.files.paintings import Painting, is_grey, load_painting
from pleinair.training.files.publish import paint_with, preview_sample, trained_style
from pleinair.training.files.shipped import model_of_style, read_generator
from pleinair.training.generators import StyledGenerator, build
from pleinair.training.losses.objective import BatchLayout, LossWeights, Perceptual
from pleinair.training.losses.targets import open_loss_network, style_targets
from pleinair.training.optim.loop import Plan, Trainee, train
from pleinair.training.optim.processes import Processes
from pleinair.training.report import Report


@dataclass(frozen=True)
class StyleSettings:
    """What ``style`` was asked to do.

    ``out``: the style file; all else lies in the folder beside it, ``NAME.training``. ``preview``: a
    photo to be painted whenever the style is saved.
    """

    painting: Painting
    content: list[Path]
    out: Path
    plan: Plan
    weights: LossWeights
    generator: Path
    loss_network: Path | None
    preview: Path | None
    size: int
    photos: int

    @property
    def folder(self) -> Path:
        """Checkpoint, log and preview."""
        return self.out.with_suffix(".training")


def teach(settings: StyleSettings, processes: Processes, report: Report) -> bool:
    """Learn one style; True when all steps were made, False when a person stopped it.

    The style file is written at every save, so there is one to use at any time after the first.
    Raises TrainingError, LossNetworkError, CheckpointError, GeneratorError, StyleFileError, UsageError.
    """
    if settings.out.suffix != SUFFIX:
        raise UsageError(f"A style file ends in {SUFFIX}; write --out my-style{SUFFIX}.")
    painting = load_painting(settings.painting, Path())
    if is_grey(painting):
        report.tell(
            "grey-painting",
            f"{settings.painting.file} is grey, and so will the pictures be; turn on 'Keep colours' to "
            "paint with the colours of the camera's picture.",
        )
    content = find_content(settings.content)
    tell_content(content, report)
    before = len(content.broken)
    generator = read_generator(settings.generator)
    network = open_loss_network(settings.loss_network, processes.device)
    layout = BatchLayout(settings.photos, 1, processes)
    objective = Perceptual(
        network,
        style_targets(network, [painting], processes.device),
        torch.tensor([settings.painting.style_weight], device=processes.device),
        settings.weights,
        crops_for(content, settings.size, settings.plan.seed, settings.weights),
        layout,
    )
    model = StyledGenerator(build(**generator.config), 1)
    if not (settings.plan.resume and (settings.folder / CHECKPOINT).exists()):
        folder = settings.generator.parent.parent / "styles"  # as ``publish`` writes them
        known = read_library([folder], generator.digest, generator.vector_size).styles.values()
        if known:
            styles = [(style.id, model_of_style(generator.config, style)) for style in known]
            name, model = nearest(styles, objective, processes)
            report.tell("start", f"Starts from '{name}', which is nearest.", style=name)
    require_size(model.generator, settings.size)
    record = {
        "styles": [settings.painting.id],
        "paintings": [asdict(settings.painting)],
        **training_record(settings.plan, settings.weights, settings.size, layout),
    }
    trainee = Trainee("style", model, settings.folder, record)
    sample = preview_sample(settings.preview)

    def write(trainee: Trainee) -> None:
        painted = paint_with(model, 0)(sample)
        write_style(settings.out, trained_style(model, record, 0, generator.digest, painted))
        picture = settings.folder / "preview.jpg"
        write_picture(picture, painted)
        report.tell(
            "saved",
            f"Saved {settings.out} after {trainee.step} steps; {picture} shows it.",
            step=trainee.step,
            style=str(settings.out),
            preview=str(picture),
        )

    finished = train([trainee], objective, settings.plan, processes, report, write)
    tell_skipped(content.broken[before:], report)
    return finished

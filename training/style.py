"""``python -m training style``: teach the generator one more painting in minutes.

The convolutions stay as they are; only the scales and shifts of the norms are learned (Dumoulin,
Shlens, Kudlur, arXiv:1610.07629: 5,000 steps instead of 40,000). With ``full`` all weights are.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from engine.errors import UsageError
from engine.sinks import write_picture
from engine.styles import SUFFIX, read_library, write_style
from training.checkpoint import Painter
from training.fit import require_size, tell_content, tell_skipped, training_record
from training.loop import Plan, Trainee, train
from training.objective import LossWeights, Perceptual, Share
from training.paintings import Painting, is_grey, load_painting
from training.photos import PhotoCrops, find_content
from training.processes import Processes
from training.publish import painter_of, preview_sample, publish_generator, trained_style
from training.report import Report
from training.shipped import read_generator
from training.targets import open_loss_network, style_targets


@dataclass(frozen=True)
class StyleSettings:
    """What ``style`` was asked to do.

    ``out``: the style file; all else lies in the folder beside it, ``NAME.training``. ``preview``: a
    photo to be painted whenever the style is saved. ``full``: learn all weights; the new generator
    is then written beside the style, as ``NAME.onnx``.
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
    full: bool

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
    if settings.full and settings.out.with_suffix(".onnx").resolve() == settings.generator.resolve():
        raise UsageError(f"{settings.generator} would be replaced by what is learned; choose another --out.")
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
    generator, digest = read_generator(settings.generator)
    network = open_loss_network(settings.loss_network, processes.device)
    share = Share(settings.photos, 1, processes)
    objective = Perceptual(
        network,
        style_targets(network, [painting], processes.device),
        torch.tensor([settings.painting.style_weight], device=processes.device),
        settings.weights,
        PhotoCrops(content, settings.size, settings.plan.seed),
        share,
    )
    require_size(generator, settings.size)
    painter = Painter(generator, 1)
    generator.requires_grad_(settings.full)
    record = {
        "styles": [settings.painting.id],
        "paintings": [asdict(settings.painting)],
        "generator": f"{digest[:12]} ({settings.generator.name})",
        "full": settings.full,
        **training_record(settings.plan, settings.weights, settings.size, share),
    }
    matches = ("generator", "full", "styles")
    trainee = Trainee("style", painter, settings.folder, record, matches)
    if not (settings.plan.resume and trainee.checkpoint.exists()):
        beside = settings.generator.parent  # as `fit` writes them, or as `--full` does
        folders = [beside.parent / "styles", beside]
        known = read_library(folders, digest, generator.style_size).styles
        vectors = {name: torch.from_numpy(style.vector.copy()) for name, style in known.items()}
        _start_from_nearest(painter, vectors, objective, processes, report)
    sample = preview_sample(settings.preview)

    def write(trainee: Trainee) -> None:
        made_for = digest
        if settings.full:
            made_for = publish_generator(painter, settings.out.with_suffix(".onnx"))
        painted = painter_of(painter, 0)(sample)
        write_style(settings.out, trained_style(painter, record, 0, made_for, painted))
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


def _start_from_nearest(
    painter: Painter,
    vectors: dict[str, torch.Tensor],
    objective: Perceptual,
    processes: Processes,
    report: Report,
) -> None:
    """Start from the known style with the least loss on the first photos: half of the way is made then."""
    batch = objective.prepare(objective.batch(0))
    painter.to(processes.device)
    best, least = "", math.inf
    for name, vector in vectors.items():
        with torch.no_grad():
            painter.styles.copy_(vector[None])
            (loss,) = processes.mean([float(objective.losses(painter, batch)["total"])])
        if loss < least:
            best, least = name, loss
    if best:
        with torch.no_grad():
            painter.styles.copy_(vectors[best][None])
        report.tell("start", f"Starts from '{best}', which is nearest.", style=best)

"""``python -m training fit``: learn a generator, and several styles at once or one from pairs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from pleinair.engine.errors import UsageError
from pleinair.engine.frame import Paint
from pleinair.training.data.faces import FaceMasks, open_detector
from pleinair.training.data.photos import FEW, Content, PhotoCrops, find_content, find_pairs, read_picture
from pleinair.training.evaluation.sheet import contact_sheet
from pleinair.training.files.paintings import Painting, load_painting, read_list
from pleinair.training.files.publish import paint_with
from pleinair.training.generators import Generator, StyledGenerator, build
from pleinair.training.losses.objective import BatchLayout, LossWeights, Objective, Pairs, Perceptual
from pleinair.training.losses.targets import open_loss_network, style_targets
from pleinair.training.optim.loop import Plan, Trainee, train
from pleinair.training.optim.processes import Processes
from pleinair.training.report import Report


@dataclass(frozen=True)
class FitSettings:
    """What ``fit`` was asked to do.

    ``painted``: the folder of painted versions, for training by pairs, with one folder of photos;
    without it ``paintings`` is the list of the styles, found in ``painting_folder``. ``size``: side of the
    crops in pixels; ``photos`` in a step of each process, and ``styles_per_photo``, styles for each of them.
    ``generator``, ``norm`` and ``channels`` as for ``build``; None for the usual width.
    """

    generator: str
    norm: str
    channels: int | None
    content: list[Path]
    out: Path
    plan: Plan
    weights: LossWeights
    paintings: Path | None
    painting_folder: Path | None
    painted: Path | None
    loss_network: Path | None
    preview: list[Path]
    size: int
    photos: int
    styles_per_photo: int


def tell_content(content: Content, report: Report) -> None:
    """Say when there are too few photos, and which files were left out."""
    if len(content.photos) < FEW:
        report.tell(
            "few-photos",
            f"Only {len(content.photos)} photos: the styles may not carry over to other pictures. "
            "1,000 are better; add a folder or a video with --content.",
            photos=len(content.photos),
        )
    tell_skipped(content.broken, report)


def tell_skipped(broken: list[str], report: Report) -> None:
    """Name the files that cannot be read, and count them."""
    if broken:
        report.tell(
            "skipped",
            f"Skipped {len(broken)} that cannot be read: {', '.join(broken)}.",
            files=broken,
        )


def fit(settings: FitSettings, processes: Processes, report: Report) -> tuple[Path, bool]:
    """Train until the plan's last step; returns the checkpoint's path and whether that was reached.

    Raises UsageError, TrainingError, LossNetworkError, CheckpointError, PictureError.
    """
    layout = BatchLayout(settings.photos, settings.styles_per_photo, processes)
    for photo in settings.preview:
        read_picture(photo)  # better now than after the first minutes
    if settings.painted is not None:
        content = find_pairs(settings.content[0], settings.painted)
        name = settings.painted.resolve().name
        paintings = [Painting.of_pairs(name)]
        crops = PhotoCrops(content, settings.size, settings.plan.seed)
        objective: Objective = Pairs(crops, layout)
    else:
        assert settings.paintings is not None
        paintings = read_list(settings.paintings)
        folder = settings.painting_folder or settings.paintings.parent
        content = find_content(settings.content)
        crops = crops_for(content, settings.size, settings.plan.seed, settings.weights)
        network = open_loss_network(settings.loss_network, processes.device)
        targets = style_targets(network, [load_painting(p, folder) for p in paintings], processes.device)
        style_weights = torch.tensor([p.style_weight for p in paintings], device=processes.device)
        objective = Perceptual(network, targets, style_weights, settings.weights, crops, layout)
    before = len(content.broken)
    tell_content(content, report)
    record = {
        "styles": [p.id for p in paintings],
        "paintings": [asdict(p) for p in paintings],
        **training_record(
            settings.plan, None if settings.painted else settings.weights, settings.size, layout
        ),
    }
    torch.manual_seed(settings.plan.seed)  # the first weights
    generator = build(settings.generator, settings.norm, settings.channels)
    require_size(generator, settings.size)
    trainee = Trainee("fit", StyledGenerator(generator, len(paintings)), settings.out, record)

    def show(trainee: Trainee) -> None:
        if settings.preview:
            _sheet(trainee.model, record, settings.preview, settings.out / "sheet.jpg")

    finished = train([trainee], objective, settings.plan, processes, report, show)
    tell_skipped(content.broken[before:], report)
    return trainee.checkpoint, finished


def crops_for(content: Content, size: int, seed: int, weights: LossWeights) -> PhotoCrops:
    """Crops for the losses with these weights, with masks where faces count for more.

    Raises TrainingError when the detector for that is not installed.
    """
    masks = FaceMasks(open_detector()) if weights.face > 1 else None
    return PhotoCrops(content, size, seed, masks=masks)


def require_size(generator: Generator, size: int) -> None:
    """Raise UsageError for crops that are too small for the generator."""
    if size < generator.smallest:
        raise UsageError(f"The {generator.kind} generator needs --size {generator.smallest} or more.")


def training_record(
    plan: Plan, weights: LossWeights | None, size: int, layout: BatchLayout
) -> dict[str, Any]:
    """What a checkpoint and a style file tell of how they were made; pairs have no ``weights``."""
    record = {
        "size": size,
        "batch": layout.pictures,
        "planned_steps": plan.steps,
        "rate": plan.rate,
        "seed": plan.seed,
    }
    if weights is None:
        return record
    return record | {
        "content_weight": weights.content,
        "face_weight": weights.face,
        "tone": weights.tone,
        "temporal": weights.temporal,
        "smoothness": weights.smoothness,
    }


def _sheet(model: StyledGenerator, record: dict[str, Any], photos: list[Path], out: Path) -> None:
    """Show how far training is."""
    painters: dict[str, Paint] = {"photo": lambda pixels: pixels}
    painters |= {style_id: paint_with(model, n) for n, style_id in enumerate(record["styles"])}
    contact_sheet(photos, painters, out)

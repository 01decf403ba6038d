"""What every command that trains sets up in the same way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import torch
from torch import Tensor

from pleinair.engine.errors import UsageError
from pleinair.training.data.content import find_content, find_pairs, oversample
from pleinair.training.data.crops import PhotoCrops
from pleinair.training.data.faces import FaceMasks, open_detector, read_faces
from pleinair.training.data.pictures import read_picture
from pleinair.training.files.paintings import Painting
from pleinair.training.files.records import TrainingRecord
from pleinair.training.generators import StyledGenerator
from pleinair.training.losses.loss_network import LossNetwork
from pleinair.training.losses.objective import BatchLayout, LossWeights, Objective
from pleinair.training.losses.pairs import Pairs
from pleinair.training.losses.perceptual import Perceptual, StyleGoals
from pleinair.training.losses.targets import open_loss_network, style_targets
from pleinair.training.optim.loop import Saved, train
from pleinair.training.optim.plan import Plan
from pleinair.training.optim.processes import Processes
from pleinair.training.optim.run import TrainingRun
from pleinair.training.report import Report

FEW_PHOTOS = 20
"""With fewer, a warning is given."""
HALF_STYLE = 0.5
FACE_WEIGHT = 10.0
"""Default weight of the content loss within faces, where keeping them is a control: counting no more than all else,
they would teach it nothing."""


def for_controls(weights: LossWeights) -> LossWeights:
    """The weights for a generator with controls."""
    return replace(weights, half=HALF_STYLE, face=weights.face if weights.face > 1 else FACE_WEIGHT)


@dataclass(frozen=True)
class SessionSettings:
    """What to train on, how, and for how long.

    ``content``: folders, videos and photos; with ``painted``, the folder of painted versions, training is by
    pairs, from one folder of photos. ``size``: side of the crops in pixels; ``photos`` in a step of each
    process, each in ``styles_per_photo`` styles. ``previews``: photos that are painted at every save.
    ``oversampled``: see ``oversample``. ``vary``: whether light and camera differ. ``faces``: the file that says
    where faces are (see ``read_faces``), where they are not to be sought. ``resident``: whether the photos stay
    in the device's memory and crops are made there.
    """

    content: list[Path]
    size: int
    photos: int
    plan: Plan
    weights: LossWeights
    loss_network: Path | None
    previews: list[Path] = field(default_factory=list)
    styles_per_photo: int = 1
    painted: Path | None = None
    oversampled: Mapping[str, int] = field(default_factory=dict)
    vary: bool = True
    faces: Path | None = None
    resident: bool = False


class TrainingSession:
    """The photos, the loss network and the processes of one command."""

    def __init__(self, settings: SessionSettings, processes: Processes, report: Report) -> None:
        """Find the photos. Raises TrainingError, also when the detector for face weights is not installed and
        no file says where the faces are."""
        self.settings, self.processes, self.report = settings, processes, report
        for photo in settings.previews:
            read_picture(photo)  # better now than after the first minutes
        if settings.painted is not None:
            self._content = find_pairs(settings.content[0], settings.painted)
        else:
            self._content = find_content(settings.content)
            oversample(self._content, settings.oversampled)
        self._report_content()
        self._layout = BatchLayout(settings.photos, settings.styles_per_photo, processes)
        masks, plan = self._open_masks(), settings.plan
        self._crops = PhotoCrops(self._content, settings.size, plan.seed, settings.vary, masks)

    def changed(self, weights: LossWeights, plan: Plan) -> TrainingSession:
        """The same photos and processes with other weights and another plan. Raises TrainingError as for a new
        one."""
        other = copy(self)
        other.settings = replace(self.settings, weights=weights, plan=plan)
        other._crops = replace(self._crops, masks=other._open_masks())
        return other

    @cached_property
    def loss_network(self) -> LossNetwork:
        """Opened when it is first needed. Raises LossNetworkError."""
        return open_loss_network(self.settings.loss_network, self.processes.device)

    def perceptual(
        self, paintings: Sequence[Painting], pictures: list[Tensor], weights: LossWeights | None = None
    ) -> Perceptual:
        """The losses of paintings; ``pictures`` as ``load_painting`` gives them, of each painting one, or one
        for each of ``STROKES``; ``weights`` if they differ from the session's.

        Raises LossNetworkError, and TrainingError when no photo can be read.
        """
        device, count = self.processes.device, len(paintings)
        weights = weights or self.settings.weights
        goals = StyleGoals(
            [
                {tap: grams.reshape(count, -1, *grams.shape[1:]) for tap, grams in found.items()}
                for found in (
                    style_targets(self.loss_network, pictures, device, shrink)
                    for shrink in ((1, 2) if weights.half else (1,))
                )
            ],
            torch.tensor([painting.style_weight for painting in paintings], device=device),
            torch.tensor([painting.temporal or weights.temporal for painting in paintings], device=device),
        )
        resident = self.settings.resident
        return Perceptual(self.loss_network, goals, weights, self._crops, self._layout, resident)

    def pairs(self) -> Pairs:
        """The difference to the painted versions of the photos."""
        return Pairs(self._crops, self._layout)

    def run(
        self,
        name: str,
        model: StyledGenerator,
        folder: Path,
        paintings: Sequence[Painting],
        objective: Perceptual | None = None,
    ) -> TrainingRun:
        """A model to be trained in this session, with its record and, where it has one, its own objective.

        Raises UsageError for crops that are too small for the generator.
        """
        settings, generator = self.settings, model.generator
        if settings.size < generator.smallest:
            raise UsageError(f"The {generator.kind} generator needs --size {generator.smallest} or more.")
        weights = objective.weights if objective else settings.weights
        record = TrainingRecord(
            paintings=tuple(paintings),
            size=settings.size,
            batch=self._layout.pictures,
            planned_steps=settings.plan.steps,
            rate=settings.plan.rate,
            seed=settings.plan.seed,
            weights=None if settings.painted else weights,
        )
        return TrainingRun(name, model, folder, record, objective)

    def train(
        self, runs: Sequence[TrainingRun], objective: Objective, saved: Saved = lambda run: None
    ) -> bool:
        """See ``optim.loop.train``. Reports the photos that turned out to be broken."""
        before = len(self._content.broken)
        finished = train(runs, objective, self.settings.plan, self.processes, self.report, saved)
        self._report_skipped(self._content.broken[before:])
        return finished

    def report_end(self, finished: bool, path: Path, **facts: str) -> None:
        """Report that all steps were made, or that a person stopped the command before."""
        message = "Done" if finished else "Stopped; --resume continues from here"
        self.report.event("done" if finished else "stopped", f"{message}: {path}", **facts)

    def _open_masks(self) -> FaceMasks | None:
        settings = self.settings
        if settings.weights.face <= 1 or settings.painted:
            return None
        if settings.faces is not None:
            return FaceMasks(None, read_faces(settings.faces))
        return FaceMasks(open_detector())

    def _report_content(self) -> None:
        count = len(self._content.photos)
        if count < FEW_PHOTOS:
            self.report.event(
                "few-photos",
                f"Only {count} photos: the styles may not carry over to other pictures. "
                "1,000 are better; add a folder or a video with --content.",
                photos=count,
            )
        self._report_skipped(self._content.broken)

    def _report_skipped(self, broken: Sequence[str]) -> None:
        if broken:
            message = f"Skipped {len(broken)} files that cannot be read: {', '.join(broken)}."
            self.report.event("skipped", message, files=list(broken))

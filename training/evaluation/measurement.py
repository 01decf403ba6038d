"""Styles beside the iterative method on the same photos, and how steady and clean their pictures are."""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pleinair.engine.frame import Paint, Pixels
from pleinair.training.data.content import Photo
from pleinair.training.data.faces import Detect, FaceMasks
from pleinair.training.data.pictures import flip_channels, resize_short_side, to_pixels, to_tensor
from pleinair.training.evaluation.baseline import MAX_EXTENSION, IterativeBaseline, Losses, equal_step
from pleinair.training.evaluation.faces import face_retention, face_style
from pleinair.training.evaluation.metrics import Appearance, appearance, mean_appearance
from pleinair.training.report import Report


@dataclass(frozen=True)
class MeasurePlan:
    """``iterations`` of the iterative method; ``loss_size``: short side in pixels of the photos on which
    losses are measured, ``frame_size``: of those on which all else is, as a webcam films."""

    iterations: int
    loss_size: int = 320
    frame_size: int = 480


@dataclass(frozen=True)
class Measured:
    """What was found of one style or generator: means over all photos."""

    name: str
    content: float
    style: float
    total: float
    ratio: float  # of its total loss over the iterative method's after ``iterations`` steps
    # Of the iterative method, for each photo; ``MAX_EXTENSION`` x ``iterations`` + 1 where it takes more.
    equal_steps: list[int]
    appearance: Appearance
    milliseconds: float  # median for a picture of ``loss_size``
    warp_error: dict[str, float]  # for each clip, over the clip's own
    faces: tuple[int, int] | None  # how many were kept, and of how many, on request
    face_style: float | None  # style loss within faces over that outside, on request

    @property
    def mean_equal_steps(self) -> float:
        """Mean over the photos."""
        return statistics.mean(self.equal_steps)


@dataclass(frozen=True)
class Measurement:
    """All that was measured on the same photos, with the iterative method's losses and time on them.

    ``pictures``: for each photo the photo itself, the iterative method's picture, and those of all results.
    """

    iterations: int
    content: float
    style: float
    total: float
    milliseconds: float
    results: list[Measured]
    pictures: list[list[Pixels]]


@dataclass(frozen=True)
class _OnePhoto:
    losses: Losses
    ratio: float
    equal_step: int
    appearance: Appearance
    milliseconds: float


def measure(
    painters: Mapping[str, Paint],
    baseline: IterativeBaseline,
    photos: Sequence[Photo],
    warps: Mapping[str, Mapping[str, float]],
    plan: MeasurePlan,
    detect: Detect | None,
    report: Report,
) -> Measurement:
    """Measure all painters on the same photos, beside ``plan.iterations`` steps of the iterative method.

    Where these do not come as close as a painter, the method goes on (see ``IterativeBaseline.iterate``). The
    loss network computes in bfloat16 where the machine has it, for all alike; that changes losses by less
    than a hundredth. ``warps``: the warp errors, clip -> painter -> ratio; ``detect``: finds faces, or None.

    Raises TrainingError.
    """
    found: dict[str, list[_OnePhoto]] = {name: [] for name in painters}
    ends, times, rows, frames = [], [], [], []
    for photo in photos:
        original = photo.read()
        rgb = resize_short_side(original, plan.loss_size)
        pixels, tensor = flip_channels(rgb), to_tensor(rgb)
        frames.append(flip_channels(resize_short_side(original, plan.frame_size)))
        painted, took, losses = {}, {}, {}
        for name, paint in painters.items():
            began = time.perf_counter()
            painted[name] = paint(pixels)
            took[name] = 1000 * (time.perf_counter() - began)
            losses[name] = baseline.losses(to_tensor(flip_channels(painted[name])), tensor)
        began = time.perf_counter()
        least = min(one.total for one in losses.values())
        curve, picture = baseline.iterate(tensor, plan.iterations, least)
        times.append(1000 * (time.perf_counter() - began) * (plan.iterations + 1) / len(curve))
        ends.append(curve[plan.iterations])
        for name, paint in painters.items():
            equal = equal_step(curve, losses[name].total)
            found[name].append(
                _OnePhoto(
                    losses[name],
                    losses[name].total / ends[-1].total,
                    MAX_EXTENSION * plan.iterations + 1 if equal is None else equal,
                    appearance(paint, frames[-1]),
                    took[name],
                )
            )
        rows.append([pixels, to_pixels(picture), *painted.values()])
        report.event("photo", f"Measured {photo.name}.", photo=photo.name)
    results, masks = [], FaceMasks(detect) if detect is not None else None
    for name, paint in painters.items():
        own_warps = {clip: ratios[name] for clip, ratios in warps.items()}
        faces = face_retention(paint, frames, detect) if detect is not None else None
        inside = face_style(paint, baseline, frames, masks) if masks is not None else None
        results.append(_mean_of(name, found[name], own_warps, faces, inside))
    return Measurement(
        plan.iterations,
        statistics.mean(losses.content for losses in ends),
        statistics.mean(losses.style for losses in ends),
        statistics.mean(losses.total for losses in ends),
        statistics.median(times),
        results,
        rows,
    )


def _mean_of(
    name: str,
    photos: list[_OnePhoto],
    warps: dict[str, float],
    faces: tuple[int, int] | None,
    inside: float | None,
) -> Measured:
    return Measured(
        name=name,
        content=statistics.mean(one.losses.content for one in photos),
        style=statistics.mean(one.losses.style for one in photos),
        total=statistics.mean(one.losses.total for one in photos),
        ratio=statistics.mean(one.ratio for one in photos),
        equal_steps=[one.equal_step for one in photos],
        appearance=mean_appearance([one.appearance for one in photos]),
        milliseconds=statistics.median(one.milliseconds for one in photos),
        warp_error=warps,
        faces=faces,
        face_style=inside,
    )

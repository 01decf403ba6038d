"""``python -m training measure``: styles beside the iterative method, and how still they are."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from pleinair.engine.backends.onnx import OnnxNetwork
from pleinair.engine.errors import CheckpointError, UsageError
from pleinair.engine.frame import Paint, Pixels
from pleinair.engine.stylizer import Stylizer
from pleinair.training.data.faces import Detect, face_retention
from pleinair.training.data.photos import Photo, resize_short_side, to_pixels, to_tensor
from pleinair.training.evaluation.baseline import PATIENCE, SHORT_SIDE, IterativeBaseline, Losses, equal_step
from pleinair.training.evaluation.metrics import Appearance, appearance, mean_appearance
from pleinair.training.files.checkpoint import read_checkpoint
from pleinair.training.files.paintings import Painting
from pleinair.training.files.publish import paint_with, style_painter
from pleinair.training.files.shipped import is_style, read_style_for
from pleinair.training.report import Report

LARGE = 480
"""Short side of the photos on which all but the losses is measured, as a webcam films."""


@dataclass(frozen=True)
class Measured:
    """What was found of one style or generator: means over all photos.

    ``ratio``: its total loss over the iterative method's after ``iterations`` steps; ``equal_steps``: of the
    iterative method, for each photo (``PATIENCE`` x ``iterations`` + 1 where it was not reached by then);
    ``appearance``: see there;
    ``milliseconds`` for a picture of ``SHORT_SIDE``; ``warp_error``: for each clip, over the clip's own;
    ``faces``: how many were kept, and of how many, where that was asked for.
    """

    name: str
    content: float
    style: float
    total: float
    ratio: float
    equal_steps: list[int]
    appearance: Appearance
    milliseconds: float
    warp_error: dict[str, float]
    faces: tuple[int, int] | None

    @property
    def mean_equal_steps(self) -> float:
        """Mean over the photos."""
        return statistics.mean(self.equal_steps)


@dataclass(frozen=True)
class Measurement:
    """All that was measured on the same photos, and the iterative method's losses (means) and time there,
    after ``iterations`` steps.

    ``pictures``: for each photo the photo itself, the iterative method's picture, and those of all results.
    """

    iterations: int
    content: float
    style: float
    total: float
    milliseconds: float
    results: list[Measured]
    pictures: list[list[Pixels]]


@contextmanager
def open_painters(files: Sequence[Path], generator: Path) -> Iterator[dict[str, Paint]]:
    """What paints with style files, or with checkpoints that have one style, by name.

    Raises UsageError, StyleFileError, CheckpointError, GeneratorError.
    """
    with ExitStack() as opened:
        painters: dict[str, Paint] = {}
        stylizer: Stylizer | None = None
        for file in files:
            name = file.resolve().parent.name if file.stem == "checkpoint" else file.stem
            if name in painters:
                raise UsageError(f"Two files have the name '{name}'; rename one of them.")
            if not is_style(file):
                model, _, record = read_checkpoint(file)
                if len(record["styles"]) != 1:
                    raise CheckpointError(
                        f"{file} has several styles; publish it and measure its style files."
                    )
                painters[name] = paint_with(model, 0)
                continue
            if stylizer is None:
                stylizer = Stylizer(OnnxNetwork(generator))
                opened.callback(stylizer.close)
            style = read_style_for(file, stylizer.network.generator, generator)
            painters[name] = style_painter(stylizer, style)
        yield painters


def by_painting(
    painters: dict[str, Paint], paintings: Sequence[Painting]
) -> list[tuple[Painting, dict[str, Paint]]]:
    """Each model with the painting of its name. Raises UsageError when there is none."""
    listed = {painting.id: painting for painting in paintings}
    for name in painters:
        if name not in listed:
            raise UsageError(f"The list of paintings has no '{name}'; it has: {', '.join(listed)}.")
    return [(listed[name], {name: paint}) for name, paint in painters.items()]


def measure(
    painters: dict[str, Paint],
    baseline: IterativeBaseline,
    photos: Sequence[Photo],
    warps: Mapping[str, Mapping[str, float]],
    iterations: int,
    detect: Detect | None,
    report: Report,
) -> Measurement:
    """Measure all painters on the same photos, beside ``iterations`` steps of the iterative method; where
    these do not come as near as a model, it goes on (see ``IterativeBaseline.iterate``).

    The loss network computes in bfloat16 where the machine has it, for all alike; that changes losses by
    less than a hundredth. ``warps``: the warp errors, clip -> model -> ratio; ``detect``: finds faces,
    where that is asked for.

    Raises TrainingError.
    """
    found: dict[str, list[_OnePhoto]] = {name: [] for name in painters}
    ends, times, rows, larges = [], [], [], []
    for photo in photos:
        original = photo.read()
        rgb, large = resize_short_side(original, SHORT_SIDE), resize_short_side(original, LARGE)
        pixels, tensor = np.ascontiguousarray(rgb[:, :, ::-1]), to_tensor(rgb)
        larges.append(np.ascontiguousarray(large[:, :, ::-1]))
        painted, took, losses = {}, {}, {}
        for name, paint in painters.items():
            began = time.perf_counter()
            painted[name] = paint(pixels)
            took[name] = 1000 * (time.perf_counter() - began)
            losses[name] = baseline.losses(to_tensor(painted[name][:, :, ::-1]), tensor)
        began = time.perf_counter()
        curve, picture = baseline.iterate(tensor, iterations, min(one.total for one in losses.values()))
        times.append(1000 * (time.perf_counter() - began) * (iterations + 1) / len(curve))
        ends.append(curve[iterations])
        for name, paint in painters.items():
            equal = equal_step(curve, losses[name].total)
            found[name].append(
                _OnePhoto(
                    losses[name],
                    losses[name].total / ends[-1].total,
                    PATIENCE * iterations + 1 if equal is None else equal,
                    appearance(paint, larges[-1]),
                    took[name],
                )
            )
        rows.append([pixels, to_pixels(picture), *painted.values()])
        report.tell("photo", f"Measured {photo.name}.", photo=photo.name)
    results = []
    for name, paint in painters.items():
        own_warps = {clip: ratios[name] for clip, ratios in warps.items()}
        faces = face_retention(paint, larges, detect) if detect is not None else None
        results.append(_mean_of(name, found[name], own_warps, faces))
    return Measurement(
        iterations,
        statistics.mean(losses.content for losses in ends),
        statistics.mean(losses.style for losses in ends),
        statistics.mean(losses.total for losses in ends),
        statistics.median(times),
        results,
        rows,
    )


@dataclass(frozen=True)
class _OnePhoto:
    losses: Losses
    ratio: float
    equal_step: int
    appearance: Appearance
    milliseconds: float


def _mean_of(
    name: str, photos: list[_OnePhoto], warps: dict[str, float], faces: tuple[int, int] | None
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
    )


def tell_measured(measurement: Measurement, report: Report) -> None:
    """Lines for people, or objects for programs."""
    iterations, longest = measurement.iterations, PATIENCE * measurement.iterations
    iterative = {key: getattr(measurement, key) for key in ("iterations", "content", "style", "total")}
    report.tell(
        "iterative",
        f"iterative method, {iterations} steps: content {measurement.content:.3f}  "
        f"style {measurement.style:.3f}  total {measurement.total:.3f}  "
        f"{measurement.milliseconds:.0f} ms a picture",
        **iterative,
        milliseconds=measurement.milliseconds,
    )
    for result in measurement.results:
        steps, appearance = result.equal_steps, result.appearance
        never = "" if max(steps) <= longest else f" ({longest + 1} stands for more than {longest})"
        warps = "".join(f"  warp error {clip} {value:.2f} x" for clip, value in result.warp_error.items())
        faces = "" if result.faces is None else f"  faces kept {result.faces[0]} of {result.faces[1]}"
        report.tell(
            "measured",
            f"{result.name}: content {result.content:.3f}  style {result.style:.3f}  "
            f"total {result.total:.3f}, {result.ratio:.2f} x the iterative method's; equals "
            f"{min(steps)} to {max(steps)} of its steps, mean {result.mean_equal_steps:.1f}{never}; "
            f"{result.milliseconds:.0f} ms a picture\n    noise gain {appearance.noise_gain:.2f}{warps}  "
            f"grid {appearance.grid:.1f}  border {appearance.border:.2f}  "
            f"drift with contrast {appearance.contrast_drift:.1f}, "
            f"with brightness {appearance.brightness_drift:.1f} grey levels{faces}",
            **asdict(result),
            mean_equal_steps=result.mean_equal_steps,
        )


def tell_overall(results: Sequence[Measured], report: Report) -> None:
    """What holds for a whole gallery: means, and the worst of all."""
    steps = [result.mean_equal_steps for result in results]
    appearance = mean_appearance([result.appearance for result in results])
    worst = max(results, key=lambda result: result.appearance.grid)
    borders = [result.appearance.border for result in results]
    warps = [value for result in results for value in result.warp_error.values()]
    facts = {
        "styles": len(results),
        "equal_steps": statistics.mean(steps),
        "least_equal_steps": min(steps),
        "noise_gain": appearance.noise_gain,
        "warp_error": statistics.mean(warps) if warps else None,
        "grid": worst.appearance.grid,
        "border": [min(borders), max(borders)],
    }
    report.tell(
        "overall",
        f"all {len(results)}: equal {facts['equal_steps']:.1f} steps on average, the least {min(steps):.1f}; "
        f"noise gain {appearance.noise_gain:.2f}"
        + (f"; warp error {facts['warp_error']:.2f} x the clips' own" if warps else "")
        + f"; grid {worst.appearance.grid:.1f} at most ({worst.name}); "
        f"border {min(borders):.2f} to {max(borders):.2f}",
        **facts,
    )

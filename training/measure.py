"""``python -m training measure``: styles beside the iterative method, and how still they are."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open

from engine.backends import Stylizer
from engine.backends.onnx_runtime import OnnxNetwork
from engine.errors import CheckpointError, StyleFileError, TrainingError, UsageError
from engine.frame import Paint
from engine.sinks import require_writable
from engine.styles import read_style
from training.checkpoint import read_checkpoint
from training.measures import (
    SHORT_SIDE,
    Losses,
    Yardstick,
    contrast_drift,
    equal_step,
    noise_gain,
    warp_error,
)
from training.photos import Photo, resize_short_side, to_pixels, to_tensor
from training.publish import painter_of, style_painter
from training.report import Report
from training.sheet import picture_grid

LARGE = 480
"""Short side of the photos on which the noise gain is measured, as a webcam films."""


@dataclass(frozen=True)
class Measured:
    """What was found of one style or generator: means over all photos.

    ``ratio``: its total loss over the iterative method's at its last step; ``equal_steps``: of the
    iterative method, for each photo (its last step + 1 where it was not reached); drifts in grey levels;
    ``milliseconds`` for a picture of ``SHORT_SIDE``; ``warp_error``: for each clip, over the clip's own.
    """

    name: str
    content: float
    style: float
    total: float
    ratio: float
    equal_steps: list[int]
    noise_gain: float
    contrast_drift: float
    brightness_drift: float
    milliseconds: float
    warp_error: dict[str, float]

    @property
    def mean_equal_steps(self) -> float:
        """Mean over the photos."""
        return statistics.mean(self.equal_steps)


@dataclass(frozen=True)
class Measurement:
    """All that was measured on the same photos, and the iterative method's losses (means) and time there."""

    iterations: int
    content: float
    style: float
    total: float
    milliseconds: float
    results: list[Measured]


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
            if not _is_style(file):
                painter, _, record = read_checkpoint(file)
                if len(record["styles"]) != 1:
                    raise CheckpointError(
                        f"{file} has several styles; publish it and measure its style files."
                    )
                painters[name] = painter_of(painter, 0)
                continue
            style = read_style(file)
            if stylizer is None:
                stylizer = Stylizer(OnnxNetwork(generator))
                opened.callback(stylizer.close)
            if style.generator != stylizer.network.generator:
                raise StyleFileError(
                    f"{file} was made for another generator than {generator}; name it with --generator."
                )
            painters[name] = style_painter(stylizer, style)
        yield painters


def _is_style(file: Path) -> bool:
    try:
        with safe_open(file, framework="numpy") as opened:
            return "format" in (opened.metadata() or {})
    except (OSError, SafetensorError) as error:
        raise StyleFileError(
            f"{file} is neither a style nor a checkpoint that can be read ({error})."
        ) from error


def measure(
    painters: dict[str, Paint],
    yardstick: Yardstick,
    photos: Sequence[Photo],
    clips: Sequence[Path],
    iterations: int,
    sheet: Path | None,
    report: Report,
) -> Measurement:
    """Measure all painters on the same photos, beside ``iterations`` steps of the iterative method.

    The loss network computes in bfloat16 where the machine has it, for all alike; that changes losses by
    less than a hundredth. ``sheet``: where the pictures are shown side by side.

    Raises TrainingError, PictureError.
    """
    if sheet is not None:
        require_writable(sheet)
    for clip in clips:
        if not clip.is_file():
            raise TrainingError(f"There is no clip {clip}; check its name.")
    found: dict[str, list[_OnePhoto]] = {name: [] for name in painters}
    ends, times, rows = [], [], []
    for photo in photos:
        original = photo.read()
        rgb, large = resize_short_side(original, SHORT_SIDE), resize_short_side(original, LARGE)
        pixels, tensor = np.ascontiguousarray(rgb[:, :, ::-1]), to_tensor(rgb)
        began = time.perf_counter()
        curve, picture = yardstick.iterate(tensor, iterations)
        times.append(1000 * (time.perf_counter() - began))
        ends.append(curve[-1])
        row = [pixels, to_pixels(picture)]
        for name, paint in painters.items():
            began = time.perf_counter()
            painted = paint(pixels)
            took = 1000 * (time.perf_counter() - began)
            losses = yardstick.losses(to_tensor(painted[:, :, ::-1]), tensor)
            equal = equal_step(curve, losses.total)
            found[name].append(
                _OnePhoto(
                    losses,
                    losses.total / curve[-1].total,
                    iterations + 1 if equal is None else equal,
                    noise_gain(paint, np.ascontiguousarray(large[:, :, ::-1])),
                    *contrast_drift(paint, pixels),
                    took,
                )
            )
            row.append(painted)
        rows.append(row)
        report.tell("photo", f"Measured {photo.name}.", photo=photo.name)
    if sheet is not None:
        picture_grid(["photo", f"iterative, {iterations} steps", *painters], rows, sheet)
    results = []
    for name, paint in painters.items():
        warps = {}
        for clip in clips:
            painted_error, own = warp_error(paint, clip)
            warps[clip.name] = painted_error / own
        results.append(_mean_of(name, found[name], warps))
    return Measurement(
        iterations,
        statistics.mean(losses.content for losses in ends),
        statistics.mean(losses.style for losses in ends),
        statistics.mean(losses.total for losses in ends),
        statistics.median(times),
        results,
    )


@dataclass(frozen=True)
class _OnePhoto:
    losses: Losses
    ratio: float
    equal_step: int
    noise_gain: float
    contrast_drift: float
    brightness_drift: float
    milliseconds: float


def _mean_of(name: str, photos: list[_OnePhoto], warps: dict[str, float]) -> Measured:
    return Measured(
        name=name,
        content=statistics.mean(one.losses.content for one in photos),
        style=statistics.mean(one.losses.style for one in photos),
        total=statistics.mean(one.losses.total for one in photos),
        ratio=statistics.mean(one.ratio for one in photos),
        equal_steps=[one.equal_step for one in photos],
        noise_gain=statistics.mean(one.noise_gain for one in photos),
        contrast_drift=statistics.mean(one.contrast_drift for one in photos),
        brightness_drift=statistics.mean(one.brightness_drift for one in photos),
        milliseconds=statistics.median(one.milliseconds for one in photos),
        warp_error=warps,
    )


def tell_measured(measurement: Measurement, report: Report) -> None:
    """The table for people, or objects for programs."""
    iterations = measurement.iterations
    report.tell(
        "iterative",
        f"iterative method, {iterations} steps: content {measurement.content:.3f}  "
        f"style {measurement.style:.3f}  total {measurement.total:.3f}  "
        f"{measurement.milliseconds:.0f} ms a picture",
        **{key: value for key, value in asdict(measurement).items() if key != "results"},
    )
    for result in measurement.results:
        steps = result.equal_steps
        never = "" if max(steps) <= iterations else f" ({iterations + 1} stands for more than {iterations})"
        warps = "".join(f"  warp error {clip} {value:.2f} x" for clip, value in result.warp_error.items())
        report.tell(
            "measured",
            f"{result.name}: content {result.content:.3f}  style {result.style:.3f}  "
            f"total {result.total:.3f}, {result.ratio:.2f} x the iterative method's; equals "
            f"{min(steps)} to {max(steps)} of its steps, mean {result.mean_equal_steps:.1f}{never}; "
            f"{result.milliseconds:.0f} ms a picture\n    noise gain {result.noise_gain:.2f}{warps}  "
            f"drift with contrast {result.contrast_drift:.1f}, "
            f"with brightness {result.brightness_drift:.1f} grey levels",
            **asdict(result),
            mean_equal_steps=result.mean_equal_steps,
        )

"""What was measured, as lines for people or JSON for programs."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict

from pleinair.training.evaluation.baseline import MAX_EXTENSION
from pleinair.training.evaluation.measurement import Measured, Measurement
from pleinair.training.evaluation.metrics import mean_appearance
from pleinair.training.report import Report


def report_measurement(measurement: Measurement, report: Report) -> None:
    """Report the iterative method and every style."""
    iterations, longest = measurement.iterations, MAX_EXTENSION * measurement.iterations
    iterative = {key: getattr(measurement, key) for key in ("iterations", "content", "style", "total")}
    report.event(
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
        if result.face_style is not None:
            faces += f", style within them {result.face_style:.2f} x outside"
        report.event(
            "measured",
            f"{result.name}: content {result.content:.3f}  style {result.style:.3f}  "
            f"total {result.total:.3f}, {result.ratio:.2f} x the iterative method's; equals "
            f"{min(steps)} to {max(steps)} of its steps, mean {result.mean_equal_steps:.1f}{never}; "
            f"{result.milliseconds:.0f} ms a picture\n    noise gain {appearance.noise_gain:.2f}{warps}  "
            f"grid {appearance.grid:.1f} ({appearance.grid_amplitude:.2f} grey levels)  "
            f"stroke frequency {appearance.stroke_frequency:.4f}  border {appearance.border:.2f}  "
            f"drift with contrast {appearance.contrast_drift:.1f}, "
            f"with brightness {appearance.brightness_drift:.1f} grey levels{faces}",
            **asdict(result),
            mean_equal_steps=result.mean_equal_steps,
        )


def report_overall(results: Sequence[Measured], report: Report) -> None:
    """Report what holds for a whole gallery: means, and the worst of all."""
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
        "grid_amplitude": max(result.appearance.grid_amplitude for result in results),
        "border": [min(borders), max(borders)],
    }
    report.event(
        "overall",
        f"all {len(results)}: equal {facts['equal_steps']:.1f} steps on average, the least {min(steps):.1f}; "
        f"noise gain {appearance.noise_gain:.2f}"
        + (f"; warp error {facts['warp_error']:.2f} x the clips' own" if warps else "")
        + f"; grid {worst.appearance.grid:.1f} at most ({worst.name}); "
        f"border {min(borders):.2f} to {max(borders):.2f}",
        **facts,
    )

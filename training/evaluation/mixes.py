"""What lies between two styles: how evenly pictures change from one to the other, and a sheet to look at."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np

from pleinair.engine.frame import Pixels
from pleinair.engine.sinks import write_picture
from pleinair.engine.styles.look import Look
from pleinair.engine.styles.style_file import Style
from pleinair.engine.stylizer import Stylizer
from pleinair.training.evaluation.sheet import picture_grid
from pleinair.training.report import Report

STEPS = 10
"""From one style to the other, in measurements."""
SHOWN = 6
"""Pictures in a row of the sheet, the two styles included."""


def interpolate(
    stylizer: Stylizer, one: Style, other: Style, pixels: Pixels, steps: int = STEPS
) -> list[Pixels]:
    """The photo, uint8 (H, W, 3) BGR, painted at ``steps`` + 1 mixes from one style to the other."""
    painted = []
    for number in range(steps + 1):
        t = number / steps
        mix = tuple((style, weight) for style, weight in ((one, 1 - t), (other, t)) if weight)
        painted.append(stylizer.stylize(pixels, Look(mix)))
    return painted


def evenness(pictures: Sequence[Pixels]) -> float:
    """The largest difference between neighbours over the mean one: 1 where all steps are alike."""
    differences = [
        float(np.abs(after.astype(np.int16) - before).mean()) for before, after in pairwise(pictures)
    ]
    return max(differences) / (sum(differences) / len(differences)) if max(differences) else 1.0


def measure_mixes(
    stylizer: Stylizer, styles: Sequence[Style], photos: Sequence[Pixels], report: Report
) -> None:
    """Report, for every pair of styles, the largest step over the mean step, on the worst of the photos."""
    found = {}
    for one, other in combinations(styles, 2):
        worst = max(evenness(interpolate(stylizer, one, other, photo)) for photo in photos)
        found[one.id, other.id] = worst
        report.event(
            "mix",
            f"{one.id} to {other.id}: the largest step is {worst:.2f} times the mean step",
            styles=[one.id, other.id],
            largest_step=worst,
        )
    (one_id, other_id), worst = max(found.items(), key=lambda item: item[1])
    mean = sum(found.values()) / len(found)
    report.event(
        "mixes",
        f"{len(found)} pairs: {mean:.2f} on average, at most {worst:.2f} ({one_id} to {other_id})",
        pairs=len(found),
        mean=mean,
        worst=worst,
    )


def draw_mixes(stylizer: Stylizer, pairs: Sequence[tuple[Style, Style]], photo: Pixels, out: Path) -> None:
    """Write a sheet: a row a pair, from one style to the other. Raises PictureError."""
    rows = [interpolate(stylizer, one, other, photo, SHOWN - 1) for one, other in pairs]
    shares = [f"{round(100 * n / (SHOWN - 1))} %" for n in range(SHOWN)]
    write_picture(out, picture_grid(shares, rows))

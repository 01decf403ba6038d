"""The tables of ``compare``: CSV for programs, Markdown for people."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from pleinair.training.evaluation.baseline import MAX_EXTENSION, STYLE_WEIGHT
from pleinair.training.evaluation.measurement import Measurement
from pleinair.training.files.results import write_result
from pleinair.training.optim.run import TrainingRun

COLUMNS = {
    "painting": "painting",
    "method": "method",
    "norm": "norm",
    "parameters": "parameters",
    "training_total": "total loss on the last crops of training",
    "content": "content loss",
    "style": "style loss",
    "total": "total loss",
    "ratio": "over the iterative method's",
    "equal_steps": "equals iterative steps (mean, range)",
    "contrast_drift": "drift with contrast",
    "brightness_drift": "with brightness",
    "ms": "ms a picture",
}
"""Name in the CSV file -> head in the Markdown table."""


def table_rows(painting: str, runs: list[TrainingRun], measurement: Measurement) -> list[dict[str, Any]]:
    """One row for the iterative method and one for each generator; numbers as text, ready to print."""
    rows: list[dict[str, Any]] = [
        {
            "painting": painting,
            "method": f"iterative, {measurement.iterations} steps",
            "content": f"{measurement.content:.3f}",
            "style": f"{measurement.style:.3f}",
            "total": f"{measurement.total:.3f}",
            "ratio": "1.00",
            "ms": f"{measurement.milliseconds:.0f}",
        }
    ]
    for run, found in zip(runs, measurement.results, strict=True):
        generator, steps = run.model.generator, found.equal_steps
        losses = run.record.losses
        longest = MAX_EXTENSION * measurement.iterations
        above = f">{longest}" if max(steps) > longest else str(max(steps))
        rows.append(
            {
                "painting": painting,
                "method": generator.kind,
                "norm": generator.norm,
                "parameters": sum(p.numel() for p in run.model.parameters()),
                "training_total": f"{losses['content'] + STYLE_WEIGHT * losses['style']:.3f}",
                "content": f"{found.content:.3f}",
                "style": f"{found.style:.3f}",
                "total": f"{found.total:.3f}",
                "ratio": f"{found.ratio:.2f}",
                "equal_steps": f"{found.mean_equal_steps:.1f} ({min(steps)} to {above})",
                "contrast_drift": f"{found.appearance.contrast_drift:.1f}",
                "brightness_drift": f"{found.appearance.brightness_drift:.1f}",
                "ms": f"{found.milliseconds:.0f}",
            }
        )
    return rows


def write_tables(rows: list[dict[str, Any]], folder: Path) -> list[Path]:
    """Write ``table.csv`` and ``table.md``; returns them. Raises TrainingError."""
    packed = io.StringIO()
    writer = csv.DictWriter(packed, list(COLUMNS), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    lines = ["| " + " | ".join(COLUMNS.values()) + " |", "|" + "---|" * len(COLUMNS)]
    lines += ["| " + " | ".join(str(row.get(name, "")) for name in COLUMNS) + " |" for row in rows]
    texts = {"table.csv": packed.getvalue(), "table.md": "\n".join(lines) + "\n"}
    for name, text in texts.items():
        write_result(folder / name, text.encode())
    return [folder / name for name in texts]

"""Curves, written as PNG."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

from pleinair.training.files.results import write_result


def loss_curves(curves: Mapping[str, Mapping[int, float]], out: Path, title: str = "") -> None:
    """Draw losses over steps (name -> step -> loss), on a logarithmic scale. Raises TrainingError."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 5), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    for name, curve in curves.items():
        axes.plot(list(curve), list(curve.values()), label=name)
    axes.set(xlabel="step", ylabel="loss", yscale="log", title=title)
    axes.grid(True, which="both", alpha=0.3)
    axes.legend()
    packed = io.BytesIO()
    figure.savefig(packed, format="png", dpi=120)
    write_result(out, packed.getvalue())

"""What training reports while it runs: lines for people or JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pleinair.engine.untrusted.texts import one_line


@dataclass(frozen=True)
class Progress:
    """Steps done and planned, steps a second, pictures in a step, and the time left."""

    step: int
    steps: int
    rate: float
    batch: int
    seconds_left: float


class Report:
    """Prints events, one a line: a message for people, or with ``as_json`` an object with "event"."""

    def __init__(self, as_json: bool = False, silent: bool = False) -> None:
        self._json = as_json
        self._silent = silent
        self.every = 2 if as_json else 15
        """Seconds between two reports of progress: a program moves a bar, a person reads lines."""

    def event(self, event: str, message: str, **facts: Any) -> None:
        """Print ``message`` for people, or ``event`` and ``facts`` (JSON) with it for programs."""
        if not self._silent:
            line = (
                json.dumps({"event": event, "words": message, **facts}) if self._json else one_line(message)
            )
            print(line, flush=True)

    def progress(self, progress: Progress, losses: Mapping[str, float], name: str | None = None) -> None:
        """How far training is, and its mean losses; ``name`` where several runs go side by side."""
        p = progress
        parts = "  ".join(f"{loss} {value:.4f}" for loss, value in losses.items())
        self.event(
            "progress",
            f"{f'{name}  ' if name else ''}step {p.step}/{p.steps}  {p.rate:.2f} steps/s  "
            f"{p.rate * p.batch:.3g} pictures/s  {p.seconds_left / 60:.0f} min left  {parts}",
            **({"name": name} if name else {}),
            step=p.step,
            steps=p.steps,
            steps_per_second=round(p.rate, 3),
            pictures_per_second=round(p.rate * p.batch, 1),
            seconds_left=round(p.seconds_left),
            losses={loss: round(value, 5) for loss, value in losses.items()},
        )

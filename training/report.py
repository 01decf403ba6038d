"""What training reports while it runs: lines for people or JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


class Report:
    """Prints events, one a line: a message for people, or with ``as_json`` an object with "event"."""

    def __init__(self, as_json: bool = False, silent: bool = False) -> None:
        self._json = as_json
        self._silent = silent

    def event(self, event: str, message: str, **facts: Any) -> None:
        """Print ``message`` for people, or ``event`` and ``facts`` (JSON) with it for programs."""
        if not self._silent:
            line = json.dumps({"event": event, "words": message, **facts}) if self._json else message
            print(line, flush=True)

    def progress(
        self, step: int, steps: int, rate: float, losses: Mapping[str, float], name: str | None = None
    ) -> None:
        """Steps done and in all, steps a second, mean losses; ``name`` where several runs go side by side."""
        left = (steps - step) / rate
        parts = "  ".join(f"{loss} {value:.4f}" for loss, value in losses.items())
        self.event(
            "progress",
            f"{f'{name}  ' if name else ''}step {step}/{steps}  {rate:.2f} steps/s  "
            f"{left / 60:.0f} min left  {parts}",
            **({"name": name} if name else {}),
            step=step,
            steps=steps,
            steps_per_second=round(rate, 3),
            seconds_left=round(left),
            losses={loss: round(value, 5) for loss, value in losses.items()},
        )

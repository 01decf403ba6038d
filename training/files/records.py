"""What a checkpoint and a style file tell of how they were made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pleinair.training.files.paintings import Painting
from pleinair.training.losses.objective import LossWeights


@dataclass(frozen=True)
class TrainingRecord:
    """``size``: side of the crops in pixels; ``batch``: pictures in a step; ``rate``: the peak learning rate;
    ``weights``: None in training by pairs; ``losses``: means over about the last fifty steps."""

    paintings: tuple[Painting, ...]
    size: int
    batch: int
    planned_steps: int
    rate: float
    seed: int
    weights: LossWeights | None
    step: int = 0
    losses: Mapping[str, float] = field(default_factory=dict)

    @property
    def styles(self) -> list[str]:
        """Ids of the styles, in the order of the style table."""
        return [painting.id for painting in self.paintings]

    def to_json(self) -> dict[str, Any]:
        """As checkpoints hold it."""
        return {
            "styles": self.styles,
            "paintings": [painting.to_json() for painting in self.paintings],
            **self._settings(),
            "step": self.step,
            "losses": dict(self.losses),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> TrainingRecord:
        """Read what this or an earlier version wrote. Raises KeyError, TypeError, ValueError."""
        weights = None
        if "content_weight" in data:
            weights = LossWeights(
                content=data["content_weight"],
                face=data.get("face_weight", 1.0),
                tone=data["tone"],
                # "stillness" was its name until 0.2.
                temporal=data["temporal"] if "temporal" in data else data["stillness"],
                smoothness=data["smoothness"],
                half=data.get("half_style", 0.0),
            )
        return cls(
            paintings=tuple(Painting.from_json(painting) for painting in data["paintings"]),
            size=int(data["size"]),
            batch=int(data["batch"]),
            planned_steps=int(data["planned_steps"]),
            rate=float(data["rate"]),
            seed=int(data["seed"]),
            weights=weights,
            step=int(data["step"]),
            losses={str(name): float(value) for name, value in data["losses"].items()},
        )

    def of_style(self, number: int, commit: str) -> dict[str, Any]:
        """What the file of style ``number`` tells (JSON); ``commit``: of the code."""
        painting = self.paintings[number]
        return {
            **self._settings(),
            "losses": dict(self.losses),
            "steps": self.step,
            "painting_size": painting.size,
            "style_weight": painting.style_weight,
            "commit": commit,
        }

    def _settings(self) -> dict[str, Any]:
        settings = {
            "size": self.size,
            "batch": self.batch,
            "planned_steps": self.planned_steps,
            "rate": self.rate,
            "seed": self.seed,
        }
        if self.weights is None:
            return settings
        return settings | {
            "content_weight": self.weights.content,
            "face_weight": self.weights.face,
            "tone": self.weights.tone,
            "temporal": self.weights.temporal,
            "smoothness": self.weights.smoothness,
            "half_style": self.weights.half,
        }

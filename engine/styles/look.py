"""What a frame is painted with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from pleinair.engine.errors import UsageError
from pleinair.engine.styles.library import Library
from pleinair.engine.styles.style_file import Style


@dataclass(frozen=True)
class Look:
    """What one frame is painted with.

    ``mix``: styles and their weights, which add up to 1; ``strength`` 0..1, from the untouched frame to
    the full style; ``keep_colors``: paint with the colours of the frame.
    """

    mix: tuple[tuple[Style, float], ...]
    strength: float = 1.0
    keep_colors: bool = False

    @cached_property
    def vector(self) -> npt.NDArray[np.float32]:
        """The weighted mean of the style vectors, float32 (S,)."""
        total = np.zeros_like(self.mix[0][0].vector)
        for style, weight in self.mix:
            total += np.float32(weight) * style.vector
        return total

    @property
    def name(self) -> str:
        """``starry-night``, or ``starry-night:0.7,great-wave:0.3`` for a mix."""
        if len(self.mix) == 1:
            return self.mix[0][0].id
        return ",".join(f"{style.id}:{weight:.3g}" for style, weight in self.mix)


def parse_mix(text: str, library: Library) -> tuple[tuple[Style, float], ...]:
    """``ID`` or ``ID:WEIGHT,ID:WEIGHT...`` -> styles with weights that add up to 1.

    Raises StyleNotFound for an unknown id and UsageError for weights that are no positive numbers.
    """
    parts: dict[str, float] = {}
    for part in text.split(","):
        style_id, colon, number = part.strip().partition(":")
        try:
            weight = float(number) if colon else 1.0
        except ValueError:
            weight = -1.0
        if not 0 < weight < 1e6:
            raise UsageError(f"'{part.strip()}' is no style with a weight; write it like starry-night:0.7.")
        parts[style_id] = parts.get(style_id, 0.0) + weight
    total = sum(parts.values())
    return tuple((library.get(style_id), weight / total) for style_id, weight in parts.items())

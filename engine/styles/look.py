"""What a frame is painted with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from pleinair.engine.errors import StyleError, UsageError
from pleinair.engine.styles.library import Library
from pleinair.engine.styles.region import FILMED, Backdrop, Region
from pleinair.engine.styles.schema import Vector
from pleinair.engine.styles.style_file import Style, style_id


@dataclass(frozen=True, eq=False)
class Look:
    """What one frame is painted with.

    ``mix``: styles and their weights, which add up to 1; ``strength`` 0..1, from the untouched frame to
    the full style; ``keep_colors``: paint with the colours of the frame; ``controls``: values of the styles'
    controls, those not named are at their defaults; ``region``: which part of the picture is painted;
    ``backdrop``: what lies behind the person.
    """

    mix: tuple[tuple[Style, float], ...]
    strength: float = 1.0
    keep_colors: bool = False
    controls: Mapping[str, float] = field(default_factory=dict)
    region: Region = Region.ALL
    backdrop: Backdrop = FILMED
    _vectors: dict[str, Vector] = field(default_factory=dict, init=False, repr=False)

    def vector_for(self, generator: str) -> Vector:
        """The weighted mean of the styles' vectors for the generator with this SHA-256, float32 (S,).

        Raises StyleError for a style that is not for this generator.
        """
        if generator not in self._vectors:  # once for each look, not for each frame
            self._vectors[generator] = self._mean(generator)
        return self._vectors[generator]

    def noise_for(self, generator: str) -> float:
        """The weighted mean of the noise that the styles want on frames for this generator, in grey levels."""
        found = ((style.vectors_for(generator), weight) for style, weight in self.mix)
        return sum(weight * vectors.noise for vectors, weight in found if vectors is not None)

    def fits(self, generator: str) -> bool:
        """Whether all its styles have vectors for the generator with this SHA-256."""
        return all(style.vectors_for(generator) is not None for style, _ in self.mix)

    def controls_for(self, generator: str) -> frozenset[str]:
        """Names of the controls that any of the styles has for this generator."""
        found = (style.vectors_for(generator) for style, _ in self.mix)
        return frozenset(name for vectors in found if vectors is not None for name in vectors.controls)

    def _mean(self, generator: str) -> Vector:
        total: Vector | None = None
        for style, weight in self.mix:
            vectors = style.vectors_for(generator)
            if vectors is None:
                raise StyleError(f"The style '{style.id}' is for another generator; choose another style.")
            part = np.float32(weight) * vectors.at(self.controls)
            total = part if total is None else total + part
        assert total is not None
        return total

    @property
    def name(self) -> str:
        """``starry-night``, or ``starry-night:0.7,great-wave:0.3`` for a mix."""
        if len(self.mix) == 1:
            return self.mix[0][0].id
        return ",".join(f"{style.id}:{weight:.3g}" for style, weight in self.mix)


def cross_fade(old: Look, new: Look, share: float) -> Look:
    """The new look with its style mixed into the old one's; ``share`` 0..1 is how much of it there is."""
    mix: dict[Style, float] = {}
    for look, part in ((old, 1 - share), (new, share)):
        for style, weight in look.mix:
            mix[style] = mix.get(style, 0.0) + part * weight
    return replace(new, mix=tuple(mix.items()))


def parse_mix(text: str, library: Library) -> tuple[tuple[Style, float], ...]:
    """``ID`` or ``ID:WEIGHT,ID:WEIGHT...`` -> styles with weights that add up to 1.

    A style's file name is taken too, whatever it contains. Raises StyleNotFound for an unknown style and
    UsageError for weights that are not positive numbers.
    """
    if style_id(text) in library.styles and text == text.strip(",: "):
        return ((library.get(text), 1.0),)
    parts: dict[str, float] = {}
    for part in text.split(","):
        name, colon, number = part.strip().partition(":")
        try:
            weight = float(number) if colon else 1.0
        except ValueError:
            weight = -1.0
        if not 0 < weight < 1e6:
            raise UsageError(
                f"A style in a mix must have a positive weight, like starry-night:0.7, got '{part.strip()}'."
            )
        parts[name] = parts.get(name, 0.0) + weight
    total = sum(parts.values())
    return tuple((library.get(name), weight / total) for name, weight in parts.items())

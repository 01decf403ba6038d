"""The feed-forward generators: ours, and the two of the paper (arXiv:1607.08022)."""

from pleinair.training.generators.cells import CellGenerator
from pleinair.training.generators.fast import FastGenerator
from pleinair.training.generators.fine import FineGenerator
from pleinair.training.generators.layers import (
    BATCH,
    INSTANCE,
    NORMS,
    ConditionalNorm,
    Generator,
    StyleControl,
)
from pleinair.training.generators.residual import ResidualGenerator
from pleinair.training.generators.styled import StyledGenerator
from pleinair.training.generators.texture import TextureNetwork

LARGEST_SIZE = 512
"""Of the numbers that a generator is made of: channels and blocks."""
KINDS: dict[str, type[Generator]] = {
    c.kind: c for c in (FastGenerator, FineGenerator, ResidualGenerator, TextureNetwork)
}


def build(kind: str, norm: str = INSTANCE, channels: int | None = None, **config: int) -> Generator:
    """A generator of one of the ``KINDS`` with fresh weights, of its usual width or with ``channels``.

    ``build(**generator.config)`` makes another one like it. Raises KeyError, TypeError, ValueError for a wrong
    config.
    """
    width = {} if channels is None else {"channels": channels}
    if norm not in NORMS or not all(
        1 <= size <= LARGEST_SIZE for size in (*width.values(), *config.values())
    ):
        raise ValueError("there is no generator of this size")
    return KINDS[kind](norm, **width, **config)


__all__ = [
    "BATCH",
    "INSTANCE",
    "KINDS",
    "NORMS",
    "CellGenerator",
    "ConditionalNorm",
    "FastGenerator",
    "FineGenerator",
    "Generator",
    "StyleControl",
    "StyledGenerator",
    "build",
]

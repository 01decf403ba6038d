"""The controls that a person can set beside strength and colours, if a style has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class ControlSpec:
    """A control as the command line offers it, ``--name``, and the window, with a slider.

    Style files say what it does to the picture (``Control``); ``low``, ``high`` and ``default`` here are
    what a person may ask for.
    """

    name: str
    label: str
    low: float
    high: float
    default: float
    help: str


_registered: dict[str, ControlSpec] = {}


def register_control(spec: ControlSpec) -> None:
    """Offer this control everywhere; it replaces one of the same name."""
    _registered[spec.name] = spec


def controls() -> Mapping[str, ControlSpec]:
    """All controls by name."""
    return MappingProxyType(_registered)


# Those of the generator ``fine``.
register_control(
    ControlSpec("stroke", "Stroke size", -1.0, 1.0, 0.0, "size of the strokes, from -1 (small) to 1 (large)")
)
register_control(
    ControlSpec(
        "faces",
        "Keep faces",
        0.0,
        1.0,
        0.5,
        "how far faces are kept, from 0 (painted like all else) to 1",
    )
)

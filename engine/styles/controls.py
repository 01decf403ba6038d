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
    """All controls by name. None so far: the styles of the generator ``fast`` have none."""
    return MappingProxyType(_registered)

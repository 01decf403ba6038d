"""What a style file may hold. A file from a stranger is refused where it holds anything else, but for texts, which are
made fit to be shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pleinair.engine.frame import Pixels
from pleinair.engine.styles.texture_noise import MOST
from pleinair.engine.untrusted.data import parse_json
from pleinair.engine.untrusted.texts import one_line

TEXTS: Mapping[str, int] = {"title": 120, "artist": 120, "year": 40, "licence": 200, "source": 400}
"""The texts of a style, and how many letters of them are kept."""
LONGEST_LABEL = 60
"""Letters of a control's name for people."""
NUMBERS = ("low", "high", "origin", "default")
"""Of a control."""
LARGEST_NUMBER = 100.0
"""That a control may go to, from 0."""
MOST_ENTRIES = 16
"""Generators of a style, and controls of a generator."""
NAME = re.compile(r"[^/]{1,100}")
"""Of a generator or control; a tensor is called ``generator/control``."""
BASE = "base"
"""What stands in the place of a control's name for the vector itself."""
SHA256 = re.compile(r"[0-9a-f]{64}")
LONGEST_RECORD = 64 << 10
"""Bytes of the training record, and of all that is said of generators."""
LONGEST_VECTOR = 1 << 22
"""Numbers."""
LARGEST_PREVIEW = 1024
"""Pixels of a side."""

Vector = npt.NDArray[np.float32]


@dataclass(frozen=True)
class ControlFacts:
    """``numbers`` in the order of ``NUMBERS``."""

    label: str
    numbers: tuple[float, float, float, float]

    @classmethod
    def from_json(cls, entry: Any) -> ControlFacts:
        """Raises ValueError, KeyError, TypeError for anything else."""
        low, high, origin, default = (_number(entry[name], LARGEST_NUMBER) for name in NUMBERS)
        if not low <= default <= high:
            raise ValueError("the usual value of a control is none of its values")
        return cls(one_line(_text(entry["label"]), LONGEST_LABEL), (low, high, origin, default))


@dataclass(frozen=True)
class GeneratorFacts:
    """What the metadata tell of the vectors for one generator."""

    sha256: str
    controls: Mapping[str, ControlFacts]
    noise: float

    @classmethod
    def from_json(cls, entry: Any) -> GeneratorFacts:
        """Raises ValueError, KeyError, TypeError for anything else."""
        sha256, noise = _text(entry["sha256"]), _number(entry.get("noise", 0.0), MOST)
        controls = {name: ControlFacts.from_json(facts) for name, facts in _entries(entry["controls"])}
        if not SHA256.fullmatch(sha256) or noise < 0 or BASE in controls:
            raise ValueError("the facts of a generator are impossible")
        return cls(sha256, controls, noise)


def read_texts(meta: Mapping[str, str]) -> dict[str, str]:
    """The texts of a style by name, as they may be shown; empty where they are missing."""
    return {name: one_line(meta.get(name, ""), longest).strip() for name, longest in TEXTS.items()}


def read_generators(text: str) -> dict[str, GeneratorFacts]:
    """The generators that a style has vectors for, by name. Raises ValueError, KeyError, TypeError, AttributeError."""
    entries = _entries(_record(text))
    if not entries:
        raise ValueError("there is no generator")
    return {name: GeneratorFacts.from_json(entry) for name, entry in entries}


def read_training(text: str) -> dict[str, Any]:
    """What is known of how a style was made. Raises ValueError, TypeError."""
    record = _record(text)
    if not isinstance(record, dict):
        raise TypeError
    return record


def check_vector(stored: npt.NDArray[Any], length: int | None = None) -> Vector:
    """float16 (S,), finite, of this ``length`` if there is one, as float32. Raises ValueError for anything else."""
    if stored.dtype != np.float16 or stored.ndim != 1 or not 1 <= len(stored) <= LONGEST_VECTOR:
        raise ValueError("a vector has another shape")
    if length not in (None, len(stored)) or not np.isfinite(stored).all():
        raise ValueError("a vector does not fit")
    return stored.astype(np.float32)


def check_preview(stored: npt.NDArray[Any]) -> Pixels:
    """uint8 (h, w, 3) with sides up to ``LARGEST_PREVIEW``. Raises ValueError for anything else."""
    if stored.dtype != np.uint8 or stored.ndim != 3 or stored.shape[2] != 3:
        raise ValueError("the preview is no picture")
    if not 1 <= min(stored.shape) <= max(stored.shape) <= LARGEST_PREVIEW:
        raise ValueError("the preview has an impossible size")
    return stored


def _record(text: str) -> Any:
    if len(text) > LONGEST_RECORD:
        raise ValueError("a text is too long")
    return parse_json(text)


def _entries(value: Any) -> list[tuple[str, Any]]:
    if not isinstance(value, dict) or len(value) > MOST_ENTRIES:
        raise ValueError("there are too many entries, or none")
    if not all(NAME.fullmatch(name) and name.isprintable() for name in value):
        raise ValueError("there is an impossible name")
    return list(value.items())


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _number(value: Any, most: float) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not abs(value) <= most:
        raise ValueError("a number is impossible")
    return float(value)

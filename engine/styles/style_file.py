"""Styles and their files: safetensors, so that a file from a stranger is safe to open."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from pleinair.engine.errors import StyleFileError
from pleinair.engine.frame import Pixels
from pleinair.engine.outputs import write_atomically
from pleinair.engine.styles.texture_noise import MOST

SUFFIX = ".safetensors"
FORMAT = "3"
OLD_FORMAT, OLD_GENERATOR = "2", "fast"
"""Format 2 held one vector, for the only generator there was. Format 1 held the scales and shifts of the
norms alone and is no longer read."""
LARGEST_FILE = 64 << 20
"""Bytes."""

Vector = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Control:
    """Something a person can set for a style, such as its stroke size.

    ``vector`` float32 (S,), read-only, is added ``value - origin`` times; ``value`` goes from ``low`` to
    ``high`` and is ``default`` unless set. ``label`` is its name for people.
    """

    label: str
    low: float
    high: float
    origin: float
    default: float
    vector: Vector

    def __post_init__(self) -> None:
        self.vector.flags.writeable = False


@dataclass(frozen=True, eq=False)
class StyleVectors:
    """What a style is to one generator.

    ``generator``: SHA-256 of the generator's file; ``base`` float32 (S,), read-only; ``controls`` by name;
    ``noise``: grey levels of the noise on frames (see ``texture_noise``).
    """

    generator: str
    base: Vector
    controls: Mapping[str, Control] = field(default_factory=dict)
    noise: float = 0.0

    def __post_init__(self) -> None:
        self.base.flags.writeable = False

    def at(self, values: Mapping[str, float]) -> Vector:
        """The vector float32 (S,) with these values of controls; it is linear in each of them.

        Values beyond a control's range are limited to it; names that are no controls here do nothing.
        """
        vector = self.base
        for name, control in self.controls.items():
            value = min(control.high, max(control.low, values.get(name, control.default)))
            if value != control.origin:
                vector = vector + np.float32(value - control.origin) * control.vector
        return vector


@dataclass(frozen=True, eq=False)
class Style:
    """A learned look.

    ``vectors``: what it is to each generator, by the generator's name; ``preview`` uint8 (h, w, 3) BGR,
    read-only; ``training``: what is known of how it was made.
    """

    id: str
    title: str
    artist: str
    year: str
    licence: str
    source: str
    vectors: Mapping[str, StyleVectors]
    preview: Pixels
    training: Mapping[str, Any]

    def __post_init__(self) -> None:
        self.preview.flags.writeable = False

    @property
    def byline(self) -> str:
        """Artist and year, as far as they are known."""
        return ", ".join(part for part in (self.artist, self.year) if part)

    def vectors_for(self, generator: str) -> StyleVectors | None:
        """Those for the generator whose file has this SHA-256; its name may be another one here."""
        return next((v for v in self.vectors.values() if v.generator == generator), None)


_TEXTS = ("title", "artist", "year", "licence", "source")
_CONTROL_FACTS = ("label", "low", "high", "origin", "default")


def style_id(name: str) -> str:
    """A file's or style's name as an id: commas and colons, which separate the styles of a mix, become hyphens."""
    return re.sub(r"\s*[,:]+\s*", "-", name).strip("-")


def write_style(path: Path, style: Style) -> None:
    """Write one style file; an old file stays until the new one is whole. Vectors are kept in float16.

    Raises StyleFileError.
    """
    tensors: dict[str, npt.NDArray[Any]] = {"preview": np.ascontiguousarray(style.preview)}
    generators = {}
    for name, vectors in style.vectors.items():
        tensors[f"{name}/base"] = np.ascontiguousarray(vectors.base, np.float16)
        controls = {}
        for key, control in vectors.controls.items():
            tensors[f"{name}/{key}"] = np.ascontiguousarray(control.vector, np.float16)
            controls[key] = {fact: getattr(control, fact) for fact in _CONTROL_FACTS}
        generators[name] = {"sha256": vectors.generator, "controls": controls, "noise": vectors.noise}
    meta = {name: getattr(style, name) for name in _TEXTS}
    meta |= {"format": FORMAT, "generators": json.dumps(generators)}
    meta["training"] = json.dumps(dict(style.training))
    try:
        write_atomically(path, save(tensors, metadata=meta))
    except OSError as error:
        raise StyleFileError(f"The style {path} could not be written ({error.strerror}).") from error


def read_style(path: Path) -> Style:
    """Read a style file; its id is the file's name without ending.

    Safe on files from strangers: nothing in the file is run. Raises StyleFileError when the file is
    missing, broken, or not a style.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise StyleFileError(f"{path} is far too large to be a style; remove it from the folder.")
        with safe_open(path, framework="numpy") as file:
            meta = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        if "preview" not in tensors:
            raise StyleFileError(f"{path} is not a style file; remove it from the folder.")
        if meta.get("format") not in (FORMAT, OLD_FORMAT):
            raise StyleFileError(
                f"{path} was made by another version of Plein Air; train or download it again."
            )
        return _read(path, meta, tensors)
    except OSError as error:
        reason = error.strerror or "no such file"
        raise StyleFileError(f"The style file {path} cannot be read: {reason}.") from error
    except (SafetensorError, ValueError, KeyError, TypeError, AttributeError, struct.error) as error:
        raise StyleFileError(
            f"The style file {path} is broken; copy or download it again, or remove it."
        ) from error


def _read(path: Path, meta: dict[str, str], tensors: dict[str, npt.NDArray[Any]]) -> Style:
    """Raises KeyError, TypeError, ValueError, AttributeError for contents that don't fit together."""
    if meta["format"] == OLD_FORMAT:
        tensors[f"{OLD_GENERATOR}/base"] = tensors["style"]
        entries: Any = {OLD_GENERATOR: {"sha256": meta["generator"], "controls": {}}}
    else:
        entries = json.loads(meta["generators"])
    training, preview = json.loads(meta.get("training", "{}")), tensors["preview"]
    picture = preview.dtype == np.uint8 and preview.ndim == 3 and preview.shape[2] == 3
    if not entries or not isinstance(training, dict) or not picture or min(preview.shape) == 0:
        raise ValueError
    name = style_id(path.stem)
    if not name:
        raise StyleFileError(f"{path} has no letter in its name that a style could be called by; rename it.")
    texts = {key: meta.get(key, "") for key in _TEXTS}
    texts["title"] = texts["title"] or path.stem
    return Style(
        id=name,
        vectors=MappingProxyType({key: _read_vectors(key, entry, tensors) for key, entry in entries.items()}),
        preview=preview,
        training=MappingProxyType(training),
        **texts,
    )


def _read_vectors(name: str, entry: Any, tensors: dict[str, npt.NDArray[Any]]) -> StyleVectors:
    base = _vector(tensors[f"{name}/base"])
    controls = {}
    for key, facts in entry["controls"].items():
        low, high, origin, default = (float(facts[fact]) for fact in _CONTROL_FACTS[1:])
        vector = _vector(tensors[f"{name}/{key}"])
        if not low <= default <= high or not np.isfinite([low, high, origin]).all():
            raise ValueError
        if vector.shape != base.shape:
            raise ValueError
        controls[str(key)] = Control(str(facts["label"]), low, high, origin, default, vector)
    noise = float(entry.get("noise", 0.0))
    if not 0 <= noise <= MOST:
        raise ValueError
    return StyleVectors(str(entry["sha256"]), base, MappingProxyType(controls), noise)


def _vector(stored: npt.NDArray[Any]) -> Vector:
    if stored.dtype != np.float16 or stored.ndim != 1 or not np.isfinite(stored).all():
        raise ValueError
    return stored.astype(np.float32)

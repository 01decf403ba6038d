"""Styles and their files: safetensors, so that a file from a stranger is safe to open."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load, save

from pleinair.engine.errors import StyleFileError
from pleinair.engine.frame import Pixels
from pleinair.engine.outputs import write_atomically
from pleinair.engine.styles.schema import (
    NUMBERS,
    TEXTS,
    GeneratorFacts,
    Vector,
    check_preview,
    check_vector,
    read_generators,
    read_texts,
    read_training,
)
from pleinair.engine.untrusted.data import read_metadata
from pleinair.engine.untrusted.files import MEGABYTE, read_file
from pleinair.engine.untrusted.texts import one_line

SUFFIX = ".safetensors"
FORMAT = "3"
OLD_FORMAT, OLD_GENERATOR = "2", "fast"
"""Format 2 held one vector, for the only generator there was. Format 1 held the scales and shifts of the
norms alone and is no longer read."""
LARGEST_FILE = 16 * MEGABYTE
"""Bytes."""
LONGEST_ID = 200
"""Letters."""


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


def style_id(name: str) -> str:
    """A file's or style's name as an id, in one line: commas and colons, which separate the styles of a mix, become
    hyphens."""
    return re.sub(r"\s*[,:]+\s*", "-", one_line(name, LONGEST_ID)).strip("-")


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
            controls[key] = {fact: getattr(control, fact) for fact in ("label", *NUMBERS)}
        generators[name] = {"sha256": vectors.generator, "controls": controls, "noise": vectors.noise}
    meta = {name: getattr(style, name) for name in TEXTS}
    meta |= {"format": FORMAT, "generators": json.dumps(generators)}
    meta["training"] = json.dumps(dict(style.training))
    try:
        write_atomically(path, save(tensors, metadata=meta))
    except OSError as error:
        raise StyleFileError(f"The style {path} could not be written ({error.strerror}).") from error


def read_style(path: Path) -> Style:
    """Read a style file; its id is the file's name without ending.

    Safe on files from strangers: nothing in the file is run, and what it may hold is limited (see ``schema``).
    Raises StyleFileError when the file is missing, broken, or not a style.
    """
    try:
        data = read_file(path, LARGEST_FILE)
    except OSError as error:
        reason = error.strerror or "no such file"
        raise StyleFileError(f"The style file {path} cannot be read: {reason}.") from error
    try:
        return _read(path, data)
    except StyleFileError:
        raise
    except Exception as error:  # whatever a stranger's file brings about, memory that is too small included
        raise StyleFileError(
            f"The style file {path} is broken; copy or download it again, or remove it."
        ) from error


def _read(path: Path, data: bytes) -> Style:
    meta = read_metadata(data)
    tensors = load(data)
    if "preview" not in tensors:
        raise StyleFileError(f"{path} is not a style file; remove it from the folder.")
    if meta.get("format") not in (FORMAT, OLD_FORMAT):
        raise StyleFileError(f"{path} was made by another version of Plein Air; train or download it again.")
    name = style_id(path.stem)
    if not name:
        raise StyleFileError(f"{path} has no letter in its name that a style could be called by; rename it.")
    if meta["format"] == OLD_FORMAT:
        tensors[f"{OLD_GENERATOR}/base"] = tensors["style"]
        entries = {OLD_GENERATOR: GeneratorFacts.from_json({"sha256": meta["generator"], "controls": {}})}
    else:
        entries = read_generators(meta["generators"])
    texts = read_texts(meta)
    texts["title"] = texts["title"] or name
    return Style(
        id=name,
        vectors=MappingProxyType({key: _vectors(key, facts, tensors) for key, facts in entries.items()}),
        preview=check_preview(tensors["preview"]),
        training=MappingProxyType(read_training(meta.get("training", "{}"))),
        **texts,
    )


def _vectors(name: str, facts: GeneratorFacts, tensors: Mapping[str, npt.NDArray[Any]]) -> StyleVectors:
    base = check_vector(tensors[f"{name}/base"])
    controls = {}
    for key, control in facts.controls.items():
        vector = check_vector(tensors[f"{name}/{key}"], len(base))
        controls[key] = Control(control.label, *control.numbers, vector)
    return StyleVectors(facts.sha256, base, MappingProxyType(controls), facts.noise)

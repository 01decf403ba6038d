"""Styles, their files, the library of those at hand, and the look a frame is painted with."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from pleinair.engine.errors import StyleFileError, StyleNotFound, UsageError
from pleinair.engine.files import write_atomically
from pleinair.engine.frame import Pixels

SUFFIX = ".safetensors"
FORMAT = "2"
"""1 held the scales and shifts of the norms only."""
LARGEST_FILE = 64 << 20


@dataclass(frozen=True, eq=False)
class Style:
    """A learned look.

    ``vector`` float32 (S,), read-only: all that was learned, the kernels of the convolutions and the scales
    and shifts of the norms, in the generator's order; ``generator`` the SHA-256 of the generator file it
    belongs to; ``preview`` uint8 (h, w, 3) BGR; ``training`` what is known of how it was made.
    """

    id: str
    title: str
    artist: str
    year: str
    licence: str
    source: str
    vector: npt.NDArray[np.float32]
    generator: str
    preview: Pixels
    training: Mapping[str, Any]

    def __post_init__(self) -> None:
        self.vector.flags.writeable = False
        self.preview.flags.writeable = False


_TEXTS = ("title", "artist", "year", "licence", "source", "generator")


def write_style(path: Path, style: Style) -> None:
    """Write one style file; an old file stays until the new one is whole. The vector is kept in float16.

    Raises StyleFileError.
    """
    meta = {name: getattr(style, name) for name in _TEXTS}
    meta["format"] = FORMAT
    meta["training"] = json.dumps(dict(style.training))
    tensors: dict[str, npt.NDArray[Any]] = {
        "style": np.ascontiguousarray(style.vector, dtype=np.float16),
        "preview": np.ascontiguousarray(style.preview),
    }
    try:
        write_atomically(path, save(tensors, metadata=meta))
    except OSError as error:
        raise StyleFileError(f"The style {path} could not be written ({error.strerror}).") from error


def read_style(path: Path) -> Style:
    """Read a style file; its id is the file's name without ending.

    Safe on files from strangers: nothing in the file is run. Raises StyleFileError in words for a
    person when the file is missing, broken, or not a style.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise StyleFileError(f"{path} is far too large to be a style; remove it from the folder.")
        with safe_open(path, framework="numpy") as file:
            meta = file.metadata() or {}
            names = set(file.keys())
            if not {"style", "preview"} <= names:
                raise StyleFileError(f"{path} is not a style file; remove it from the folder.")
            vector, preview = file.get_tensor("style"), file.get_tensor("preview")
        training = json.loads(meta.get("training", "{}"))
    except OSError as error:
        reason = error.strerror or "no such file"
        raise StyleFileError(f"The style file {path} cannot be read: {reason}.") from error
    except (SafetensorError, ValueError, TypeError, AttributeError, struct.error) as error:
        raise StyleFileError(
            f"The style file {path} is broken; copy or download it again, or remove it."
        ) from error
    if meta.get("format") != FORMAT:
        raise StyleFileError(f"{path} was made by another version of Plein Air; train or download it again.")
    shaped = (
        vector.dtype == np.float16
        and vector.ndim == 1
        and bool(np.isfinite(vector).all())
        and preview.dtype == np.uint8
        and preview.ndim == 3
        and preview.shape[2] == 3
        and min(preview.shape) > 0
        and isinstance(training, dict)
    )
    if not shaped:
        raise StyleFileError(f"The style file {path} is broken; copy or download it again, or remove it.")
    texts = {name: meta.get(name, "") for name in _TEXTS}
    texts["title"] = texts["title"] or path.stem
    return Style(
        id=path.stem,
        vector=vector.astype(np.float32),
        preview=preview,
        training=MappingProxyType(training),
        **texts,
    )


@dataclass(frozen=True)
class Library:
    """The styles at hand for one generator, by id, in order; and the files that could not be used,
    with the reason in a sentence."""

    styles: Mapping[str, Style]
    rejected: Mapping[Path, str] = field(default_factory=dict)

    def get(self, style_id: str) -> Style:
        """Raises StyleNotFound, naming those that there are."""
        try:
            return self.styles[style_id]
        except KeyError:
            known = ", ".join(self.styles) or "none"
            raise StyleNotFound(f"There is no style '{style_id}'; choose one of: {known}.") from None


def read_library(folders: list[Path], generator: str, style_size: int) -> Library:
    """Read all style files of the folders for the generator with this SHA-256 and S.

    A later folder's style replaces an earlier one's of the same id. Broken files are left out and
    named in ``rejected``, so that one bad file never costs the others.
    """
    styles: dict[str, Style] = {}
    rejected: dict[Path, str] = {}
    for folder in folders:
        for path in sorted(folder.glob("*" + SUFFIX)):
            try:
                style = read_style(path)
                if style.generator != generator or style.vector.shape != (style_size,):
                    raise StyleFileError(
                        f"{path} was made for another generator; train it again for this one."
                    )
            except StyleFileError as error:
                rejected[path] = str(error)
            else:
                styles[style.id] = style
    return Library(MappingProxyType(styles), MappingProxyType(rejected))


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

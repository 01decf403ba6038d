"""Styles and their files."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from pleinair.engine.errors import StyleFileError
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

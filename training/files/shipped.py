"""What the program paints with, read back from its files so that training can build on it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnx
import torch
from safetensors import SafetensorError, safe_open

from pleinair.engine.errors import GeneratorError, StyleFileError
from pleinair.engine.styles import Style, read_style
from pleinair.training.files.export import CONFIG, read_vector
from pleinair.training.generators import FastGenerator, StyledGenerator, build


@dataclass(frozen=True)
class GeneratorFile:
    """A generator's graph: its ``config`` (see ``build``), the file's SHA-256, and S."""

    config: dict[str, Any]
    digest: str
    vector_size: int


def read_generator(path: Path) -> GeneratorFile:
    """What a generator file holds. Raises GeneratorError when it is missing, broken, or of another kind."""
    try:
        data = path.read_bytes()
        model = onnx.load_from_string(data)
        properties = {p.key: p.value for p in model.metadata_props}
        config: dict[str, Any] = json.loads(properties[CONFIG])
        if config["kind"] != FastGenerator.kind:
            raise ValueError(config["kind"])
        (size,) = (i.type.tensor_type.shape.dim[0].dim_value for i in model.graph.input if i.name == "style")
    except OSError as error:
        raise GeneratorError(f"The generator {path} cannot be read ({error.strerror}).") from error
    except Exception as error:
        raise GeneratorError(
            f"{path} is not a generator that can be taught; choose the one that came with Plein Air."
        ) from error
    return GeneratorFile(config, hashlib.sha256(data).hexdigest(), size)


def is_style(path: Path) -> bool:
    """Whether this is a style file, not a checkpoint. Raises StyleFileError when it can be neither."""
    try:
        with safe_open(path, framework="numpy") as opened:
            return "format" in (opened.metadata() or {})
    except (OSError, SafetensorError) as error:
        raise StyleFileError(
            f"{path} is neither a style nor a checkpoint that can be read ({error})."
        ) from error


def read_style_for(path: Path, digest: str, generator: Path) -> Style:
    """A style that is for the file ``generator``, whose SHA-256 is ``digest``. Raises StyleFileError."""
    style = read_style(path)
    if style.generator != digest:
        raise StyleFileError(
            f"{path} was made for another generator than {generator}; name it with --generator."
        )
    return style


def model_of_style(config: dict[str, Any], style: Style) -> StyledGenerator:
    """A model of this one style, to be trained further. ``config``: of the style's generator."""
    generator = build(**config)
    assert isinstance(generator, FastGenerator)
    model = StyledGenerator(generator, 1)
    with torch.no_grad():
        model.styles.copy_(read_vector(style.vector, generator)[None])
    return model

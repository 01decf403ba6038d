"""What the program paints with, read back from its files so that training can build on it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnx
import torch
from onnx import numpy_helper

from pleinair.engine.errors import GeneratorError, StyleFileError
from pleinair.engine.generator import read_generator_file, require_harmless
from pleinair.engine.styles.style_file import Style, read_style
from pleinair.engine.untrusted.data import parse_json, read_metadata
from pleinair.engine.untrusted.files import read_file
from pleinair.training.files.checkpoint import LARGEST_FILE
from pleinair.training.files.export import CONFIG
from pleinair.training.files.graph import UNNAMED
from pleinair.training.files.style_vectors import Floats, read_vector, set_weights
from pleinair.training.generators import CellGenerator, StyledGenerator, build

LARGEST = 256
"""Of the numbers of channels and blocks that a generator file may tell; those that ship have 96 at most."""


@dataclass(frozen=True)
class ShippedGenerator:
    """What training needs of a generator file: its ``config`` (see ``build``), its SHA-256, and the weights that
    its styles share, by name (see ``style_vectors.graph_weights``)."""

    config: dict[str, Any]
    digest: str
    weights: dict[str, Floats]


def read_generator(path: Path) -> ShippedGenerator:
    """Read what a generator file tells of itself. Raises GeneratorError when it is missing, broken, or of a
    kind that has no styles of its own."""
    file = read_generator_file(path)
    require_harmless(file)
    try:
        model = onnx.load_from_string(file.data)
        properties = {p.key: p.value for p in model.metadata_props}
        config: dict[str, Any] = parse_json(properties[CONFIG])
        with torch.device("meta"):  # what the file says of its size takes no memory
            generator = build(**config)
        if not isinstance(generator, CellGenerator):
            raise ValueError(config["kind"])
        if any(isinstance(size, int) and size > LARGEST for size in config.values()):
            raise ValueError("too large")
        weights = {
            constant.name: numpy_helper.to_array(constant)
            for constant in model.graph.initializer
            if not constant.name.startswith(UNNAMED)
        }
        if weights:
            set_weights(generator.to_empty(device="cpu"), weights)  # whether they fit
    except Exception as error:
        raise GeneratorError(
            f"{path} is not a generator that can learn styles; choose the one that came with Plein Air."
        ) from error
    return ShippedGenerator(config, file.digest, weights)


def is_style(path: Path) -> bool:
    """Whether this is a style file, not a checkpoint. Raises StyleFileError when it is neither."""
    try:
        return "format" in read_metadata(read_file(path, LARGEST_FILE))
    except (OSError, ValueError) as error:
        raise StyleFileError(
            f"{path} is neither a style nor a checkpoint that can be read ({error})."
        ) from error


def read_style_for(path: Path, digest: str, generator: Path) -> Style:
    """Read a style made for the file ``generator``, whose SHA-256 is ``digest``. Raises StyleFileError."""
    style = read_style(path)
    if style.vectors_for(digest) is None:
        raise StyleFileError(
            f"{path} was made for another generator than {generator}; name its own with --generator."
        )
    return style


def fresh_model(file: ShippedGenerator) -> StyledGenerator:
    """A model of one style that is still to be learned, with the weights that the file has."""
    generator = build(**file.config)
    assert isinstance(generator, CellGenerator)
    if file.weights:
        set_weights(generator, file.weights)
    return StyledGenerator(generator, 1)


def model_of_style(file: ShippedGenerator, style: Style) -> StyledGenerator:
    """A model of this one style, to be trained further. ``file``: the style's generator.

    Raises StyleFileError when its vectors do not fit.
    """
    model, vectors = fresh_model(file), style.vectors_for(file.digest)
    generator = model.generator
    assert vectors is not None and isinstance(generator, CellGenerator)
    try:
        with torch.no_grad():
            model.styles.copy_(read_vector(vectors.base, generator)[None])
            for place, control in enumerate(generator.controls):
                model.controls[0, place] = torch.from_numpy(vectors.controls[control.name].vector.copy())
    except (ValueError, KeyError, RuntimeError) as error:
        raise StyleFileError(
            f"The style '{style.id}' does not fit its generator; copy or download it again."
        ) from error
    return model

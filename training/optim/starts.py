"""Which learned style a new one starts from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import torch

from pleinair.engine.errors import CheckpointError
from pleinair.training.files.checkpoint import read_checkpoint
from pleinair.training.files.shipped import is_style, model_of_style, read_generator, read_style_for
from pleinair.training.generators import StyledGenerator
from pleinair.training.losses.perceptual import Perceptual
from pleinair.training.optim.processes import Processes

NamedStyle = tuple[str, StyledGenerator]
"""A style's id, and a model of this style alone."""


def read_styles(file: Path, generator: Path) -> list[NamedStyle]:
    """The styles of a checkpoint, or that of a style file made for the file ``generator``.

    Raises CheckpointError, StyleFileError, GeneratorError.
    """
    if is_style(file):
        found = read_generator(generator)
        style = read_style_for(file, found.digest, generator)
        return [(style.id, model_of_style(found, style))]
    checkpoint = read_checkpoint(file)
    return [(name, checkpoint.model.only(n)) for n, name in enumerate(checkpoint.record.styles)]


def nearest(known: Sequence[NamedStyle], objective: Perceptual, processes: Processes) -> NamedStyle:
    """The style with the least loss on the first photos."""
    batch = objective.prepare(objective.batch(0))
    best, least = known[0], math.inf
    for style in known:
        model = style[1].to(processes.device)
        with torch.no_grad():
            (loss,) = processes.mean([float(objective.losses(model, batch)["total"])])
        if loss < least:
            best, least = style, loss
    return best


def start_from(file: Path, model: StyledGenerator, styles: Sequence[str]) -> None:
    """Give a model the weights of a checkpoint, and those of its ``styles`` that this has, by their ids.

    Raises CheckpointError, also for one of another generator.
    """
    saved = read_checkpoint(file)
    have, want = saved.model.generator.description, model.generator.description
    if have != want:
        raise CheckpointError(f"{file} holds {have}, not {want}; start from another checkpoint.")
    model.generator.load_state_dict(saved.model.generator.state_dict())
    with torch.no_grad():
        for place, style in enumerate(styles):
            if style in saved.record.styles:
                number = saved.record.styles.index(style)
                model.styles[place] = saved.model.styles[number]
                if model.generator.controls:
                    model.controls[place] = saved.model.controls[number]

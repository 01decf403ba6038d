"""From a checkpoint to what the program loads: one generator, and one file for each style."""

from __future__ import annotations

import copy
import hashlib
import subprocess
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import cv2
import numpy as np
import torch

from pleinair.engine.errors import TrainingError
from pleinair.engine.files import asset
from pleinair.engine.foreign.shipped import LIST
from pleinair.engine.frame import Pixels
from pleinair.engine.media.kinds import open_clip
from pleinair.engine.styles.style_file import SUFFIX, Control, Style, StyleVectors, read_style, write_style
from pleinair.training.data.pictures import read_bgr
from pleinair.training.files.export import export_generator
from pleinair.training.files.records import TrainingRecord
from pleinair.training.files.style_vectors import style_vector
from pleinair.training.generators import INSTANCE, CellGenerator, StyledGenerator

PREVIEW = (192, 128)
"""Width and height of the previews in style files."""


def publish(trained: Sequence[tuple[StyledGenerator, TrainingRecord]], out: Path, photo: Path) -> list[Path]:
    """Write ``out/generators/KIND.onnx`` and ``out/styles/ID.safetensors`` for all styles of some models.

    A style file that is there keeps what it has for other generators. Where the generators have a list of their
    SHA-256, as in ``assets``, it is written again. ``photo`` is painted for the previews, so
    that no painting is copied into a style file. Returns the style files. Raises TrainingError, StyleFileError.
    """
    digests = {
        publish_generator(model, out / "generators" / f"{model.generator.kind}.onnx") for model, _ in trained
    }
    if len(digests) > 1:
        raise TrainingError("These checkpoints hold generators of different shapes; publish them separately.")
    (digest,) = digests
    _list_generators(out / "generators")
    sample = preview_sample(photo)
    files = []
    for model, record in trained:
        for number, style_id in enumerate(record.styles):
            path = out / "styles" / (style_id + SUFFIX)
            path.parent.mkdir(parents=True, exist_ok=True)
            painted = model.paint_function(number)(sample)
            style = trained_style(model, record, number, digest, painted)
            write_style(path, with_others(style, path, model.generator.kind))
            files.append(path)
    return files


def _list_generators(folder: Path) -> None:
    path = folder / LIST
    if path.exists():
        files = sorted(folder.glob("*.onnx"))
        path.write_text("".join(f"{hashlib.sha256(f.read_bytes()).hexdigest()}  {f.name}\n" for f in files))


def can_be_published(model: StyledGenerator) -> bool:
    """Whether the program can paint with this generator."""
    return isinstance(model.generator, CellGenerator) and model.generator.norm == INSTANCE


def publish_generator(model: StyledGenerator, path: Path) -> str:
    """Write the model's generator, checked in all its styles; returns its SHA-256.

    Raises TrainingError, also for generators that the program cannot run.
    """
    if not can_be_published(model):
        raise TrainingError(
            f"The program cannot paint with {model.generator.description}; train --generator fast or fine."
        )
    copied = copy.deepcopy(model).cpu().eval()
    assert isinstance(copied.generator, CellGenerator)
    with torch.no_grad():
        vectors = copied.vectors(torch.arange(len(copied.styles)))
    return export_generator(copied.generator, vectors, path)


def trained_style(
    model: StyledGenerator, record: TrainingRecord, number: int, generator: str, painted: Pixels
) -> Style:
    """The style file's contents. ``generator``: SHA-256 of its file; ``painted``: for the preview."""
    assert isinstance(model.generator, CellGenerator)
    painting = record.paintings[number]
    generator_of = model.generator
    controls = {
        control.name: Control(
            control.label,
            control.low,
            control.high,
            control.origin,
            control.default,
            style_vector(generator_of, model.controls[number, place]),
        )
        for place, control in enumerate(generator_of.controls)
    }
    base = style_vector(generator_of, model.styles[number])
    vectors = StyleVectors(generator, base, controls, generator_of.noise)
    return Style(
        id=painting.id,
        title=painting.title,
        artist=painting.artist,
        year=painting.year,
        licence=painting.licence,
        source=painting.source,
        vectors={generator_of.kind: vectors},
        preview=np.asarray(cv2.resize(painted, PREVIEW, interpolation=cv2.INTER_AREA), dtype=np.uint8),
        training=MappingProxyType(record.of_style(number, _commit())),
    )


def with_others(style: Style, path: Path, kind: str) -> Style:
    """The style, with what the file has for other generators than ``kind``. Raises StyleFileError."""
    if not path.exists():
        return style
    old = read_style(path)
    others = {name: vectors for name, vectors in old.vectors.items() if name != kind}
    if not others:
        return style
    training = MappingProxyType({**old.training, kind: dict(style.training)})
    return replace(style, vectors={**others, **style.vectors}, training=training)


def preview_sample(photo: Path | None) -> Pixels:
    """The middle of a photo, or of the demo clip's first frame, in the previews' proportions and twice their
    size, uint8 BGR. Raises TrainingError when the photo cannot be read."""
    bgr = _demo_frame() if photo is None else read_bgr(photo)
    height, width = bgr.shape[:2]
    w = min(width, height * PREVIEW[0] // PREVIEW[1])
    h = w * PREVIEW[1] // PREVIEW[0]
    top, left = (height - h) // 2, (width - w) // 2
    size = (2 * PREVIEW[0], 2 * PREVIEW[1])
    middle = bgr[top : top + h, left : left + w]
    return np.asarray(cv2.resize(middle, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _demo_frame() -> Pixels:
    with closing(open_clip(asset("demo.mp4"))) as demo:
        return next(demo.pictures()).pixels


def _commit() -> str:
    """The commit of the code that trained, in a checkout with git at hand."""
    checkout = Path(__file__).resolve().parents[2]  # an editable install links to the checkout's files
    if not (checkout / ".git").exists():
        return "unknown"
    words = ["git", "-C", str(checkout), "rev-parse", "--short", "HEAD"]
    try:
        return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip() or "unknown"
    except OSError:
        return "unknown"

"""From a checkpoint to what the program loads: one generator and one file a style."""

from __future__ import annotations

import copy
import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import cv2
import numpy as np

from pleinair.engine.errors import TrainingError
from pleinair.engine.files import asset
from pleinair.engine.frame import Paint, Pixels
from pleinair.engine.sources.video import VideoSource
from pleinair.engine.styles import SUFFIX, Look, Style, write_style
from pleinair.engine.stylizer import Stylizer
from pleinair.training.data.photos import read_picture
from pleinair.training.files.checkpoint import describe
from pleinair.training.files.export import export_generator, reference_paint, style_vector
from pleinair.training.generators import INSTANCE, FastGenerator, StyledGenerator

PREVIEW = (192, 128)
"""Width and height of the previews in style files."""


def publish(
    checkpoints: Sequence[tuple[StyledGenerator, dict[str, Any]]], out: Path, photo: Path, name: str = "fast"
) -> list[Path]:
    """Write ``out/generators/NAME.onnx`` and ``out/styles/ID.safetensors`` for all styles of some painters,
    each with its record; returns the style files.

    ``photo`` is painted for the previews, so that no painting is copied into a style file.
    Raises TrainingError, StyleFileError.
    """
    digests = {publish_generator(model, out / "generators" / f"{name}.onnx") for model, _ in checkpoints}
    if len(digests) > 1:
        raise TrainingError("These checkpoints hold generators of different shapes; publish them apart.")
    (digest,) = digests
    sample = preview_sample(photo)
    files = []
    for model, record in checkpoints:
        for number, style_id in enumerate(record["styles"]):
            path = out / "styles" / (style_id + SUFFIX)
            path.parent.mkdir(parents=True, exist_ok=True)
            painted = paint_with(model, number)(sample)
            write_style(path, trained_style(model, record, number, digest, painted))
            files.append(path)
    return files


def can_be_published(model: StyledGenerator) -> bool:
    """Whether the program can paint with this generator."""
    return isinstance(model.generator, FastGenerator) and model.generator.norm == INSTANCE


def publish_generator(model: StyledGenerator, path: Path) -> str:
    """Write the model's generator, checked in all its styles; returns its SHA-256.

    Raises TrainingError, also for generators that the program cannot run.
    """
    if not can_be_published(model):
        raise TrainingError(
            f"The program cannot paint with {describe(model.generator)}; train --generator fast."
        )
    copied = copy.deepcopy(model).cpu().eval()
    assert isinstance(copied.generator, FastGenerator)
    return export_generator(copied.generator, copied.styles.detach(), path)


def paint_with(model: StyledGenerator, number: int) -> Paint:
    """One style of a model as it is now, in use: uint8 (H, W, 3) BGR -> the same."""
    generator = copy.deepcopy(model.generator).cpu().eval()
    style = model.styles[number].detach().cpu().clone()
    return lambda pixels: reference_paint(generator, pixels, style)


def style_painter(stylizer: Stylizer, style: Style) -> Paint:
    """One style as the program paints it: uint8 (H, W, 3) BGR -> the same."""
    look = Look(((style, 1.0),))
    return lambda pixels: stylizer.stylize(pixels, look)


def trained_style(
    model: StyledGenerator, record: dict[str, Any], number: int, generator: str, painted: Pixels
) -> Style:
    """The style file's contents. ``generator``: SHA-256 of its file; ``painted``: for the preview."""
    assert isinstance(model.generator, FastGenerator)
    painting = record["paintings"][number]
    training = {k: v for k, v in record.items() if k not in ("paintings", "styles", "step", "generator")}
    own = {"painting_size": painting["size"], "style_weight": painting["style_weight"]}
    training |= {"steps": record["step"], **own, "commit": _commit()}
    return Style(
        **{key: painting[key] for key in ("id", "title", "artist", "year", "licence", "source")},
        vector=style_vector(model.generator, model.styles[number]),
        generator=generator,
        preview=np.asarray(cv2.resize(painted, PREVIEW, interpolation=cv2.INTER_AREA), dtype=np.uint8),
        training=MappingProxyType(training),
    )


def preview_sample(photo: Path | None) -> Pixels:
    """The middle of a photo, or of the demo clip's first frame, in the previews' proportions and
    twice their size, uint8 BGR. Raises TrainingError when the photo cannot be read."""
    bgr = _demo_frame() if photo is None else np.ascontiguousarray(read_picture(photo)[:, :, ::-1])
    height, width = bgr.shape[:2]
    w = min(width, height * PREVIEW[0] // PREVIEW[1])
    h = w * PREVIEW[1] // PREVIEW[0]
    top, left = (height - h) // 2, (width - w) // 2
    size = (2 * PREVIEW[0], 2 * PREVIEW[1])
    middle = bgr[top : top + h, left : left + w]
    return np.asarray(cv2.resize(middle, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _demo_frame() -> Pixels:
    demo = VideoSource(asset("demo.mp4"), loop=False)
    try:
        frame = demo.read()
        assert frame is not None
        return frame.pixels
    finally:
        demo.close()


def _commit() -> str:
    """The commit of the code that trained, in a checkout with git at hand."""
    checkout = Path(__file__).resolve().parents[2]
    if not (checkout / ".git").exists():
        return "unknown"
    words = ["git", "-C", str(checkout), "rev-parse", "--short", "HEAD"]
    try:
        return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip() or "unknown"
    except OSError:
        return "unknown"

"""From a checkpoint to what the program loads: one generator and one file a style."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import Any

import cv2
import numpy as np

from engine.frame import Pixels
from engine.styles import SUFFIX, Style, write_style
from training.checkpoint import Painter
from training.export import export_generator, reference_paint
from training.photos import read_picture

PREVIEW = (192, 128)
"""Width and height of the previews in style files."""


def publish(
    painter: Painter, record: dict[str, Any], out: Path, photo: Path, commit: str, name: str = "fast"
) -> list[Path]:
    """Write ``out/generators/NAME.onnx`` and ``out/styles/ID.safetensors``; returns the style files.

    ``photo`` is painted for the previews, so that no painting is copied into a style file.
    Raises TrainingError, StyleFileError.
    """
    painter = painter.cpu().eval()
    digest = export_generator(painter.generator, painter.styles.detach(), out / "generators" / f"{name}.onnx")
    sample = _sample(photo)
    training = {key: value for key, value in record.items() if key not in ("paintings", "styles", "step")}
    training["steps"] = record["step"]
    files = []
    for number, painting in enumerate(record["paintings"]):
        vector = painter.styles[number].detach()
        painted = reference_paint(painter.generator, sample, vector, 1.0, 0.0)
        own = {"painting_size": painting["size"], "style_weight": painting["style_weight"]}
        style = Style(
            id=painting["id"],
            title=painting["title"],
            artist=painting["artist"],
            year=painting["year"],
            licence=painting["licence"],
            source=painting["source"],
            vector=vector.numpy().astype(np.float32),
            generator=digest,
            preview=np.asarray(cv2.resize(painted, PREVIEW, interpolation=cv2.INTER_AREA), dtype=np.uint8),
            training=MappingProxyType({**training, **own, "commit": commit}),
        )
        path = out / "styles" / (painting["id"] + SUFFIX)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_style(path, style)
        files.append(path)
    return files


def _sample(photo: Path) -> Pixels:
    """The middle of a photo in the previews' proportions and twice their size, uint8 BGR."""
    bgr = np.ascontiguousarray(read_picture(photo)[:, :, ::-1])
    height, width = bgr.shape[:2]
    w = min(width, height * PREVIEW[0] // PREVIEW[1])
    h = w * PREVIEW[1] // PREVIEW[0]
    top, left = (height - h) // 2, (width - w) // 2
    size = (2 * PREVIEW[0], 2 * PREVIEW[1])
    middle = bgr[top : top + h, left : left + w]
    return np.asarray(cv2.resize(middle, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)

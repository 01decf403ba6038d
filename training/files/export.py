"""From trained weights to the generator file that the program loads, checked against torch."""

from __future__ import annotations

import copy
import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import torch

from pleinair.engine.backends.onnx import load_onnxruntime
from pleinair.engine.errors import TrainingError
from pleinair.training.files.generator_graphs import graph_model
from pleinair.training.files.style_vectors import read_vector, style_vector
from pleinair.training.generators import CellGenerator
from pleinair.training.generators.styled import paint_pixels

CONFIG = "generator"
"""Key of the generator's config (JSON) in the file's metadata."""


def check_parity(path: Path, generator: CellGenerator, styles: torch.Tensor) -> int:
    """Paint two awkward sizes in every style with the file and with torch; ``styles`` float (K, N), norms.

    Returns the largest difference in grey levels. Raises TrainingError when it is more than one.
    """
    session = load_onnxruntime().InferenceSession(str(path), providers=["CPUExecutionProvider"])
    rng = np.random.default_rng(0)
    generator, worst = copy.deepcopy(generator), 0
    for height, width in ((97, 131), (120, 160)):
        ramp = np.linspace(0, 255, height * width * 3).reshape(height, width, 3)
        pixels = np.clip(ramp + rng.normal(0, 20, ramp.shape), 0, 255).astype(np.uint8)
        for norms in styles:
            vector = style_vector(generator, norms.detach().cpu())
            feeds = {"frame": pixels[None], "style": vector}
            got = np.asarray(session.run(["painted"], feeds)[0])[0]
            wanted = paint_pixels(generator, pixels, read_vector(vector, generator))
            worst = max(worst, int(np.abs(got.astype(int) - wanted.astype(int)).max()))
    if worst > 1:
        raise TrainingError(
            f"The exported generator differs from the trained one by {worst} grey levels; "
            "it was not kept. Please report this."
        )
    return worst


def export_generator(generator: CellGenerator, styles: torch.Tensor, path: Path) -> str:
    """Write the ONNX file, checked against torch in all ``styles`` (K, N); returns its SHA-256.

    It is the same file for all generators of one shape. An old file stays until the new one has passed.
    Raises TrainingError.
    """
    generator = generator.cpu().eval()
    part = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        model = graph_model(generator)
        onnx.helper.set_model_props(model, {CONFIG: json.dumps(generator.config)})
        onnx.save(model, str(part))
        check_parity(part, generator, styles)
        part.replace(path)
    except OSError as error:
        raise TrainingError(f"The generator {path} could not be written ({error}).") from error
    finally:
        part.unlink(missing_ok=True)
    return hashlib.sha256(path.read_bytes()).hexdigest()

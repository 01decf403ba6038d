"""Record how the shipped styles look in figures, after training.

python -m tests.training.evaluation.record_gallery
"""

import json
from dataclasses import asdict
from pathlib import Path

from pleinair.engine.files import asset
from pleinair.training.data.photos import find_content
from pleinair.training.evaluation.measurement import open_painters
from pleinair.training.evaluation.metrics import Appearance, appearance, mean_appearance

RECORDED = Path(__file__).parent / "gallery.json"
PICTURES = 3
"""Frames of the demo clip, spread over it."""


def measure_gallery() -> dict[str, Appearance]:
    """What every shipped style does to a few frames of the demo clip, as they were filmed."""
    photos = find_content([asset("demo.mp4")]).photos
    frames = [photo.read()[:, :, ::-1].copy() for photo in photos[:: len(photos) // PICTURES][:PICTURES]]
    files = sorted(asset("styles").glob("*.safetensors"))
    with open_painters(files, asset("generators", "fast.onnx")) as painters:
        return {
            name: mean_appearance([appearance(paint, frame) for frame in frames])
            for name, paint in painters.items()
        }


if __name__ == "__main__":
    figures = {
        name: {key: round(value, 4) for key, value in asdict(found).items()}
        for name, found in measure_gallery().items()
    }
    RECORDED.write_text(json.dumps(figures, indent=1) + "\n")

"""How the shipped styles look, in figures. After new weights: pytest --update-golden"""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from pleinair.engine.files import asset
from pleinair.training.evaluation.metrics import Appearance, appearance
from pleinair.training.evaluation.painters import open_painters
from tests.pictures import demo_frame

RECORDED = Path(__file__).with_name("gallery.json")


def measure_gallery() -> dict[str, Appearance]:
    """What every shipped style does to the demo clip's first frame, at 360 lines."""
    frame = demo_frame(480, 360)
    files = sorted(asset("styles").glob("*.safetensors"))
    with open_painters(files, asset("generators", "fast.onnx")) as painters:
        return {name: appearance(paint, frame) for name, paint in painters.items()}


def test_every_shipped_style_is_as_it_was_recorded(request: pytest.FixtureRequest) -> None:
    found = {name: asdict(figures) for name, figures in measure_gallery().items()}
    if request.config.getoption("--update-golden"):
        rounded = {n: {key: round(value, 4) for key, value in f.items()} for n, f in found.items()}
        RECORDED.write_text(json.dumps(rounded, indent=1) + "\n")
    recorded = json.loads(RECORDED.read_text())
    assert recorded.keys() == found.keys() and len(found) >= 16
    for name, figures in found.items():
        for key, value in figures.items():
            # Another processor rounds some pixels the other way.
            assert value == pytest.approx(recorded[name][key], rel=0.1, abs=0.05), (name, key)
        assert figures["grid"] <= 6, name
        assert 0.8 <= figures["border"] <= 1.25, name

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from pleinair.engine.files import asset
from pleinair.engine.sources.pattern import draw
from pleinair.training.cli import main
from pleinair.training.evaluation.mixes import evenness
from tests.support.pictures import read_picture


def test_evenness_is_the_largest_step_over_the_mean_step() -> None:
    def flat(*values: int) -> list[np.ndarray]:
        return [np.full((2, 2, 3), value, np.uint8) for value in values]

    assert evenness(flat(0, 10, 20, 30)) == pytest.approx(1)
    assert evenness(flat(30, 20, 10, 0)) == pytest.approx(1)
    assert evenness(flat(0, 0, 0, 30)) == pytest.approx(3)
    assert evenness(flat(7, 7)) == 1


def test_the_command_measures_every_pair_and_shows_a_strip(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "styles").mkdir()
    (tmp_path / "generators").mkdir()
    for name in ("starry-night", "udnie", "ink"):
        data = asset("styles", f"{name}.safetensors").read_bytes()
        (tmp_path / "styles" / f"{name}.safetensors").write_bytes(data)
    (tmp_path / "generators" / "fast.onnx").write_bytes(asset("generators", "fast.onnx").read_bytes())
    cv2.imwrite(str(tmp_path / "photo.png"), draw(0, 96, 80))
    strip = tmp_path / "strip.png"
    words = ["mixes", str(tmp_path / "photo.png"), "--assets", str(tmp_path), "--generator", "fast"]
    words += ["--sheet", str(strip), "--json"]
    assert main([*words, "--show", "ink,udnie"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert events[-1]["pairs"] == 3 == len(events) - 1
    assert events[-1]["worst"] == max(event["largest_step"] for event in events[:-1]) >= 1
    assert read_picture(strip).shape[1] == 6 * 320
    assert main([*words, "--show", "ink"]) == 2
    assert main([*words, "--show", "ink,nobody"]) in (1, 2)
    assert "Traceback" not in capsys.readouterr().err

import json
from dataclasses import replace
from pathlib import Path

import pytest

from pleinair.engine.files import asset
from pleinair.training.cli import build_parser, main
from pleinair.training.commands.measure import measure_styles, settings_of
from pleinair.training.evaluation.baseline import MAX_EXTENSION
from pleinair.training.report import Report
from tests.support.pictures import read_picture

UDNIE = asset("styles", "udnie.safetensors")


@pytest.fixture
def common(loss_network_file: Path, photo: str) -> list[str]:
    words = ["--photos", photo, "--iterations", "2", "--frame-size", "96", "--json"]
    return [*words, "--loss-network", str(loss_network_file)]


def run(words: list[str]) -> None:
    """As the command does, but with the losses of small pictures."""
    settings = settings_of(build_parser("measure").parse_args(words))
    measure_styles(replace(settings, plan=replace(settings.plan, loss_size=64)), Report(as_json=True))


def test_styles_and_checkpoints_are_measured(
    studio_folder: Path,
    fitted: Path,
    common: list[str],
    short_clip: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    sheet = tmp_path / "sheet.png"
    words = ["measure", str(UDNIE), *common, "--painting", str(studio_folder / "one.png")]
    words += ["--stroke-size", "64", "--clips", str(short_clip), "--sheet", str(sheet)]
    run(words)
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    found = said[-1]
    assert found["name"] == "udnie" and found["total"] > 0 and found["warp_error"]["short.mp4"] > 0
    assert said[-2]["iterations"] == 2 and 0 <= found["equal_steps"][0] <= 2 * MAX_EXTENSION + 1
    assert found["ratio"] == pytest.approx(found["total"] / said[-2]["total"])  # one photo, after two steps
    assert (found["equal_steps"][0] > 2) == (found["ratio"] < 1)
    assert sheet.exists()
    words[1] = str(studio_folder / "list.toml")
    assert main(words) == 1 and "neither a style nor a checkpoint" in capsys.readouterr().err
    words[1] = str(fitted / "checkpoint.safetensors")
    assert main(words) == 1 and "several styles" in capsys.readouterr().err


def test_a_gallery_is_measured_each_style_by_its_own_painting(
    studio_folder: Path, common: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.safetensors").write_bytes(UDNIE.read_bytes())
    words = ["measure", str(tmp_path / "one.safetensors"), str(tmp_path / "two.safetensors"), *common]
    words += ["--paintings", str(studio_folder / "list.toml"), "--sheet", str(tmp_path / "sheet.png")]
    run(words)
    *_, overall = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert overall["event"] == "overall" and overall["styles"] == 2 and overall["grid"] > 0
    assert read_picture(tmp_path / "sheet.png").shape[1] == 5 * 320
    words[1] = str(UDNIE)
    assert main(words) == 2 and "no 'udnie'" in capsys.readouterr().err

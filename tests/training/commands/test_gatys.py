from pathlib import Path

import pytest

from pleinair.training.cli import main
from tests.support.pictures import read_picture


def test_the_command_writes_pictures_and_the_loss_curve(
    studio_folder: Path, loss_network_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "painted.png"
    words = ["gatys", str(studio_folder / "photos" / "1.png"), str(studio_folder / "one.png"), str(out)]
    words += ["--steps", "4", "--every", "2", "--size", "48", "--stroke-size", "64"]
    words += ["--loss-network", str(loss_network_file), "--start", "noise"]
    assert main(words) == 0
    assert min(read_picture(out).shape[:2]) == 48
    assert (tmp_path / "painted-00002.png").exists() and (tmp_path / "painted-00000.png").exists()
    lines = (tmp_path / "painted-loss.csv").read_text().splitlines()
    assert lines[0] == "step,content,style,total" and len(lines) == 6
    assert float(lines[-1].split(",")[-1]) < float(lines[1].split(",")[-1])
    read_picture(tmp_path / "painted-loss.png")
    before = out.read_bytes()
    for wrong in (tmp_path / "painted.xyz", tmp_path / "nowhere" / "painted.png"):
        assert main([*words[:3], str(wrong), *words[4:]]) == 1
    assert capsys.readouterr().err.count("training: ") == 2
    assert main(words) == 1 and "--force" in capsys.readouterr().err
    assert out.read_bytes() == before

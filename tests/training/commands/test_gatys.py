from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from pleinair.engine.sources.pattern import draw
from pleinair.training.cli import main
from pleinair.training.commands.gatys import ADAM_RATE, iterate
from pleinair.training.data.photos import to_tensor
from pleinair.training.losses.loss_network import load_loss_network
from pleinair.training.losses.targets import style_targets


@pytest.mark.parametrize("method", ["adam", "lbfgs"])
def test_the_loss_falls_from_the_photo_on(method: str, loss_network_file: Path) -> None:
    network = load_loss_network(loss_network_file)
    photo = to_tensor(draw(0, 48, 48))
    rng = np.random.default_rng(0)
    targets = style_targets(
        network, [to_tensor(rng.integers(0, 256, (64, 64, 3), np.uint8))], torch.device("cpu")
    )
    iterates = list(iterate(network, photo, targets, 8, 8.0, method=method))
    assert [i.step for i in iterates] == list(range(9))
    assert torch.equal(iterates[0].picture, photo) and iterates[0].content == 0
    assert iterates[-1].total < 0.7 * iterates[0].total
    for it in iterates:
        assert it.total == pytest.approx(it.content + 8 * it.style, rel=1e-4)
    if method == "adam":
        assert (iterates[1].picture - photo).abs().max() <= ADAM_RATE + 1e-6  # four grey levels
        assert all(i.picture.min() >= 0 and i.picture.max() <= 1 for i in iterates)


def test_the_command_writes_pictures_and_the_loss_curve(
    studio_folder: Path, loss_network_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "painted.png"
    words = ["gatys", str(studio_folder / "photos" / "1.png"), str(studio_folder / "one.png"), str(out)]
    words += ["--steps", "4", "--every", "2", "--size", "48", "--stroke-size", "64"]
    words += ["--loss-network", str(loss_network_file), "--start", "noise"]
    assert main(words) == 0
    assert min(cv2.imread(str(out)).shape[:2]) == 48
    assert (tmp_path / "painted-00002.png").exists() and (tmp_path / "painted-00000.png").exists()
    lines = (tmp_path / "painted-loss.csv").read_text().splitlines()
    assert lines[0] == "step,content,style,total" and len(lines) == 6
    assert float(lines[-1].split(",")[-1]) < float(lines[1].split(",")[-1])
    assert cv2.imread(str(tmp_path / "painted-loss.png")) is not None
    before = out.read_bytes()
    for wrong in (tmp_path / "painted.xyz", tmp_path / "nowhere" / "painted.png"):
        assert main([*words[:3], str(wrong), *words[4:]]) == 1
    assert capsys.readouterr().err.count("training: ") == 2
    assert main(words) == 1 and "--force" in capsys.readouterr().err
    assert out.read_bytes() == before

import csv
import json
from pathlib import Path

import cv2
import pytest

from pleinair.training.cli import main
from pleinair.training.report import read_log

FOUR = ["texture-instance", "texture-batch", "residual-instance", "residual-batch"]


def test_one_command_compares_all_systems_of_the_paper(
    studio_folder: Path, loss_network_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photos = studio_folder / "photos"
    words = ["compare", str(studio_folder / "one.png"), "--content", str(photos), "--stroke-size", "64"]
    words += ["--photos", str(photos / "1.png"), "--out", str(tmp_path / "out")]
    words += [
        "--steps",
        "2",
        "--size",
        "64",
        "--photos-per-step",
        "2",
        "--channels",
        "4",
        "--iterations",
        "2",
    ]
    words += ["--loss-network", str(loss_network_file)]
    assert main(words) == 0
    with (tmp_path / "out" / "table.csv").open() as file:
        rows = list(csv.DictReader(file))
    names = [f"{row['method']}-{row['norm']}" for row in rows]
    assert names == ["iterative, 2 steps-", *FOUR]
    iterative = float(rows[0]["total"])
    for row in rows[1:]:
        total = float(row["content"]) + 8 * float(row["style"])
        assert float(row["total"]) == pytest.approx(total, abs=0.01)
        assert float(row["ratio"]) == pytest.approx(total / iterative, abs=0.01)
        assert float(row["contrast_drift"]) >= 0 and float(row["ms"]) > 0
    table = (tmp_path / "out" / "table.md").read_text().splitlines()
    assert len(table) == 2 + 5 and all(line.count("|") == table[0].count("|") for line in table)
    for name in ("pictures.jpg", "curves.png", "contrast.jpg"):
        assert cv2.imread(str(tmp_path / "out" / "one" / name)) is not None, name
    logs = [read_log(tmp_path / "out" / "one" / name) for name in FOUR]
    assert all(log.keys() == {1} for log in logs)  # every tenth step, and the first
    capsys.readouterr()
    assert main([*words, "--resume", "--json"]) == 0  # nothing left to train: measures again
    said = [json.loads(line)["event"] for line in capsys.readouterr().out.splitlines()]
    assert "progress" not in said and said.count("measured") == 4


def test_both_norms_start_from_the_same_weights() -> None:
    import torch

    from pleinair.training.generators import build

    for kind in ("texture", "residual"):
        made = []
        for norm in ("instance", "batch"):
            torch.manual_seed(1)
            made.append(dict(build(kind, norm, 4).named_parameters()))
        assert all(torch.equal(made[0][name], made[1][name]) for name in made[0]), kind

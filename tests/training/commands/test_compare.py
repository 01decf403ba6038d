import csv
import json
from dataclasses import replace
from pathlib import Path

import cv2
import pytest
import torch

from pleinair.training.cli import build_parser, main
from pleinair.training.commands.compare import compare, settings_of
from pleinair.training.evaluation.measurement import MeasurePlan
from pleinair.training.files.loss_log import read_log
from pleinair.training.generators import build
from pleinair.training.optim.processes import Processes
from pleinair.training.report import Report
from pleinair.training.session import TrainingSession

FOUR = ["texture-instance", "texture-batch", "residual-instance", "residual-batch"]


@pytest.fixture
def words(studio_folder: Path, training_words: list[str], photo: str, tmp_path: Path) -> list[str]:
    words = ["compare", str(studio_folder / "one.png"), *training_words, "--stroke-size", "64"]
    words += ["--photos", photo, "--out", str(tmp_path / "out"), "--steps", "2", "--channels", "4"]
    return [*words, "--size", "64", "--iterations", "2"]


def run(words: list[str]) -> list[Path]:
    """As the command does, but measured on small pictures."""
    settings = settings_of(build_parser("compare").parse_args(words))
    settings = replace(settings, measure=MeasurePlan(2, loss_size=64, frame_size=64))
    alone = Processes(0, 1, torch.device("cpu"))
    return compare(settings, TrainingSession(settings.session, alone, Report(as_json=True)))


def test_all_systems_of_the_paper_are_compared(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written = run(words)
    with (tmp_path / "out" / "table.csv").open() as file:
        rows = list(csv.DictReader(file))
    names = [f"{row['method']}-{row['norm']}" for row in rows]
    assert names == ["iterative, 2 steps-", *FOUR]
    iterative = float(rows[0]["total"])
    for row in rows[1:]:
        total = float(row["content"]) + 8 * float(row["style"])
        assert float(row["total"]) == pytest.approx(total, abs=0.01)
        assert float(row["ratio"]) == pytest.approx(total / iterative, abs=0.01)
        assert float(row["contrast_drift"]) >= 0 and float(row["ms"]) >= 0
    table = (tmp_path / "out" / "table.md").read_text().splitlines()
    assert len(table) == 2 + 5 and all(line.count("|") == table[0].count("|") for line in table)
    for name in ("pictures.jpg", "curves.png", "contrast.jpg"):
        assert tmp_path / "out" / "one" / name in written
        assert cv2.imread(str(tmp_path / "out" / "one" / name)) is not None, name
    logs = [read_log(tmp_path / "out" / "one" / name) for name in FOUR]
    assert all(log.keys() == {1} for log in logs)  # every tenth step, and the first
    capsys.readouterr()
    run([*words, "--resume"])  # nothing left to train: measures again
    said = [json.loads(line)["event"] for line in capsys.readouterr().out.splitlines()]
    assert "progress" not in said and said.count("measured") == 4


def test_paintings_of_one_name_are_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([words[0], words[1], *words[1:]]) == 2
    assert "same file name" in capsys.readouterr().err


def test_both_norms_start_from_the_same_weights() -> None:
    for kind in ("texture", "residual"):
        made = []
        for norm in ("instance", "batch"):
            torch.manual_seed(1)
            made.append(dict(build(kind, norm, 4).named_parameters()))
        assert all(torch.equal(made[0][name], made[1][name]) for name in made[0]), kind

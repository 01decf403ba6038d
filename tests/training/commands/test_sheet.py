from pathlib import Path

import numpy as np

from pleinair.training.cli import main
from pleinair.training.evaluation.sheet import CELL, LABEL
from tests.support.pictures import read_picture


def test_the_contact_sheet_shows_every_photo_in_every_style(studio_folder: Path, tmp_path: Path) -> None:
    photos = [str(studio_folder / "photos" / f"{number}.png") for number in range(2)]
    assert main(["sheet", *photos, "--generator", "fast", "--out", str(tmp_path / "sheet.png")]) == 0
    sheet = read_picture(tmp_path / "sheet.png")
    assert sheet.shape == (3 * (LABEL + 2 * CELL[1]), 8 * CELL[0], 3)  # 22 styles in three bands


def test_a_control_is_shown_at_five_values(photo: str, tmp_path: Path) -> None:
    out = tmp_path / "sheet.png"
    assert main(["sheet", photo, "--styles", "mosaic,ink", "--vary", "stroke", "--out", str(out)]) == 0
    sheet = read_picture(out)
    assert sheet.shape == (2 * (LABEL + CELL[1]), 5 * CELL[0], 3)
    mosaics = [sheet[LABEL : LABEL + CELL[1], x : x + CELL[0]].astype(int) for x in range(0, 1600, CELL[0])]
    changes = [np.abs(mosaics[0] - other).mean() for other in mosaics[1:]]
    assert changes == sorted(changes) and changes[0] > 0
    assert main(["sheet", photo, "--styles", "moasic", "--out", str(out)]) == 2


def test_a_checkpoint_takes_no_controls(photo: str, fitted: Path, tmp_path: Path) -> None:
    words = ["sheet", photo, "--checkpoint", str(fitted / "checkpoint.safetensors"), "--vary", "stroke"]
    assert main([*words, "--out", str(tmp_path / "sheet.png")]) == 2
    assert not (tmp_path / "sheet.png").exists()


def test_the_flicker_sheet_shows_what_noise_does(fitted: Path, photo: str, tmp_path: Path) -> None:
    checkpoint, out = str(fitted / "checkpoint.safetensors"), str(tmp_path / "sheet.png")
    assert main(["sheet", photo, "--checkpoint", checkpoint, "--flicker", "--out", out]) == 0
    sheet = read_picture(Path(out))
    assert sheet.shape == (LABEL + 2 * CELL[1], 2 * CELL[0], 3)
    change = sheet[LABEL + CELL[1] :].astype(int) - 128
    assert 0 < np.abs(change).mean() < 100

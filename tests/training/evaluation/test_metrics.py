from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from pleinair.engine.errors import TrainingError
from pleinair.engine.files import asset
from pleinair.engine.sources.pattern import draw
from pleinair.training.cli import main
from pleinair.training.data.photos import to_tensor
from pleinair.training.evaluation.baseline import (
    PATIENCE,
    STYLE_WEIGHT,
    IterativeBaseline,
    Losses,
    equal_step,
)
from pleinair.training.evaluation.metrics import border, contrast_drift, grid, noise_gain, warp_errors
from pleinair.training.losses.loss_network import load_loss_network

PHOTO = np.clip(draw(0, 96, 80) * 0.6 + 40, 0, 255).astype(np.uint8)  # nothing is cut off at 0 or 255


def test_the_noise_gain_is_the_slope() -> None:
    def paint(pixels: np.ndarray) -> np.ndarray:
        return (pixels.astype(int) * 2 % 256).astype(np.uint8)

    assert noise_gain(lambda pixels: pixels, PHOTO) == pytest.approx(1)
    assert noise_gain(lambda pixels: np.zeros_like(pixels), PHOTO) == 0
    assert noise_gain(lambda pixels: 2 * (pixels // 2), PHOTO) == pytest.approx(1, abs=0.15)
    assert noise_gain(paint, PHOTO) > 1.5


def test_the_warp_error_of_the_clip_itself_is_its_own() -> None:
    rng = np.random.default_rng(0)

    def flickers(pixels: np.ndarray) -> np.ndarray:
        return np.clip(pixels + rng.normal(0, 30, (1, 1, 3)), 0, 255).astype(np.uint8)

    ratios = warp_errors({"same": lambda pixels: pixels, "flickers": flickers}, asset("demo.mp4"), most=6)
    assert ratios["same"] == pytest.approx(1) and ratios["flickers"] > 3
    for clip, words in (("icon.png", "Nothing moves"), ("nowhere.mp4", "cannot be read")):
        with pytest.raises(TrainingError, match=words):
            warp_errors({"flickers": flickers}, asset("icon.png").with_name(clip))


def test_contrast_drift_is_none_for_what_ignores_contrast() -> None:
    assert contrast_drift(lambda pixels: np.zeros_like(pixels), PHOTO) == (0, 0)
    contrast, brightness = contrast_drift(lambda pixels: pixels, PHOTO)
    assert contrast > 5 and brightness == pytest.approx(0.15 * 255, abs=2)

    def normalised(pixels: np.ndarray) -> np.ndarray:
        values = pixels.astype(float)
        return np.clip((values - values.mean()) / values.std() * 40 + 128, 0, 255).astype(np.uint8)

    assert max(contrast_drift(normalised, PHOTO)) < 4


def test_a_grid_stands_out_and_strokes_do_not() -> None:
    rng = np.random.default_rng(0)
    noise = cv2.GaussianBlur(rng.normal(128, 60, (160, 200, 3)), (0, 0), 1.2)
    assert grid(np.clip(noise, 0, 255).astype(np.uint8)) < 3
    for period in (2, 4):
        lines = np.zeros((160, 200, 1))
        lines[:, ::period] = 4  # grey levels
        assert grid(np.clip(noise + lines, 0, 255).astype(np.uint8)) > 20
        rows = np.transpose(np.clip(noise + lines, 0, 255).astype(np.uint8), (1, 0, 2))
        assert grid(np.ascontiguousarray(rows)) > 20


def test_a_frame_and_a_faded_border_are_seen() -> None:
    photo = np.random.default_rng(0).integers(60, 200, (96, 120, 3)).astype(np.uint8)
    assert border(photo, photo) == 1
    framed, faded = photo.copy(), photo.copy()
    framed[1:-1:3, [1, -2]] = 255
    framed[[1, -2], 1:-1:3] = 255
    faded[:4], faded[-4:], faded[:, :4], faded[:, -4:] = 128, 128, 128, 128
    assert border(framed, photo) > 1.25 and border(faded, photo) < 0.5


def test_the_step_that_a_loss_equals() -> None:
    curve = [Losses(0, 4), Losses(1, 2), Losses(2, 1)]
    assert [c.total for c in curve] == [4 * STYLE_WEIGHT, 1 + 2 * STYLE_WEIGHT, 2 + STYLE_WEIGHT]
    assert equal_step(curve, 99) == 0
    assert equal_step(curve, 17.0) == 1
    assert equal_step(curve, 16.9) == 2
    assert equal_step(curve, 9.9) is None


def test_what_the_baseline_says_of_the_iterative_method_it_says_of_its_picture(
    loss_network_file: Path,
) -> None:
    painting = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    baseline = IterativeBaseline(load_loss_network(loss_network_file), painting)
    photo = to_tensor(PHOTO)
    curve, picture = baseline.iterate(photo, 3, until=1e9)
    assert len(curve) == 4 and curve[0].content == 0
    assert baseline.losses(picture, photo).total == pytest.approx(curve[-1].total, rel=1e-3)
    longer, early = baseline.iterate(photo, 1, until=curve[3].total)  # not reached by then: it goes on
    assert [one.total for one in longer] == pytest.approx([one.total for one in curve], rel=1e-4)
    assert baseline.losses(early, photo).total == pytest.approx(longer[1].total, rel=1e-3)
    assert len(baseline.iterate(photo, 1, until=0)[0]) == 1 + PATIENCE
    assert baseline.losses(painting, painting).style == pytest.approx(0, abs=1e-6)


def test_the_command_measures_styles_and_checkpoints(
    studio_folder: Path, loss_network_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import json

    sheet = tmp_path / "sheet.png"
    words = [
        "measure",
        str(asset("styles", "udnie.safetensors")),
        "--painting",
        str(studio_folder / "one.png"),
    ]
    words += ["--photos", str(studio_folder / "photos" / "1.png"), "--iterations", "2", "--stroke-size", "64"]
    words += [
        "--loss-network",
        str(loss_network_file),
        "--clips",
        str(asset("demo.mp4")),
        "--sheet",
        str(sheet),
    ]
    assert main([*words, "--json"]) == 0
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    found = said[-1]
    assert found["name"] == "udnie" and found["total"] > 0 and found["warp_error"]["demo.mp4"] > 0
    assert said[-2]["iterations"] == 2 and 0 <= found["equal_steps"][0] <= 2 * PATIENCE + 1
    assert found["ratio"] == pytest.approx(found["total"] / said[-2]["total"])  # one photo, after two steps
    assert (found["equal_steps"][0] > 2) == (found["ratio"] < 1)
    assert sheet.exists()
    words[1] = str(studio_folder / "list.toml")
    assert main(words) == 1 and "neither a style nor a checkpoint" in capsys.readouterr().err


def test_a_gallery_is_measured_each_style_by_its_own_painting(
    studio_folder: Path, loss_network_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import json

    for name in ("one", "two"):
        (tmp_path / f"{name}.safetensors").write_bytes(asset("styles", "udnie.safetensors").read_bytes())
    words = ["measure", str(tmp_path / "one.safetensors"), str(tmp_path / "two.safetensors")]
    words += ["--paintings", str(studio_folder / "list.toml"), "--loss-network", str(loss_network_file)]
    words += ["--photos", str(studio_folder / "photos" / "1.png"), "--iterations", "1"]
    assert main([*words, "--json", "--sheet", str(tmp_path / "sheet.png")]) == 0
    *_, overall = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert overall["event"] == "overall" and overall["styles"] == 2 and overall["grid"] > 0
    assert cv2.imread(str(tmp_path / "sheet.png")).shape[1] == 5 * 320
    words[1] = str(asset("styles", "udnie.safetensors"))
    assert main(words) == 2 and "no 'udnie'" in capsys.readouterr().err

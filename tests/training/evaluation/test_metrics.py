import cv2
import numpy as np
import pytest

from pleinair.engine.errors import TrainingError
from pleinair.engine.files import asset
from pleinair.engine.frame import Paint, Pixels
from pleinair.engine.sources.pattern import draw
from pleinair.training.evaluation.metrics import border, contrast_drift, grid, noise_gain, warp_errors

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


def drift(paint: Paint) -> tuple[float, float]:
    return contrast_drift(paint, PHOTO, paint(PHOTO))


def test_contrast_drift_is_none_for_what_ignores_contrast() -> None:
    assert drift(lambda pixels: np.zeros_like(pixels)) == (0, 0)
    contrast, brightness = drift(lambda pixels: pixels)
    assert contrast > 5 and brightness == pytest.approx(0.15 * 255, abs=2)

    def normalised(pixels: Pixels) -> Pixels:
        values = pixels.astype(float)
        return np.asarray(np.clip((values - values.mean()) / values.std() * 40 + 128, 0, 255), np.uint8)

    assert max(drift(normalised)) < 4


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

import cv2
import numpy as np
import pytest

from pleinair.engine.errors import TrainingError
from pleinair.engine.files import asset
from pleinair.engine.frame import Paint, Pixels
from pleinair.engine.sources.pattern import draw
from pleinair.training.evaluation.metrics import (
    border,
    contrast_drift,
    grid,
    grid_amplitude,
    noise_gain,
    stroke_frequency,
    warp_errors,
)

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
    for clip, words in (("pleinair.png", "Nothing moves"), ("nowhere.mp4", "cannot be read")):
        with pytest.raises(TrainingError, match=words):
            warp_errors({"flickers": flickers}, asset("desktop", "256x256", "pleinair.png").with_name(clip))


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


def test_the_amplitude_of_a_grid_is_in_grey_levels() -> None:
    noise = cv2.GaussianBlur(np.random.default_rng(0).normal(128, 60, (240, 320)), (0, 0), 1.5)
    columns = np.arange(320)
    for period, wave in ((2, (-1.0) ** columns), *((p, np.cos(2 * np.pi * columns / p)) for p in (4, 8))):
        for amplitude in (0.0, 3.0, 6.0):
            picture = np.clip(noise + amplitude * wave, 0, 255).astype(np.uint8)
            found = grid_amplitude(np.repeat(picture[..., None], 3, axis=2))
            assert found == pytest.approx(amplitude, abs=1.0 if amplitude else 1.5), (period, amplitude)


def test_larger_strokes_have_a_lower_frequency() -> None:
    rng = np.random.default_rng(0)
    photo = np.full((120, 160, 3), 128, np.uint8)
    found = []
    for sigma in (1, 2, 4):
        strokes = cv2.GaussianBlur(rng.normal(0, 200, (120, 160, 1)), (0, 0), sigma)[..., None]
        found.append(stroke_frequency(np.clip(photo + strokes, 0, 255).astype(np.uint8), photo))
    assert found[0] > 1.3 * found[1] > 1.3 * 1.3 * found[2] > 0
    assert stroke_frequency(photo, photo) == 0


def test_a_frame_and_a_faded_border_are_seen() -> None:
    photo = np.random.default_rng(0).integers(60, 200, (96, 120, 3)).astype(np.uint8)
    assert border(photo, photo) == 1
    framed, faded = photo.copy(), photo.copy()
    framed[1:-1:3, [1, -2]] = 255
    framed[[1, -2], 1:-1:3] = 255
    faded[:4], faded[-4:], faded[:, :4], faded[:, -4:] = 128, 128, 128, 128
    assert border(framed, photo) > 1.25 and border(faded, photo) < 0.5

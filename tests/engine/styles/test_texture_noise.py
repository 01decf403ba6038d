from __future__ import annotations

import numpy as np
import pytest

from pleinair.engine.styles.texture_noise import MOST, add_texture_noise

SIZES = [(480, 640), (1080, 1920), (37, 51)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("level", [0, 128, 255])
def test_flat_frames_get_the_same_noise_everywhere_and_always(size: tuple[int, int], level: int) -> None:
    flat = np.full((*size, 3), level, np.uint8)
    noisy = add_texture_noise(flat, 6.0)
    assert noisy.shape == flat.shape and noisy.dtype == np.uint8
    assert (noisy == noisy[:, :, :1]).all()  # grey
    changes = noisy.astype(int) - flat
    middle = 6 - 12 * level / 255  # duller by as much as the noise needs
    assert changes.mean() == pytest.approx(middle, abs=0.8) and 2.5 < changes.std() < 4.5
    assert np.abs(changes - middle).max() <= 7  # nothing is cut off at black or white
    assert np.array_equal(noisy, add_texture_noise(flat, 6.0))


def test_it_continues_where_it_repeats() -> None:
    noise = add_texture_noise(np.full((1024, 1024, 3), 128, np.uint8), MOST)[:, :, 0].astype(float)
    steps = np.abs(np.diff(noise, axis=1)).mean(0)
    assert steps[511] < 1.5 * steps.mean()


def test_without_noise_the_frame_is_untouched() -> None:
    frame = np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8)
    assert add_texture_noise(frame, 0.0) is frame

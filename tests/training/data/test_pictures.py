import numpy as np

from pleinair.engine.sources.pattern import draw
from pleinair.training.data.pictures import resize_short_side, to_pixels, to_tensor


def test_pixels_come_back_from_a_tensor() -> None:
    rgb = draw(5, 40, 30)
    assert np.array_equal(to_pixels(to_tensor(rgb))[:, :, ::-1], rgb)


def test_the_short_side_gets_the_size_asked_for() -> None:
    assert resize_short_side(draw(0, 96, 64), 32).shape == (32, 48, 3)
    assert resize_short_side(draw(0, 64, 96), 128).shape == (192, 128, 3)

import cv2
import numpy as np
import pytest

from pleinair.engine.compositing import shrink
from tests.support.pictures import demo_frame


@pytest.mark.parametrize(
    ("before", "after"),
    [((1920, 1080), (853, 480)), ((1921, 1079), (427, 240)), ((640, 480), (320, 240)), ((64, 64), (63, 16))],
)
def test_large_pictures_become_what_the_mean_of_the_pixels_is(
    before: tuple[int, int], after: tuple[int, int]
) -> None:
    picture = cv2.resize(demo_frame(640, 480), before, interpolation=cv2.INTER_CUBIC)
    small = shrink(np.asarray(picture, np.uint8), *after)
    assert small.shape == (*after[::-1], 3) and small.dtype == np.uint8
    mean = cv2.resize(picture, after, interpolation=cv2.INTER_AREA)
    assert np.abs(small.astype(int) - mean).mean() < 1.0

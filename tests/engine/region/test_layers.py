"""One layer over another."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pleinair.engine.region import layers
from pleinair.engine.region.layers import lay_over

SIDE = st.integers(1, 20)
PICTURES = st.tuples(SIDE, SIDE).flatmap(
    lambda size: st.tuples(*(arrays(np.uint8, shape) for shape in ((*size, 3), (*size, 3), size)))
)


@given(PICTURES)
def test_each_pixel_is_the_weighted_mean_within_a_grey_level(
    pictures: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    front, back, mask = pictures
    weight = mask[..., None] / 255
    result = lay_over(front, back, mask)
    assert np.abs(result - (front * weight + back * (1 - weight))).max() <= 1.01
    np.testing.assert_array_equal(result[mask == 255], front[mask == 255])
    np.testing.assert_array_equal(result[mask == 0], back[mask == 0])


def test_in_strips_it_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    front, back = rng.integers(0, 256, (2, 90, 70, 3), dtype=np.uint8)
    mask = rng.integers(0, 256, (90, 70), dtype=np.uint8)
    whole = lay_over(front, back, mask)
    monkeypatch.setattr(layers, "LARGE", 0)
    monkeypatch.setattr(layers, "STRIP", 32)
    np.testing.assert_array_equal(lay_over(front, back, mask), whole)
    assert lay_over(front, back, mask, back) is back
    np.testing.assert_array_equal(back, whole)

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleinair.engine.arrangement import Arrangement
from pleinair.engine.frame import Frame, Pixels

ARRANGEMENTS = st.builds(
    Arrangement,
    mirror=st.booleans(),
    flip=st.booleans(),
    rotation=st.sampled_from([0, 90, 180, 270]),
    crop=st.none() | st.tuples(st.integers(1, 16), st.integers(1, 16)),
)
SIDES = st.integers(16, 90)


def numbered(width: int, height: int) -> Pixels:
    """Every pixel tells where it was: column, row, 7."""
    rows, columns = np.indices((height, width))
    return np.dstack([columns, rows, np.full_like(rows, 7)]).astype(np.uint8)


def arranged(arrangement: Arrangement, width: int, height: int) -> Pixels:
    return arrangement.apply(Frame(numbered(width, height), 3, 1.5)).pixels


def test_nothing_to_do_costs_nothing() -> None:
    frame = Frame(numbered(20, 16), 0, 0.0)
    assert Arrangement().apply(frame) is frame


@given(ARRANGEMENTS, SIDES, SIDES)
def test_the_size_is_as_promised_and_pixels_only_move(
    arrangement: Arrangement, width: int, height: int
) -> None:
    pixels = arranged(arrangement, width, height)
    assert pixels.shape[1::-1] == arrangement.size(width, height)
    assert pixels.flags.c_contiguous and not pixels.flags.writeable and (pixels[..., 2] == 7).all()
    places = set(map(tuple, pixels[..., :2].reshape(-1, 2).tolist()))
    assert len(places) == pixels.shape[0] * pixels.shape[1]


@pytest.mark.parametrize(
    ("arrangement", "top_left"),
    [
        (Arrangement(mirror=True), (19, 0)),
        (Arrangement(flip=True), (0, 15)),
        (Arrangement(rotation=90), (0, 15)),
        (Arrangement(rotation=180), (19, 15)),
        (Arrangement(rotation=270), (19, 0)),
        (Arrangement(rotation=90, mirror=True), (0, 0)),
        (Arrangement(crop=(1, 1)), (2, 0)),
    ],
)
def test_what_comes_to_the_upper_left(arrangement: Arrangement, top_left: tuple[int, int]) -> None:
    assert tuple(arranged(arrangement, 20, 16)[0, 0, :2]) == top_left


@pytest.mark.parametrize(
    ("crop", "size"),
    [((16, 9), (640, 360)), ((4, 3), (640, 480)), ((1, 1), (480, 480)), ((9, 16), (270, 480))],
)
def test_the_largest_part_is_cut(crop: tuple[int, int], size: tuple[int, int]) -> None:
    assert Arrangement(crop=crop).size(640, 480) == size

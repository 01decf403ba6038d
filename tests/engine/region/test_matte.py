"""Masks stand still where the picture does, and nobody is made of doubts."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pleinair.engine.region.matte import FADE, MatteSmoother, Presence, doubt
from pleinair.engine.region.segmentation import HEIGHT, WIDTH, Mask

GREY = np.full((HEIGHT, WIDTH), 100, np.uint8)


def mask(value: float, share: float = 0.3) -> Mask:
    """A person of that share of the picture, of whom the network is as sure as ``value``."""
    found = np.zeros((HEIGHT, WIDTH), np.float32)
    found[:, : round(WIDTH * share)] = value
    return found


@given(st.floats(0.01, 1), st.floats(0.05, 1))
def test_doubt_is_what_is_missing_to_certainty(value: float, share: float) -> None:
    assert abs(doubt(mask(value, share)) - (1 - value)) < 1e-3


def test_who_is_there_on_the_first_frame_is_there_at_once() -> None:
    for value, level in ((0.95, 1.0), (0.6, 0.0)):
        presence = Presence()
        presence.observe(mask(value))
        assert presence.level == level


def test_a_person_comes_and_goes_smoothly() -> None:
    presence = Presence()
    presence.observe(mask(0))
    levels = []
    for value in [0.95] * (FADE + 2) + [0.0] * (FADE + 2):
        presence.observe(mask(value))
        levels.append(presence.level)
    assert levels[FADE] == 1 and levels[-1] == 0
    assert np.abs(np.diff([0, *levels])).max() <= 1 / FADE + 1e-9


@given(st.booleans(), st.lists(st.floats(0.66, 0.81), max_size=30))
def test_doubts_between_the_bounds_change_nothing(there: bool, values: list[float]) -> None:
    presence = Presence()
    presence.observe(mask(0.95 if there else 0.0))
    for value in values:
        presence.observe(mask(value))
    assert presence.level == there


@given(st.lists(st.floats(0.85, 1), min_size=2, max_size=20))
def test_a_mask_that_trembles_over_a_still_picture_trembles_less(values: list[float]) -> None:
    smoother = MatteSmoother()
    smoothed = [float(smoother.smooth(GREY, mask(value))[0, 0]) for value in values]
    changes, left = np.abs(np.diff(values)), np.abs(np.diff(smoothed))
    assert left.max() <= 0.2 * (max(values) - min(values)) + 1e-5
    assert min(values) - 1e-5 <= min(smoothed) and max(smoothed) <= max(values) + 1e-5
    assert left.sum() <= changes.sum() + 1e-5


def test_where_the_picture_moves_the_mask_follows() -> None:
    smoother = MatteSmoother()
    smoother.smooth(GREY, mask(1.0))
    moved = GREY.copy()
    moved[:, : WIDTH // 2] += 20
    smoothed = smoother.smooth(moved, mask(0.9, 0.6))
    assert smoothed[0, WIDTH // 2 + 20] < 0.1  # still
    assert smoothed[0, WIDTH // 2 - 20] > 0.6  # moved

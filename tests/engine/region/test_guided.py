"""A coarse mask takes over the edges of the picture."""

from __future__ import annotations

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pleinair.engine.region.guided import HIGH, LOW, Enlarger, guided


@given(arrays(np.uint8, (12, 20)), st.floats(0, 1))
def test_a_mask_without_edges_gets_none_from_the_picture(luma: np.ndarray, value: float) -> None:
    filtered = Enlarger().enlarge(guided(luma, np.full(luma.shape, value, np.float32)), luma)
    wanted = np.clip((value - LOW) / (HIGH - LOW), 0, 1) * 255
    assert np.abs(filtered - wanted).max() <= 1


def test_a_soft_edge_in_the_wrong_place_moves_to_that_of_the_picture() -> None:
    luma = np.full((480, 640), 60, np.uint8)
    luma[:, 330:] = 180
    small = np.asarray(cv2.resize(luma, (256, 144), interpolation=cv2.INTER_AREA), np.uint8)
    coarse = np.clip((np.arange(256) - 126) / 8, 0, 1).astype(np.float32)  # its middle at 130, that is 325
    mask = Enlarger().enlarge(guided(small, np.tile(coarse, (144, 1))), luma)
    row, ideal = mask[240].astype(int), (np.arange(640) >= 330) * 255
    before = cv2.resize(coarse[None], (640, 1))[0] * 255
    assert np.diff(row).argmax() == 329  # the picture's own edge
    assert np.abs(row - ideal).sum() < np.abs(before - ideal).sum() / 2

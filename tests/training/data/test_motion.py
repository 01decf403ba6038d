import math

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pleinair.training.data.motion import MARGIN, draw_motion, flow_grid, inside, no_motion, warp


def smooth(size: int) -> torch.Tensor:
    line = torch.linspace(0, 6, size)
    return (torch.sin(line)[None, :] * torch.cos(1.3 * line)[:, None])[None, None] * 0.5 + 0.5


def test_no_motion_gives_the_picture_back() -> None:
    picture = torch.rand(2, 3, 24, 24)
    grid = flow_grid(torch.from_numpy(np.stack([no_motion()] * 2)), 24)
    assert torch.allclose(warp(picture, grid), picture, atol=1e-5)
    assert inside(grid, 24, border=0).min() == 1


def test_a_shift_moves_the_picture_by_that_many_pixels() -> None:
    picture = torch.rand(1, 3, 24, 24)
    motion = torch.tensor([[[1.0, 0.0, 2.0], [0.0, 1.0, -3.0]]])  # comes from 2 px right, 3 px up
    grid = flow_grid(motion, 24)
    moved = warp(picture, grid)
    assert torch.allclose(moved[:, :, 3:, :-2], picture[:, :, :-3, 2:], atol=1e-5)
    valid_mask = inside(grid, 24, border=0)[0, 0]
    assert valid_mask[3:, :-2].min() == 1
    assert valid_mask[:3].max() == 0 and valid_mask[:, -2:].max() == 0


def test_a_moved_crop_of_a_wide_picture_equals_the_crop_moved() -> None:
    """What the temporal loss rests on: moving before painting or after is the same where it can be seen."""
    wide = smooth(64 + 2 * MARGIN)
    photo = wide[:, :, MARGIN:-MARGIN, MARGIN:-MARGIN]
    grid = flow_grid(torch.from_numpy(draw_motion(np.random.default_rng(3))[None]), 64)
    difference = (warp(wide, grid) - warp(photo, grid)).abs() * inside(grid, 64)
    assert difference.max() < 1e-4
    assert (warp(photo, grid) - photo).abs().max() > 0.01  # it does move


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([32, 192, 256]))
def test_motion_never_leaves_the_margin(seed: int, size: int) -> None:
    grid = flow_grid(torch.from_numpy(draw_motion(np.random.default_rng(seed))[None]), size)
    assert grid.abs().max() <= size / 2 + MARGIN
    corner = grid[0, 0, 0] - grid[0, -1, -1]
    assert math.isclose(float(corner.norm()), math.sqrt(2) * (size - 1), rel_tol=0.021)  # nothing is sheared

"""Small known motion: what a moving camera does to a picture, with the exact flow.

After ReCoNet (Gao et al., arXiv:1807.01197), which compares a painted frame, warped by the optical flow of a
video, with the next painted frame. Here the flow is drawn instead of measured: it has no errors and
no occlusions, and any photo will do.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor

SHIFT = 3.0
"""Pixels, at the most, along each axis."""
ANGLE = math.radians(1.5)
ZOOM = 0.02
MARGIN = 12
"""Pixels around a crop of 256 px or less that the motion may bring in, so that nothing has to be made up."""


Motion = npt.NDArray[np.float32]
"""A similarity, float32 (2, 3): from a pixel of the moved picture, counted from the centre, to the pixel of
the picture before."""


def draw_motion(rng: np.random.Generator) -> Motion:
    """A random one within ``SHIFT``, ``ANGLE`` and ``ZOOM``."""
    angle, zoom = rng.uniform(-ANGLE, ANGLE), 1 + rng.uniform(-ZOOM, ZOOM)
    c, s = math.cos(angle) * zoom, math.sin(angle) * zoom
    dx, dy = rng.uniform(-SHIFT, SHIFT, 2)
    return np.array([[c, -s, dx], [s, c, dy]], np.float32)


def no_motion() -> Motion:
    """The identity."""
    return np.eye(2, 3, dtype=np.float32)


def flow_grid(motions: Tensor, size: int) -> Tensor:
    """Motions (N, 2, 3) -> where each pixel of the moved pictures was, from the centre, in pixels:
    float (N, size, size, 2), x first."""
    line = torch.arange(size, dtype=motions.dtype, device=motions.device) - (size - 1) / 2
    y, x = torch.meshgrid(line, line, indexing="ij")
    here = torch.stack([x, y, torch.ones_like(x)], -1)  # (size, size, 3)
    return torch.einsum("hwk,njk->nhwj", here, motions)


def warp(pictures: Tensor, grid: Tensor) -> Tensor:
    """Sample pictures (N, C, H, W) at the places (N, h, w, 2) of ``flow_grid``, bicubic, so that
    strokes stay sharp; float32 (N, C, h, w)."""
    height, width = pictures.shape[2:]
    # Numbers, not a tensor: making one on a GPU would wait for all that the GPU has still to do.
    grid = torch.stack([grid[..., 0] * (2 / width), grid[..., 1] * (2 / height)], -1)
    return F.grid_sample(pictures.float(), grid, mode="bicubic", padding_mode="border", align_corners=False)


def inside(grid: Tensor, size: int, border: int = 3) -> Tensor:
    """Which places lie within a picture of this size, ``border`` px from its edge or more:
    float (N, 1, h, w) of 0 and 1."""
    most = size / 2 - border
    return (grid.abs().amax(-1) <= most).to(grid.dtype).unsqueeze(1)

"""Content and style losses (Gatys, Ecker, Bethge, arXiv:1508.06576; Johnson et al., arXiv:1603.08155).

Deviation from both: every term is relative to its target, so that layers, photos and paintings
weigh alike. Content is the mean squared difference over the photo's mean square; style is the
squared Frobenius difference of the Gram matrices over the squared norm of the painting's.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

CONTENT_TAP = "relu3_3"
LUMA_RGB = (0.299, 0.587, 0.114)
"""ITU-R BT.601 weights."""
STYLE_TAPS = ("relu1_2", "relu2_2", "relu3_3", "relu4_3")


def gram_matrix(features: Tensor) -> Tensor:
    """(N, C, H, W) -> float32 (N, C, C), divided by channels x positions."""
    n, c, h, w = features.shape
    flat = features.float().reshape(n, c, h * w)
    return flat @ flat.transpose(1, 2) / (c * h * w)


def content_loss(painted: Tensor, photo: Tensor) -> Tensor:
    """Relative squared difference of two taps (N, C, H, W); float32 (N,)."""
    photo = photo.float()
    difference = (painted.float() - photo).square().mean((1, 2, 3))
    return difference / photo.square().mean((1, 2, 3))


def style_loss(painted: dict[str, Tensor], targets: dict[str, Tensor]) -> Tensor:
    """Sum over STYLE_TAPS of the relative Gram difference; float32 (N,).

    painted: taps (N, C, H, W); targets: Gram matrices (N, C, C) of the painting for each picture.
    """
    terms = []
    for tap in STYLE_TAPS:
        target = targets[tap]
        difference = (gram_matrix(painted[tap]) - target).square().sum((1, 2))
        terms.append(difference / target.square().sum((1, 2)))
    return torch.stack(terms).sum(0)


def stillness_loss(first: Tensor, second: Tensor, noise: Tensor) -> Tensor:
    """How much of the camera's noise reaches the picture, as a ratio of mean squares; float32 ().

    first, second: the same photo painted under two draws of noise, float (N, 3, H, W); noise: the
    difference of the two draws. Noise resilience as in ReCoNet's predecessors (cf. arXiv:1807.01197).
    """
    return (first - second).float().square().mean() / noise.square().mean().clamp_min(1e-8)


def tone_loss(painted: Tensor, photo: Tensor, cell: int = 8) -> Tensor:
    """One minus the correlation of the coarse brightness of two pictures (N, 3, H, W); float32 (N,).

    Not in the papers: content and style losses barely mind a picture painted as its own negative,
    people do. Contrast and mean stay free, as the style wants them.
    """
    tones = []
    for picture in (painted, photo):
        weights = picture.new_tensor(LUMA_RGB).reshape(1, 3, 1, 1)
        coarse = F.avg_pool2d((picture.float() * weights).sum(1, keepdim=True), cell)
        tones.append(F.instance_norm(coarse, eps=1e-4))
    return 1 - (tones[0] * tones[1]).mean((1, 2, 3))


def total_variation(picture: Tensor) -> Tensor:
    """Mean absolute difference of neighbouring pixels of (N, 3, H, W); float32 ()."""
    rows = (picture[:, :, 1:] - picture[:, :, :-1]).abs().mean()
    columns = (picture[:, :, :, 1:] - picture[:, :, :, :-1]).abs().mean()
    return (rows + columns).float()

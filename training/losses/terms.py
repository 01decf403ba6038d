"""The terms of the loss: content and style (Gatys, Ecker, Bethge, arXiv:1508.06576; Johnson et al.,
arXiv:1603.08155), temporal (Gao et al., arXiv:1807.01197), tone and total variation.

Deviation from both: content and style are relative to their targets, so that layers, photos and paintings
weigh alike. Content is the mean squared difference over the photo's mean square; style is the
squared Frobenius difference of the Gram matrices over the squared norm of the painting's.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

CONTENT_TAP = "relu3_3"
LUMA_RGB = (0.299, 0.587, 0.114)
"""ITU-R BT.601 weights."""
MIN_NOISE = 2 / 255
"""Difference of two photos without noise, in the temporal loss; keeps the ratio finite."""
STYLE_TAPS = ("relu1_2", "relu2_2", "relu3_3", "relu4_3")


class _Gram(torch.autograd.Function):
    """X^T X of (N, P, C), with the one matrix product that its symmetric gradient needs.

    Autograd would use two and add them across memory layouts, which costs a fifth of a step.
    """

    @staticmethod
    def forward(ctx: Any, flat: Tensor) -> Tensor:
        ctx.save_for_backward(flat)
        return torch.bmm(flat.transpose(1, 2), flat)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        (flat,) = ctx.saved_tensors
        return torch.bmm(flat, gradient + gradient.transpose(1, 2))


def gram_matrix(features: Tensor) -> Tensor:
    """(N, C, H, W) -> float32 (N, C, C), divided by channels x positions.

    bfloat16 features are multiplied as such and summed in float32: the gradient's direction stays
    that of an all-float32 product (cosine 0.998 with VGG-16 in either case). float16 would overflow.
    """
    n, c, h, w = features.shape
    if features.dtype == torch.float16:
        features = features.float()
    flat = features.permute(0, 2, 3, 1).reshape(n, h * w, c)  # no copy when channels come last
    gram: Tensor = _Gram.apply(flat)  # type: ignore[no-untyped-call]
    return gram.float() / (c * h * w)


def content_loss(painted: Tensor, photo: Tensor, content_weight: Tensor | None = None) -> Tensor:
    """Relative squared difference of two taps (N, C, H, W); float32 (N,).

    ``content_weight`` (N, 1, H, W): how much each place counts; 1 everywhere without it.
    """
    photo = photo.float()
    difference = (painted.float() - photo).square().mean(1, keepdim=True)
    if content_weight is not None:
        difference = difference * content_weight
    return difference.mean((1, 2, 3)) / photo.square().mean((1, 2, 3))


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


def temporal_loss(first: Tensor, second: Tensor, seen: tuple[Tensor, Tensor], valid_mask: Tensor) -> Tensor:
    """How much of what the camera does reaches the picture, as a ratio of root mean squares; float32 (N,).

    ``first``, ``second`` (N, 3, H, W): a photo painted twice, under two draws of camera noise, before and
    after a small motion; the first is already warped onto the second. ``seen``: the two photos they were
    painted from, warped alike, which differ by the noise alone. ``valid_mask`` (N, 1, H, W): 1 where they
    can be compared.

    After ReCoNet (Gao et al., arXiv:1807.01197). Deviations: the flow is drawn, not measured (see
    ``motion``), and the difference is relative to the camera's own, so noise may pass in proportion and
    no style is pressed to be flat. It is a root, because the few dark pictures, whose noise the instance
    norm amplifies with their contrast, would otherwise count for more than all others.
    """
    area = valid_mask.sum((1, 2, 3)).clamp_min(1) * 3
    painted = ((first - second).float().square() * valid_mask).sum((1, 2, 3)) / area
    camera = ((seen[0] - seen[1]).float().square() * valid_mask).sum((1, 2, 3)) / area
    # The 1e-4 keeps the root's gradient finite at zero.
    return (painted / (camera + MIN_NOISE**2) + 1e-4).sqrt()


def tone_loss(painted: Tensor, photo: Tensor, cell: int = 8) -> Tensor:
    """One minus the correlation of the coarse brightness of two pictures (N, 3, H, W); float32 (N,).

    Not in the papers: content and style losses hardly change when a picture is painted as its own negative,
    but people notice. Contrast and mean stay free for the style to choose.
    """
    tones = []
    for picture in (painted, photo):
        red, green, blue = picture.float().split(1, dim=1)
        luma = LUMA_RGB[0] * red + LUMA_RGB[1] * green + LUMA_RGB[2] * blue
        coarse = F.avg_pool2d(luma, cell)
        tones.append(F.instance_norm(coarse, eps=1e-4))
    return 1 - (tones[0] * tones[1]).mean((1, 2, 3))


def total_variation(picture: Tensor) -> Tensor:
    """Mean absolute difference of neighbouring pixels of (N, 3, H, W); float32 ()."""
    rows = (picture[:, :, 1:] - picture[:, :, :-1]).abs().mean()
    columns = (picture[:, :, :, 1:] - picture[:, :, :, :-1]).abs().mean()
    return (rows + columns).float()

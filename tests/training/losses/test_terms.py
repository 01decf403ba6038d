from pathlib import Path

import pytest
import torch

from pleinair.training.losses.loss_network import load_loss_network
from pleinair.training.losses.terms import content_loss, gram_matrix, style_loss, temporal_loss, tone_loss


def test_gram_matrices_are_inner_products_over_channels_and_positions() -> None:
    x = torch.randn(2, 3, 4, 5)
    gram = gram_matrix(x)
    assert gram.shape == (2, 3, 3)
    wanted = (x[1, 0] * x[1, 2]).sum() / (3 * 4 * 5)
    assert gram[1, 0, 2] == pytest.approx(wanted.item(), rel=1e-5)


def test_losses_are_zero_for_the_target_and_one_for_nothing(loss_network_file: Path) -> None:
    network = load_loss_network(loss_network_file)
    picture = torch.rand(2, 3, 48, 48)
    taps = network(picture)
    grams = {tap: gram_matrix(value) for tap, value in taps.items()}
    nothing = {tap: torch.zeros_like(value) for tap, value in taps.items()}
    assert content_loss(taps["relu3_3"], taps["relu3_3"]).tolist() == [0, 0]
    assert content_loss(nothing["relu3_3"], taps["relu3_3"]).tolist() == pytest.approx([1, 1])
    assert style_loss(taps, grams).tolist() == [0, 0]
    assert style_loss(nothing, grams).tolist() == pytest.approx([4, 4])


def test_content_counts_for_more_where_it_is_asked_to() -> None:
    photo, painted = torch.ones(1, 2, 4, 4), torch.ones(1, 2, 4, 4)
    painted[..., :2] = 0  # the left half is lost
    weight = torch.ones(1, 1, 4, 4)
    weight[..., :2] = 4
    assert content_loss(painted, photo).item() == pytest.approx(0.5)
    assert content_loss(painted, photo, weight).item() == pytest.approx(2.0)
    assert content_loss(painted, photo, weight.flip(-1)).item() == pytest.approx(0.5)


def test_the_tone_loss_minds_the_order_of_brightness_only() -> None:
    photo = torch.linspace(0, 1, 64).expand(1, 3, 64, 64)
    assert tone_loss(0.2 * photo + 0.5, photo).item() == pytest.approx(0, abs=0.03)
    assert tone_loss(1 - photo, photo).item() == pytest.approx(2, abs=0.03)


def test_the_temporal_loss_is_the_share_of_the_camera_s_noise_that_gets_through() -> None:
    noise = torch.randn(2, 3, 32, 32) * 0.1
    picture, photo = torch.rand(2, 3, 32, 32), torch.rand(2, 3, 32, 32)
    everywhere = torch.ones(2, 1, 32, 32)
    found = temporal_loss(picture + 2 * noise, picture, (photo + noise, photo), everywhere)
    assert found.tolist() == pytest.approx([2, 2], rel=0.02)
    outside = everywhere.clone()
    outside[..., :16] = 0
    spoilt = picture.clone()
    spoilt[..., :16] += 9
    assert temporal_loss(spoilt, picture, (photo, photo), outside).max() < 0.02


def test_the_gram_matrix_has_the_gradient_of_the_plain_product() -> None:
    x = torch.randn(2, 3, 4, 5, dtype=torch.float64, requires_grad=True)
    weights = torch.randn(2, 3, 3)
    (gram_matrix(x) * weights).sum().backward()
    flat = x.detach().reshape(2, 3, 20).requires_grad_()
    (flat @ flat.transpose(1, 2) / 60 * weights).sum().backward()
    assert x.grad is not None and flat.grad is not None
    assert torch.allclose(x.grad, flat.grad.reshape_as(x.grad))


def test_half_precision_gram_matrices_are_near_and_do_not_overflow() -> None:
    x = torch.rand(1, 8, 40, 40) * 2000  # as large as the loss network's features
    wanted = gram_matrix(x)
    for dtype, near in ((torch.bfloat16, 0.01), (torch.float16, 0.002)):
        assert torch.allclose(gram_matrix(x.to(dtype)), wanted, rtol=near), dtype

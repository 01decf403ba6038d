import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from training.generator import CELL, ConditionalInstanceNorm, Generator, SmoothTail


def test_instance_norm_does_the_same_in_training_and_in_use() -> None:
    generator = Generator()
    photo, style = torch.rand(2, 3, 40, 48), generator.neutral_style().repeat(2, 1)
    with torch.no_grad():
        trained = generator.train()(photo, style)
        used = generator.eval()(photo, style)
    assert torch.equal(trained, used)


def test_one_picture_does_not_see_the_others() -> None:
    generator = Generator()
    photos, style = torch.rand(3, 3, 40, 48), generator.neutral_style().repeat(3, 1)
    with torch.no_grad():
        together = generator(photos, style)
        alone = torch.cat([generator(p[None], style[:1]) for p in photos])
    assert torch.allclose(together, alone, atol=1e-5)


def test_the_contrast_of_a_photo_does_not_matter_to_the_norm() -> None:
    """Equation 4 of the paper: what the norm gives depends on no scale or offset of its input."""
    norm = ConditionalInstanceNorm(5)
    x, style = torch.randn(2, 5, 16, 16), torch.randn(2, 10)
    assert torch.allclose(norm(x, style), norm(0.3 * x + 4, style), atol=2e-3)
    scale, shift = style[:, :5], style[:, 5:]
    wanted = (x - x.mean((2, 3), keepdim=True)) / torch.sqrt(x.var((2, 3), correction=0, keepdim=True) + 1e-5)
    wanted = wanted * scale[..., None, None] + shift[..., None, None]
    assert torch.allclose(norm(x, style), wanted, atol=1e-5)


@settings(max_examples=15, deadline=None)
@given(st.integers(16, 70), st.integers(16, 70))
def test_any_size_comes_back(height: int, width: int) -> None:
    generator = Generator()
    with torch.no_grad():
        painted = generator(torch.rand(1, 3, height, width), generator.neutral_style()[None])
    assert painted.shape == (1, 3, height, width)


def test_the_style_vector_has_one_scale_and_shift_a_channel_of_every_norm() -> None:
    generator = Generator()
    channels = sum(m.channels for m in generator.modules() if isinstance(m, ConditionalInstanceNorm))
    assert generator.style_size == 2 * channels == len(generator.neutral_style())


@pytest.mark.parametrize("axis", [2, 3])
def test_the_tail_draws_no_grid_on_plain_or_rising_features(axis: int) -> None:
    torch.manual_seed(0)
    tail = SmoothTail(6).double()
    torch.nn.init.normal_(tail.raw)
    with torch.no_grad():
        plain = F.pixel_shuffle(tail(torch.ones(1, 6, 9, 9, dtype=torch.double)), CELL)
        assert plain.std((2, 3)).max() < 1e-9 < plain.std()
        rising = torch.arange(9, dtype=torch.double).reshape([1, 1, 9, 1] if axis == 2 else [1, 1, 1, 9])
        picture = F.pixel_shuffle(tail(rising.expand(1, 6, 9, 9)), CELL)
    inner = picture[:, :, 2 * CELL : -2 * CELL, 2 * CELL : -2 * CELL]
    steps = inner.diff(dim=axis)
    assert (steps - steps.mean((2, 3), keepdim=True)).abs().max() < 1e-9

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from pleinair.training.generators import KINDS, NORMS, ConditionalNorm, FastGenerator, Generator, build
from pleinair.training.generators.cells import CELL, SmoothTail

SIZES = {
    "fast": {},
    "fine": {"half": 8, "quarter": 12, "eighth": 16},
    "residual": {"channels": 4},
    "texture": {"channels": 2},
}


@pytest.fixture(params=KINDS)
def generator(request: pytest.FixtureRequest) -> Generator:
    """Each kind of generator with instance norm, narrow."""
    torch.manual_seed(0)
    return build(request.param, "instance", **SIZES[request.param])


def test_instance_norm_does_the_same_in_training_and_in_use() -> None:
    for kind in ("fast", "residual"):  # the texture network has fresh noise in training
        generator = build(kind, "instance", **SIZES[kind])
        photo, style, m = torch.rand(2, 3, 40, 48), generator.neutral_style().repeat(2, 1), generator.margin
        e = min(m, 2)
        with torch.no_grad():
            wide = F.pad(F.pad(photo, (e, e, e, e), mode="replicate"), [m - e] * 4, mode="reflect")
            trained = generator.train()(wide, style)
            used = generator.eval()(photo, style)
        assert torch.equal(trained[:, :, m : m + 40, m : m + 48], used), kind


@pytest.mark.parametrize("kind", KINDS)
def test_batch_norm_uses_the_batch_in_training_and_running_statistics_in_use(kind: str) -> None:
    torch.manual_seed(0)
    generator = build(kind, "batch", **SIZES[kind])
    photo, style = torch.rand(2, 3, 64, 64), generator.neutral_style().repeat(2, 1)
    with torch.no_grad():
        before = generator.eval()(photo, style)
        generator.train()(photo, style)
        after = generator.eval()(photo, style)
        alone = generator(photo[:1], style[:1])
    assert not torch.equal(before, after)  # the statistics ran along
    assert torch.allclose(after[:1], alone, atol=1e-5)  # in use one picture does not see the others
    assert all(norm.batch is not None for norm in generator.norms().values())


def test_batch_norm_is_the_paper_s_baseline() -> None:
    """Equation 3: mean and variance over pictures and positions."""
    norm = ConditionalNorm(5, "batch")
    x, style = torch.randn(3, 5, 8, 8) * 2 + 1, torch.randn(3, 10)
    mean, variance = x.mean((0, 2, 3), keepdim=True), x.var((0, 2, 3), correction=0, keepdim=True)
    scale, shift = style[:, :5], style[:, 5:]
    wanted = (x - mean) / torch.sqrt(variance + 1e-5) * scale[..., None, None] + shift[..., None, None]
    assert torch.allclose(norm(x, style), wanted, atol=1e-5)


def test_one_picture_does_not_see_the_others(generator: Generator) -> None:
    generator.eval()
    photos, style = torch.rand(3, 3, 64, 80), generator.neutral_style().repeat(3, 1)
    with torch.no_grad():
        together = generator(photos, style)
        alone = torch.cat([generator(p[None], style[:1]) for p in photos])
    assert torch.allclose(together, alone, atol=1e-3)  # a picture seen would change tenths


def test_the_contrast_of_a_photo_does_not_matter_to_the_norm() -> None:
    """Equation 4 of the paper: what the norm gives depends on no scale or offset of its input."""
    norm = ConditionalNorm(5)
    x, style = torch.randn(2, 5, 16, 16), torch.randn(2, 10)
    assert torch.allclose(norm(x, style), norm(0.3 * x + 4, style), atol=2e-3)
    scale, shift = style[:, :5], style[:, 5:]
    wanted = (x - x.mean((2, 3), keepdim=True)) / torch.sqrt(x.var((2, 3), correction=0, keepdim=True) + 1e-5)
    wanted = wanted * scale[..., None, None] + shift[..., None, None]
    assert torch.allclose(norm(x, style), wanted, atol=1e-5)


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(sorted(KINDS)), st.sampled_from(NORMS), st.integers(64, 100), st.integers(64, 100))
def test_any_size_comes_back(kind: str, norm: str, height: int, width: int) -> None:
    generator = build(kind, norm, **SIZES[kind])
    with torch.no_grad():
        painted = generator(torch.rand(1, 3, height, width), generator.neutral_style()[None])
    assert painted.shape == (1, 3, height, width)


@settings(max_examples=10, deadline=None)
@given(st.integers(16, 70), st.integers(16, 70))
def test_the_fast_generator_takes_small_pictures(height: int, width: int) -> None:
    generator = FastGenerator()
    with torch.no_grad():
        painted = generator(torch.rand(1, 3, height, width), generator.neutral_style()[None])
    assert painted.shape == (1, 3, height, width)


def test_every_norm_gets_its_own_part_of_the_style_vector(generator: Generator) -> None:
    channels = sum(m.channels for m in generator.modules() if isinstance(m, ConditionalNorm))
    assert generator.norm_parameters == 2 * channels == len(generator.neutral_style())
    got: dict[str, torch.Tensor] = {}

    def watch(name: str, norm: ConditionalNorm) -> None:
        def hook(module: object, inputs: tuple[torch.Tensor, ...], output: object) -> None:
            got[name] = inputs[1]

        norm.register_forward_hook(hook)

    for name, module in generator.named_modules():
        if isinstance(module, ConditionalNorm):
            watch(name, module)
    style = torch.arange(generator.norm_parameters).float()[None]
    with torch.no_grad():
        generator(torch.rand(1, 3, 64, 64), style)
    order = [name for name, m in generator.named_modules() if isinstance(m, ConditionalNorm)]
    assert torch.equal(torch.cat([got[name] for name in order], 1), style)


def test_a_generator_is_built_again_from_its_config(generator: Generator) -> None:
    again = build(**generator.config)
    again.load_state_dict(generator.state_dict())
    photo, style = torch.rand(1, 3, 64, 64), generator.neutral_style()[None]
    with torch.no_grad():
        assert torch.equal(generator.eval()(photo, style), again.eval()(photo, style))


def test_the_texture_network_has_fresh_noise_in_training_and_still_noise_in_use() -> None:
    generator = build("texture", channels=2)
    photo, style = torch.rand(1, 3, 64, 64), generator.neutral_style()[None]
    with torch.no_grad():
        assert not torch.equal(generator(photo, style), generator(photo, style))
        generator.eval()
        assert torch.equal(generator(photo, style), generator(photo, style))


def test_the_generators_have_the_papers_sizes() -> None:
    """Johnson's network has 1.68 million weights, jcjohnson's small one 425 thousand."""
    sizes = {
        width: sum(p.numel() for p in build("residual", channels=width).parameters()) for width in (16, 32)
    }
    assert sizes[32] == pytest.approx(1_679_000, rel=0.01) and sizes[16] == pytest.approx(425_000, rel=0.01)


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

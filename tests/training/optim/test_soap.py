from collections.abc import Callable

import torch

from pleinair.training.generators import FastGenerator
from pleinair.training.optim.soap import LONGEST, Soap


def learned(
    optimizer: Callable[..., torch.optim.Optimizer], turn: torch.Tensor, steps: int = 40
) -> torch.Tensor:
    """A 4x4 kernel after some steps down a bowl, in coordinates turned by ``turn`` and turned back."""
    rng = torch.Generator().manual_seed(0)
    start, wanted, curvature = (torch.randn(4, 4, dtype=torch.float64, generator=rng) for _ in range(3))
    kernel = torch.nn.Parameter((start @ turn).reshape(4, 4, 1, 1))
    made = optimizer([kernel], lr=0.05)
    for _ in range(steps):
        made.zero_grad()
        ((kernel.reshape(4, 4) @ turn.T - wanted) * curvature).square().sum().backward()
        made.step()
    return kernel.detach().reshape(4, 4) @ turn.T


def test_it_does_not_mind_how_the_axes_are_turned_and_adam_does() -> None:
    straight = torch.eye(4, dtype=torch.float64)
    turned, _ = torch.linalg.qr(
        torch.randn(4, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    )
    apart = [(learned(o, turned) - learned(o, straight)).abs().max() for o in (Soap, torch.optim.Adam)]
    assert apart[0] < 1e-3 < 0.05 < apart[1]


def test_what_it_keeps_goes_into_a_state_dict_and_back() -> None:
    def train(optimizer: Soap, generator: FastGenerator, steps: range) -> None:
        for step in steps:
            photo = torch.rand(1, 3, 16, 16, generator=torch.Generator().manual_seed(step))
            optimizer.zero_grad()
            generator(photo, generator.neutral_style()[None]).square().mean().backward()
            optimizer.step()

    torch.manual_seed(0)
    whole, parts = FastGenerator(), FastGenerator()
    parts.load_state_dict(whole.state_dict())
    train(Soap(whole.parameters(), 1e-3), whole, range(14))
    first = Soap(parts.parameters(), 1e-3)
    train(first, parts, range(7))
    second = Soap(parts.parameters(), 1e-3)
    second.load_state_dict(first.state_dict())
    train(second, parts, range(7, 14))
    for name, value in whole.named_parameters():
        assert torch.equal(value, parts.get_parameter(name)), name


def test_long_sides_and_vectors_are_not_turned() -> None:
    kernel = torch.nn.Parameter(torch.randn(4, LONGEST // 9 + 1, 3, 3))
    vector = torch.nn.Parameter(torch.randn(5))
    optimizer = Soap([kernel, vector], 1e-2)
    before = [kernel.detach().clone(), vector.detach().clone()]
    for _ in range(3):
        optimizer.zero_grad()
        (kernel.square().sum() + vector.square().sum()).backward()
        optimizer.step()
    assert set(optimizer.state[kernel]) == {"step", "exp_avg", "exp_avg_sq", "covariance0", "basis0"}
    assert set(optimizer.state[vector]) == {"step", "exp_avg", "exp_avg_sq"}
    assert kernel.norm() < before[0].norm() and vector.norm() < before[1].norm()

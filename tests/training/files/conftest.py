"""A generator of each kind that the program runs, trained as far as files can tell."""

import pytest
import torch

from pleinair.training.generators import CellGenerator, FastGenerator, FineGenerator

Trained = tuple[CellGenerator, torch.Tensor]


@pytest.fixture(params=["fast", "fine"])
def trained(request: pytest.FixtureRequest) -> Trained:
    torch.manual_seed(1)
    generator = FastGenerator() if request.param == "fast" else FineGenerator(half=8, quarter=12, eighth=16)
    styles = generator.neutral_style().repeat(3, 1)
    return generator, styles + 0.5 * torch.randn_like(styles)

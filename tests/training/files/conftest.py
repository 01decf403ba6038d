"""A generator that was trained, as far as files can tell."""

import pytest
import torch

from pleinair.training.generators import FastGenerator


@pytest.fixture
def trained() -> tuple[FastGenerator, torch.Tensor]:
    torch.manual_seed(1)
    generator = FastGenerator()
    styles = generator.neutral_style().repeat(3, 1)
    return generator, styles + 0.5 * torch.randn_like(styles)

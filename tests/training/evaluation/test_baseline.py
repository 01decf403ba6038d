from pathlib import Path

import pytest
import torch

from pleinair.engine.sources.pattern import draw
from pleinair.training.data.pictures import to_tensor
from pleinair.training.evaluation.baseline import (
    MAX_EXTENSION,
    STYLE_WEIGHT,
    IterativeBaseline,
    Losses,
    equal_step,
)
from pleinair.training.losses.loss_network import load_loss_network


def test_the_step_that_a_loss_equals() -> None:
    curve = [Losses(0, 4), Losses(1, 2), Losses(2, 1)]
    assert [c.total for c in curve] == [4 * STYLE_WEIGHT, 1 + 2 * STYLE_WEIGHT, 2 + STYLE_WEIGHT]
    assert equal_step(curve, 99) == 0
    assert equal_step(curve, 17.0) == 1
    assert equal_step(curve, 16.9) == 2
    assert equal_step(curve, 9.9) is None


def test_what_the_baseline_says_of_the_iterative_method_it_says_of_its_picture(
    loss_network_file: Path,
) -> None:
    painting = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    baseline = IterativeBaseline(load_loss_network(loss_network_file), painting)
    photo = to_tensor(draw(0, 96, 80))
    curve, picture = baseline.iterate(photo, 3, until=1e9)
    assert len(curve) == 4 and curve[0].content == 0
    assert baseline.losses(picture, photo).total == pytest.approx(curve[-1].total, rel=1e-3)
    longer, early = baseline.iterate(photo, 1, until=curve[3].total)  # not reached by then: it goes on
    assert [one.total for one in longer] == pytest.approx([one.total for one in curve], rel=1e-4)
    assert baseline.losses(early, photo).total == pytest.approx(longer[1].total, rel=1e-3)
    assert len(baseline.iterate(photo, 1, until=0)[0]) == 1 + MAX_EXTENSION
    assert baseline.losses(painting, painting).style == pytest.approx(0, abs=1e-6)

from pathlib import Path

import numpy as np
import pytest
import torch

from pleinair.engine.sources.pattern import draw
from pleinair.training.data.pictures import to_tensor
from pleinair.training.evaluation.iterative import ADAM_RATE, iterate
from pleinair.training.losses.loss_network import load_loss_network
from pleinair.training.losses.targets import style_targets


@pytest.mark.parametrize("method", ["adam", "lbfgs"])
def test_the_loss_falls_from_the_photo_on(method: str, loss_network_file: Path) -> None:
    network = load_loss_network(loss_network_file)
    photo = to_tensor(draw(0, 48, 48))
    rng = np.random.default_rng(0)
    targets = style_targets(
        network, [to_tensor(rng.integers(0, 256, (64, 64, 3), np.uint8))], torch.device("cpu")
    )
    iterates = list(iterate(network, photo, targets, 8, 8.0, method=method))
    assert [i.step for i in iterates] == list(range(9))
    assert torch.equal(iterates[0].picture, photo) and iterates[0].content == 0
    assert iterates[-1].total < 0.7 * iterates[0].total
    for it in iterates:
        assert it.total == pytest.approx(it.content + 8 * it.style, rel=1e-4)
    if method == "adam":
        assert (iterates[1].picture - photo).abs().max() <= ADAM_RATE + 1e-6  # four grey levels
        assert all(i.picture.min() >= 0 and i.picture.max() <= 1 for i in iterates)

"""What a style is learned from: a loss network, photos and paintings. Fixtures for the tests of training and of the
window that starts it."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from pleinair.engine.sources.pattern import draw


@pytest.fixture(scope="session")
def loss_network_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With random weights: the real code and shapes, no download."""
    import torch
    from safetensors.torch import save_file

    from pleinair.training.losses.loss_network import LossNetwork

    torch.manual_seed(0)
    network = LossNetwork()
    for name, value in network.named_parameters():
        if name.endswith("weight"):
            torch.nn.init.kaiming_normal_(value)
        else:
            torch.nn.init.zeros_(value)
    path = tmp_path_factory.mktemp("loss") / "vgg.safetensors"
    save_file(network.state_dict(), path)
    return path


@pytest.fixture(scope="session")
def studio_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Photos, one of them broken, and two paintings with their list."""
    folder = tmp_path_factory.mktemp("studio")
    (folder / "photos").mkdir()
    for number in range(4):
        cv2.imwrite(str(folder / "photos" / f"{number}.png"), draw(number * 9, 96, 80))
    (folder / "photos" / "broken.jpg").write_bytes(b"broken")
    rng = np.random.default_rng(0)
    for name in ("one", "two"):
        cv2.imwrite(str(folder / f"{name}.png"), rng.integers(0, 256, (90, 70, 3), dtype=np.uint8))
    entry = '[[painting]]\nid = "{0}"\ntitle = "T"\nartist = "A"\nyear = "1"\nlicence = "CC0"\n'
    entry += 'source = "S"\nfile = "{0}.png"\nsize = 64\nstyle_weight = 8.0\n'
    (folder / "list.toml").write_text(entry.format("one") + entry.format("two"))
    return folder

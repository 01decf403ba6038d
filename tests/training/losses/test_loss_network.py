from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from pleinair.engine.errors import LossNetworkError
from pleinair.training.losses.loss_network import LossNetwork, load_loss_network


def test_the_loss_network_takes_what_gatys_and_johnson_used(loss_network_file: Path) -> None:
    network = load_loss_network(loss_network_file)
    mean = torch.tensor([123.68, 116.779, 103.939]).reshape(1, 3, 1, 1) / 255
    taps = network(mean.expand(1, 3, 32, 32))
    assert list(taps) == ["relu1_2", "relu2_2", "relu3_3", "relu4_3"]
    assert all(value.abs().max() < 1e-2 for value in taps.values())  # the mean picture is zero to it
    assert taps["relu4_3"].shape == (1, 512, 4, 4)
    assert list(network(mean.expand(1, 3, 32, 32), "relu2_2")) == ["relu1_2", "relu2_2"]
    assert not any(p.requires_grad for p in network.parameters())


def test_files_that_are_not_the_loss_network_are_refused(tmp_path: Path) -> None:
    evil = tmp_path / "vgg16_features-amdegroot-88682ab5.pth"
    torch.save({"0.weight": torch.zeros(1)}, evil)
    with pytest.raises(LossNetworkError, match="SHA-256"):
        load_loss_network(evil)
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(b"broken")
    with pytest.raises(LossNetworkError, match="--loss-network"):
        load_loss_network(broken)

    other = tmp_path / "other.safetensors"
    save_file({name: value[:1].clone() for name, value in LossNetwork().state_dict().items()}, other)
    with pytest.raises(LossNetworkError):
        load_loss_network(other)

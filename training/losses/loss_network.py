"""The loss network: VGG-16 up to relu4_3 (Simonyan, Zisserman, arXiv:1409.1556).

The weights are the original ImageNet ones that Gatys, Johnson and Ulyanov used. Their input is RGB,
scaled to 0..255, minus a mean; there is no division by a standard deviation.
"""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path

import platformdirs
import torch
import torch.nn.functional as F
from safetensors.torch import load
from torch import Tensor, nn

from pleinair.engine.errors import LossNetworkError
from pleinair.engine.untrusted.data import read_header
from pleinair.engine.untrusted.files import MEGABYTE, read_file

PUBLISHED_URL = "https://download.pytorch.org/models/vgg16_features-amdegroot-88682ab5.pth"
PUBLISHED_SHA256_PREFIX = "88682ab5"
LARGEST_FILE = 600 * MEGABYTE
"""Bytes; the whole of VGG-16 has 528 MB."""
MEAN_RGB = (123.68, 116.779, 103.939)

CONVOLUTIONS = {0: 64, 2: 64, 5: 128, 7: 128, 10: 256, 12: 256, 14: 256, 17: 512, 19: 512, 21: 512}
"""Module index in torchvision's ``vgg16().features`` -> output channels."""
POOLS = (4, 9, 16)
TAPS = {3: "relu1_2", 8: "relu2_2", 15: "relu3_3", 22: "relu4_3"}


class LossNetwork(nn.Module):
    """Frozen features of a picture.

    ``forward(picture, last)``: picture float (N, 3, H, W), RGB, 0..1. Returns the taps up to and
    including ``last``, name -> (N, C, h, w) in the network's own dtype.
    """

    def __init__(self) -> None:
        super().__init__()
        inputs = 3
        for index, outputs in CONVOLUTIONS.items():
            self.add_module(str(index), nn.Conv2d(inputs, outputs, 3, padding=1))
            inputs = outputs
        self.register_buffer("mean", torch.tensor(MEAN_RGB).reshape(1, 3, 1, 1), persistent=False)
        self.requires_grad_(False)

    def forward(self, picture: Tensor, last: str = "relu4_3") -> dict[str, Tensor]:
        mean = self.get_buffer("mean")
        convolution = self.get_submodule("0")
        dtype = next(convolution.parameters()).dtype
        x = (picture.float() * 255.0 - mean.float()).to(dtype)
        x = x.contiguous(memory_format=torch.channels_last)
        taps: dict[str, Tensor] = {}
        for index in range(23):
            if index in CONVOLUTIONS:
                x = F.relu(self.get_submodule(str(index))(x))
            elif index in POOLS:
                x = F.max_pool2d(x, 2)
            if index in TAPS:
                taps[TAPS[index]] = x
                if TAPS[index] == last:
                    break
        return taps


def load_loss_network(file: Path | None, dtype: torch.dtype = torch.float32) -> LossNetwork:
    """Load the weights from ``file`` (.safetensors, or the published .pth), or from the cache.

    Without ``file``, the published weights are downloaded once into the user's cache folder.
    A .pth is read only when its SHA-256 begins with the published one, and only as plain tensors.
    Raises LossNetworkError, with what to do, when the weights cannot be read, downloaded or used.
    """
    path = file if file is not None else _published()
    try:
        data = read_file(path, LARGEST_FILE)
        if path.suffix == ".safetensors":
            read_header(data)
            state = load(data)
        else:
            digest = hashlib.sha256(data).hexdigest()
            if not digest.startswith(PUBLISHED_SHA256_PREFIX):
                raise LossNetworkError(
                    f"{path} is not the published loss network (its SHA-256 begins with "
                    f"{digest[:8]}, not {PUBLISHED_SHA256_PREFIX}); delete it and try again."
                )
            state = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
        network = LossNetwork()
        wanted = network.state_dict().keys()
        features = {name.removeprefix("features."): value.float() for name, value in state.items()}
        network.load_state_dict({name: features[name] for name in wanted})
    except LossNetworkError:
        raise
    except Exception as error:
        raise LossNetworkError(
            f"The loss network {path} could not be read ({error}); give a good file with --loss-network."
        ) from error
    return network.to(dtype).to(memory_format=torch.channels_last).eval()  # type: ignore[call-overload, no-any-return]


def _published() -> Path:
    folder = Path(platformdirs.user_cache_dir("pleinair"))
    path = folder / PUBLISHED_URL.rsplit("/", 1)[1]
    if not path.exists():
        part = path.with_suffix(f".{os.getpid()}.part")  # several processes may download it at once
        try:
            folder.mkdir(parents=True, exist_ok=True)
            torch.hub.download_url_to_file(PUBLISHED_URL, str(part), PUBLISHED_SHA256_PREFIX)
            part.replace(path)
        except Exception as error:
            raise LossNetworkError(
                f"The loss network could not be downloaded ({error}); connect to the internet, or "
                f"download {PUBLISHED_URL} yourself into the folder {folder}."
            ) from error
    return path

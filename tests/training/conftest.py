"""What the tests of training share: a session of one process, and something learned."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from pleinair.training.cli import main
from pleinair.training.losses.objective import LossWeights
from pleinair.training.optim.plan import Plan
from pleinair.training.session import SessionSettings


@pytest.fixture(scope="session")
def photo(studio_folder: Path) -> str:
    """One of the photos."""
    return str(studio_folder / "photos" / "1.png")


@pytest.fixture(scope="session")
def training_words(studio_folder: Path, loss_network_file: Path) -> list[str]:
    """What ``fit``, ``refine`` and ``style`` are given here alike: small crops, one a step."""
    words = ["--content", str(studio_folder / "photos"), "--loss-network", str(loss_network_file)]
    return [*words, "--size", "32", "--photos-per-step", "1"]


@pytest.fixture(scope="session")
def fitted(
    studio_folder: Path, training_words: list[str], photo: str, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The folder of ``fit`` with both paintings: a checkpoint, a generator, styles and a sheet."""
    out = tmp_path_factory.mktemp("fitted")
    words = ["fit", "--paintings", str(studio_folder / "list.toml"), *training_words]
    assert main([*words, "--steps", "2", "--out", str(out), "--preview", photo]) == 0
    return out


@pytest.fixture
def session_settings(studio_folder: Path, loss_network_file: Path) -> SessionSettings:
    return SessionSettings(
        content=[studio_folder / "photos"],
        size=32,
        photos=1,
        plan=Plan(steps=2, rate=2e-3, seed=3, save_every=999),
        weights=LossWeights(),
        loss_network=loss_network_file,
        styles_per_photo=2,
    )


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Sums in one order, so that what is computed twice is equal bit for bit."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)

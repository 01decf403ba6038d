"""What is told of this computer, with cards that it has not got."""

from __future__ import annotations

from pathlib import Path

import pytest

from pleinair.engine.backends.trials import TrialMemory
from pleinair.engine.doctor import Finding, examine
from pleinair.engine.styles.library import Library
from pleinair.engine.system import gpu_makes

CARDS = {"NVIDIA": "0x10de", "AMD": "0x1002", "Intel": "0x8086", "ASPEED": "0x1a03"}


def pretend(bus: Path, *cards: str) -> Path:
    """A PCI bus as Linux shows it: a network card, and these."""
    devices = [("0x020000", "0x8086"), *(("0x030000", CARDS[card]) for card in cards)]
    for number, (kind, vendor) in enumerate(devices):
        device = bus / f"0000:0{number}:00.0"
        device.mkdir(parents=True)
        (device / "class").write_text(f"{kind}\n")
        (device / "vendor").write_text(f"{vendor}\n")
    return bus


@pytest.mark.parametrize(
    ("cards", "makes"),
    [((), []), (("AMD",), ["AMD"]), (("Intel", "NVIDIA"), ["NVIDIA", "Intel"]), (("ASPEED",), [])],
)
def test_gpus_are_known_by_their_pci_ids(
    tmp_path: Path, cards: tuple[str, ...], makes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    assert gpu_makes(pretend(tmp_path / "bus", *cards)) == makes
    assert gpu_makes(tmp_path / "no bus") == []


@pytest.mark.parametrize(
    ("make", "advice"),
    [
        ("NVIDIA", "Install the NVIDIA driver and restart."),
        ("AMD", "Run: pip install 'pleinair[webgpu]'"),
        ("Intel", "Run: pip install 'pleinair[webgpu]'"),
        ("Apple", "Run: pip install 'pleinair[webgpu]'"),
        (None, None),
    ],
)
def test_doctor_names_the_one_command_for_the_gpu(
    tmp_path: Path, make: str | None, advice: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    makes = [make] if make else []
    for module in ("engine.doctor", "engine.backends.onnx"):
        monkeypatch.setattr(f"pleinair.{module}.gpu_makes", lambda: makes)
    monkeypatch.setattr("pleinair.engine.doctor.gpu_names", lambda: [])
    monkeypatch.setattr("pleinair.engine.doctor.has_nvidia_driver", lambda: False)
    found: list[Finding] = []
    for finding in examine([], Library({}, {}), tmp_path, tmp_path, TrialMemory(tmp_path / "backend.json")):
        found.append(finding)
        if finding.topic == "camera":  # what follows takes time and tells nothing of GPUs
            break
    gpus = [finding for finding in found if finding.topic == "gpu"]
    assert [finding.advice for finding in gpus] == ([advice] if make else [])
    advised = [f.advice for f in found if f.topic == "backend" and f.advice and "webgpu" in f.advice]
    assert not advised  # it is told once

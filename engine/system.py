"""This computer: processor, cores, GPUs, installed packages."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

GPU_VENDORS = {"10de": "NVIDIA", "1002": "AMD", "8086": "Intel"}
"""PCI vendor ids."""
PCI_DEVICES = Path("/sys/bus/pci/devices")
DISPLAY_ADAPTERS = r"SYSTEM\CurrentControlSet\Control\Class\{4d36e968-e325-11ce-bfc1-08002be10318}"


def package_version(name: str) -> str | None:
    """Of an installed package, without loading it."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def processor_name() -> str:
    """The processor's name as the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or "unknown processor"


def processor_features() -> frozenset[str]:
    """What the processor can do, in Linux's words, such as ``avx512_bf16``; empty where the system does not tell."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.lower().startswith(("flags", "features")):
                return frozenset(line.split(":", 1)[1].split())
    except OSError:
        pass
    return frozenset()


def has_nvidia_driver() -> bool:
    """Whether the NVIDIA driver's own tool is there."""
    return shutil.which("nvidia-smi") is not None


def gpu_names() -> list[str]:
    """NVIDIA GPUs with their drivers; empty without them."""
    if not has_nvidia_driver():
        return []
    command = ["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return [line.strip() for line in run.stdout.splitlines() if line.strip() and run.returncode == 0]


def gpu_makes(devices: Path = PCI_DEVICES) -> list[str]:
    """The makes of this computer's GPUs, each once: NVIDIA, AMD, Intel or Apple; others are left out. Told by their PCI
    ids, also where no driver is installed. ``devices``: where Linux lists what is on the bus."""
    if sys.platform == "darwin":
        return ["Apple"] if platform.machine() == "arm64" else []
    vendors = _registry_vendors() if sys.platform == "win32" else _pci_vendors(devices)
    return [make for vendor, make in GPU_VENDORS.items() if vendor in vendors]


def _pci_vendors(devices: Path) -> set[str]:
    """Of all display controllers, PCI class 0x03."""
    found = set()
    for device in devices.glob("*"):
        try:
            if (device / "class").read_text().startswith("0x03"):
                found.add((device / "vendor").read_text().strip().removeprefix("0x").lower())
        except OSError:  # taken out meanwhile
            continue
    return found


def _registry_vendors() -> set[str]:
    """Of all display adapters that Windows has installed."""
    found: set[str] = set()
    if sys.platform != "win32":  # for the type checker, which knows winreg on Windows only
        return found
    import winreg

    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, DISPLAY_ADAPTERS) as adapters:
            for number in range(winreg.QueryInfoKey(adapters)[0]):
                try:
                    with winreg.OpenKey(adapters, winreg.EnumKey(adapters, number)) as adapter:
                        device = str(winreg.QueryValueEx(adapter, "MatchingDeviceId")[0]).lower()
                except OSError:  # "Properties", which is no adapter and may not be read
                    continue
                if "ven_" in device:
                    found.add(device.partition("ven_")[2][:4])
    except OSError:  # no display adapter at all
        pass
    return found


def cores() -> int:
    """How many processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

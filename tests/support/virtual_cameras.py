"""Virtual cameras for tests: pyvirtualcam itself, with a backend that keeps what it is sent."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pytest
import pyvirtualcam
from pyvirtualcam.util import decode_fourcc

from pleinair.engine.clock import MONOTONIC, Clock
from pleinair.engine.frame import Pixels


@dataclass
class Device:
    """What stands in for the driver."""

    name: str
    taken: bool = False
    broken: bool = False
    clock: Clock = MONOTONIC
    times: list[float] = field(default_factory=list)
    """When each picture came."""
    pictures: list[Pixels] = field(default_factory=list)
    """uint8 (H, W, 3) BGR."""


class _Backend:
    """As pyvirtualcam's ``Backend`` wants it; it refuses with the words of the one for Linux."""

    def __init__(self, devices: list[Device], width: int, height: int, fourcc: int, name: str | None) -> None:
        assert decode_fourcc(fourcc) == pyvirtualcam.PixelFormat.BGR.value
        self._shape = (height, width, 3)
        found = [device for device in devices if name in (None, device.name)]
        free = [device for device in found if not device.taken]
        if name and not found:
            raise RuntimeError(f"Device {name} does not exist.")
        if name and not free:
            raise RuntimeError(f"Device {name} is already in use.")
        if not free:
            raise RuntimeError("No v4l2 loopback device found at /dev/video[0-99].")
        self._device = free[0]
        self._device.taken = True

    def send(self, frame: npt.NDArray[np.uint8]) -> None:
        if self._device.broken:
            raise RuntimeError("Stream does not exist.")
        self._device.times.append(self._device.clock.now())
        self._device.pictures.append(frame.reshape(self._shape).copy())

    def close(self) -> None:
        self._device.taken = False

    def device(self) -> str:
        return self._device.name

    def native_fourcc(self) -> None:
        return None


class VirtualCameras:
    """The virtual cameras of this computer, as far as pyvirtualcam can tell; none at first."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.devices: list[Device] = []
        monkeypatch.setattr("pyvirtualcam.camera.BACKENDS", {})
        pyvirtualcam.register_backend("kept", self._open)

    def install(self, name: str = "/dev/video7", clock: Clock = MONOTONIC) -> Device:
        """One more. ``clock`` stamps the pictures."""
        self.devices.append(Device(name, clock=clock))
        return self.devices[-1]

    def break_all(self) -> None:
        """As if the driver had been taken out."""
        for device in self.devices:
            device.broken = True

    def _open(self, *, width: int, height: int, fps: float, fourcc: int, device: str | None) -> _Backend:
        return _Backend(self.devices, width, height, fourcc, device)

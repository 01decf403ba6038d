"""Cameras for tests: OpenCV's own capture class, on clips instead of devices."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import cv2
import pytest

from pleinair.engine.files import asset

NAME = "Synthetic camera"


class Cameras:
    """The cameras of this computer, as far as the program can tell; none at first, whatever is plugged in."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._clips: dict[str, Path | None] = {}
        monkeypatch.setattr("cv2_enumerate_cameras.enumerate_cameras", self._enumerate)
        monkeypatch.setattr("pleinair.engine.sources.camera.open_device", self._open)

    def plug_in(self, name: str = NAME, works: bool = True, clip: Path | None = None) -> None:
        """One more camera. It films ``clip``, by default the demo, and then has no more pictures, like one that is
        unplugged."""
        self._clips[name] = (clip or asset("demo.mp4")) if works else None

    def _enumerate(self, api: int) -> list[SimpleNamespace]:
        return [
            SimpleNamespace(index=number, name=name, path=f"/dev/synthetic{number}")
            for number, name in enumerate(self._clips)
        ]

    def _open(self, number: int, api: int, width: int, height: int, fps: int) -> cv2.VideoCapture:
        clip = list(self._clips.values())[number] if number < len(self._clips) else None
        return cv2.VideoCapture() if clip is None else cv2.VideoCapture(str(clip))

"""``pleinair cameras``."""

from __future__ import annotations

import argparse
from typing import Any

from pleinair.app.terminal import say
from pleinair.engine.sources import list_cameras


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """List the cameras without opening them."""
    cameras = list_cameras()
    if not arguments.json:
        for camera in cameras:
            say(f"camera:{camera.number:<4} {camera.name}")
        if not cameras:
            say("No camera was found; plug one in, or try --source demo.")
    return {"cameras": [{"number": camera.number, "name": camera.name} for camera in cameras]}

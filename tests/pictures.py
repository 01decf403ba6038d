"""Pictures to test with."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import cv2
import numpy as np

from pleinair.engine.files import asset
from pleinair.engine.frame import Pixels
from pleinair.engine.sources.video import VideoSource


@cache
def _first_frame() -> Pixels:
    source = VideoSource(asset("demo.mp4"), loop=False)
    frame = source.read()
    source.close()
    assert frame is not None
    return frame.pixels


def demo_frame(width: int = 160, height: int = 120) -> Pixels:
    """The demo clip's first frame at this size, uint8 (height, width, 3) BGR."""
    return np.asarray(cv2.resize(_first_frame(), (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def read_picture(path: Path) -> Pixels:
    """A picture that a test wrote, uint8 (H, W, 3) BGR."""
    pixels = cv2.imread(str(path))
    assert pixels is not None, f"{path} is no picture"
    return np.asarray(pixels, np.uint8)

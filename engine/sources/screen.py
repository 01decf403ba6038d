"""The screen of this computer, through mss."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import cv2
import numpy as np

from pleinair.engine.clock import now
from pleinair.engine.compositing import shrink
from pleinair.engine.errors import SourceNotFound
from pleinair.engine.frame import Pixels
from pleinair.engine.sources.arriving import Arriving, ArrivingSource
from pleinair.engine.sources.base import Pace, Source
from pleinair.engine.sources.registry import SourceKind, SourceRequest, register_source

LARGEST = (1280, 720)
"""Pixels to which the screen is scaled down unless a person asks for another size; painting takes longer than that."""


def _pictures(number: int, size: tuple[int, int], fps: int, closing: ExitStack) -> Arriving:
    """``number`` counts from 1. Raises OSError where it cannot be filmed any more."""
    import mss  # only where somebody films the screen

    try:
        screens = closing.enter_context(mss.MSS())
        if not 1 <= number < len(screens.monitors):
            return
        place = screens.monitors[number]
        scale = min(1.0, *(most / place[side] for most, side in zip(size, ("width", "height"), strict=True)))
        shown = max(16, round(place["width"] * scale)), max(16, round(place["height"] * scale))
        for at in _ticks(fps):
            shot = screens.grab(place)
            bgra = np.frombuffer(shot.raw, np.uint8).reshape(shot.height, shot.width, 4)
            yield at, _scaled(bgra, shown)
    except mss.ScreenShotError as error:
        raise OSError(str(error)) from error


def _ticks(fps: int) -> Iterator[float]:
    pace, count = Pace(), 0
    while True:
        if (at := pace.wait(count / fps)) is not None:
            yield min(at, now())
            count += 1


def _scaled(bgra: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], size: tuple[int, int]) -> Pixels:
    bgr = cv2.cvtColor(bgra, cv2.COLOR_BGRA2BGR)
    if bgr.shape[1::-1] != size:
        bgr = shrink(np.asarray(bgr, np.uint8), *size)
    return np.asarray(bgr, np.uint8)


def _open(request: SourceRequest) -> Source:
    word = request.spec.partition(":")[2] or "1"
    if sys.platform == "linux" and os.environ.get("XDG_SESSION_TYPE") == "wayland":
        raise SourceNotFound(
            "Wayland lets no program film the screen; log in to a session with X11 for that."
        )
    if not word.isdecimal():
        raise SourceNotFound(f"There is no screen '{word}'; write 'screen' or a number, like 'screen:2'.")
    size = request.size if request.insisted else LARGEST
    closing = ExitStack()
    return ArrivingSource(
        f"screen {word}" if word != "1" else "screen",
        _pictures(int(word), size, request.fps, closing),
        closing.close,
        float(request.fps),
        check="whether the screen is still there",
        not_found=f"Screen {word} cannot be filmed; check that it is there, and that the system allows it.",
    )


register_source(SourceKind("screen", lambda spec: spec.partition(":")[0] == "screen", _open))

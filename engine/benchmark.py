"""Measuring a stylizer, and the network of Johnson et al. beside it in the same run."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.backends import OnnxStylizer
from engine.backends.onnx_runtime import open_reference
from engine.camera.pattern import draw
from engine.styles import Look

ROUNDS = 3
SETTLE_SECONDS = 0.2
"""Between two networks: the thread pool of the last one spins for a while."""


@dataclass(frozen=True)
class Speed:
    """Of one network: seconds to load, and ms for the first and for later pictures."""

    load_s: float
    warm_up_ms: float
    infer_ms_p50: float
    infer_ms_p95: float


@dataclass(frozen=True)
class Comparison:
    """Ours and the reference, measured in turn. ``ratio`` is the median of the rounds' ratios."""

    ours: Speed
    reference: Speed | None
    ratio: float | None


def _timed(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def _series(action: Callable[[], object], seconds: float, least: int) -> list[float]:
    times: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < least:
        times.append(_timed(action))
    return times


def compare(
    open_stylizer: Callable[[], OnnxStylizer],
    look: Look,
    size: tuple[int, int],
    seconds: float,
    reference: Path | None,
) -> tuple[OnnxStylizer, Comparison]:
    """Paint a picture of ``size`` (width, height) over and over, in turn with the reference.

    Returns the opened stylizer too. Raises what opening and painting raise.
    """
    pixels = draw(0, *size)
    began = time.perf_counter()
    stylizer = open_stylizer()
    loaded = time.perf_counter() - began
    ours_warm = _timed(lambda: stylizer.stylize(pixels, look))
    other = None
    if reference is not None:
        began = time.perf_counter()
        other = open_reference(reference)
        other_loaded = time.perf_counter() - began
        other_warm = _timed(lambda: other(pixels))
    share = seconds / ROUNDS / (1 if other is None else 2)
    ours_times: list[float] = []
    other_times: list[float] = []
    ratios: list[float] = []
    for _ in range(ROUNDS):
        time.sleep(SETTLE_SECONDS)
        mine = _series(lambda: stylizer.stylize(pixels, look), share, 5)
        ours_times += mine
        if other is not None:
            time.sleep(SETTLE_SECONDS)
            theirs = _series(lambda: other(pixels), share, 3)
            other_times += theirs
            ratios.append(float(np.median(theirs) / np.median(mine)))
    ours = _speed(loaded, ours_warm, ours_times)
    if other is None:
        return stylizer, Comparison(ours, None, None)
    theirs_speed = _speed(other_loaded, other_warm, other_times)
    return stylizer, Comparison(ours, theirs_speed, float(np.median(ratios)))


def _speed(loaded: float, warm: float, times: list[float]) -> Speed:
    p50, p95 = np.percentile(times, [50, 95])
    return Speed(loaded, warm * 1e3, float(p50) * 1e3, float(p95) * 1e3)

"""What can be said of painted pictures without a loss network: noise, grids, borders, contrast."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import astuple, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from pleinair.engine.errors import PictureError, TrainingError
from pleinair.engine.frame import Paint, Pixels
from pleinair.engine.media.kinds import open_clip

SIGMA = 3.0
"""Of the noise in ``noise_gain``, in grey levels."""
CONTRASTS = (0.5, 0.75, 1.25)
BRIGHTNESSES = (-0.15, 0.15)
"""Added to pixels of 0..1."""
PERIODS = (2, 4, 8)
"""Of the grids that upsampling may leave, in pixels."""
FINE_PERIODS = (2, 4)
"""Those at which photos have no more than at the frequencies next to them."""
EDGE = 4
"""Pixels at each side that count as the border."""
BAND = (8, 24)
"""Pixels from the side between which lies what the border is held against."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Appearance:
    """See the functions of the same names; drifts in grey levels."""

    noise_gain: float
    grid: float
    grid_amplitude: float
    stroke_frequency: float
    border: float
    contrast_drift: float
    brightness_drift: float


def appearance(paint: Paint, pixels: Pixels) -> Appearance:
    """All that is measured on one photo, uint8 (H, W, 3) BGR."""
    painted = paint(pixels)
    drifts = contrast_drift(paint, pixels, painted)
    return Appearance(
        noise_gain(paint, pixels),
        grid(painted),
        grid_amplitude(painted),
        stroke_frequency(painted, pixels),
        border(painted, pixels),
        *drifts,
    )


def mean_appearance(found: Sequence[Appearance]) -> Appearance:
    """The mean of each figure."""
    return Appearance(*(statistics.mean(values) for values in zip(*map(astuple, found), strict=True)))


def grid(picture: Pixels) -> float:
    """How far periods of 2 and 4 px stand out: their power over the median power of the frequencies next to
    them, along rows and columns; the largest of the four. Photos and paintings have 1 to 3.
    """
    return max(peak / around for period, peak, around, _ in _peaks(picture) if period in FINE_PERIODS)


def grid_amplitude(picture: Pixels) -> float:
    """The amplitude in grey levels of what stands at periods of 2, 4 and 8 px above the frequencies next to them,
    along rows and columns; the largest of the six."""
    return max(
        (1 if period == 2 else 2) * math.sqrt(max(0.0, peak - around)) / window
        for period, peak, around, window in _peaks(picture)
    )


def _peaks(picture: Pixels) -> Iterator[tuple[int, float, float, float]]:
    """For each period, along rows and columns: it, its power, the median power of the frequencies next to it, and
    the sum of the Hann window."""
    luma = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.float32)
    for lines in (luma, luma.T):
        length = lines.shape[1] // max(PERIODS) * max(PERIODS)
        window = np.hanning(length).astype(np.float32)
        lines = (lines[:, :length] - lines[:, :length].mean(1, keepdims=True)) * window
        power = (np.abs(np.fft.rfft(lines)) ** 2).mean(0)
        for period in PERIODS:
            at = length // period
            near = [at + side * step for side in (-1, 1) for step in range(3, 10)]
            around = float(np.median([power[n] for n in near if n < len(power)]))
            yield period, float(power[at]), max(around, 1e-9), float(window.sum())


def stroke_frequency(painted: Pixels, photo: Pixels) -> float:
    """The mean spatial frequency of what the painting adds to the photo, in luma, weighted by power; in
    periods for each pixel. Larger strokes have lower ones."""
    difference = cv2.cvtColor(painted, cv2.COLOR_BGR2GRAY).astype(np.float32)
    difference -= cv2.cvtColor(photo, cv2.COLOR_BGR2GRAY)
    height, width = difference.shape
    window = np.outer(np.hanning(height), np.hanning(width))
    power = np.abs(np.fft.rfft2((difference - difference.mean()) * window)) ** 2
    frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None])
    return float((power * frequency).sum() / max(float(power.sum()), 1e-9))


def border(painted: Pixels, photo: Pixels) -> float:
    """Gradient energy along the border against that of a band inside it, over the same of the photo: 1 when
    the painting treats both alike, more when a frame shows, less when strokes fade.

    Only a band: strokes fill what is flat in the photo too, so that the share of the whole interior tells
    what was filmed there.
    """
    return _border_share(painted) / _border_share(photo)


def _border_share(picture: Pixels) -> float:
    luma = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.float32)
    energy = np.diff(luma, axis=0)[:, :-1] ** 2 + np.diff(luma, axis=1)[:-1] ** 2
    rows, columns = (np.minimum(np.arange(n), np.arange(n)[::-1]) for n in energy.shape)
    depth = np.minimum.outer(rows, columns)  # from the nearest side
    inside = (depth >= BAND[0]) & (depth < BAND[1])
    return float((energy[depth < EDGE].mean() + 1) / (energy[inside].mean() + 1))  # of a flat picture, 1


def noise_gain(paint: Paint, pixels: Pixels, seed: int = 0) -> float:
    """Mean difference of two paintings of one photo under two draws of noise over the mean difference
    of the noisy photos."""
    noisy = noisy_pair(pixels, seed)
    return _difference(paint(noisy[0]), paint(noisy[1])) / _difference(noisy[0], noisy[1])


def noisy_pair(pixels: Pixels, seed: int = 0) -> tuple[Pixels, Pixels]:
    """The photo under two draws of noise of ``SIGMA``."""
    rng = np.random.default_rng(seed)
    first, second = (
        np.clip(np.round(pixels + rng.normal(0, SIGMA, pixels.shape)), 0, 255).astype(np.uint8)
        for _ in range(2)
    )
    return first, second


def warp_errors(painters: Mapping[str, Paint], clip: Path, most: int = 60) -> dict[str, float]:
    """Mean difference of each painted frame to the one before, warped onto it, over the same of the clip
    itself; for each painter by name. The first ``most`` frames.

    The flow is measured on the clip (DIS, Kroeger et al., arXiv:1603.03590); places where forward and
    backward flow disagree do not count (as in Ruder, Dosovitskiy, Brox, arXiv:1604.08610).
    Raises TrainingError when the clip cannot be read or nothing changes in it.
    """
    dis = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    no_guess: Any = None
    sums, own_sum = dict.fromkeys(painters, 0.0), 0.0
    before: tuple[Pixels, Pixels, dict[str, Pixels]] | None = None
    for frame in _frames(clip, most):
        grey = np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8)
        painted = {name: paint(frame) for name, paint in painters.items()}
        if before is not None:
            back = np.asarray(dis.calc(grey, before[0], no_guess), np.float32)
            forth = np.asarray(dis.calc(before[0], grey, no_guess), np.float32)
            places = _places(back)
            returned = back + _sample(forth, places)
            most_apart = 0.01 * ((back**2).sum(-1) + (_sample(forth, places) ** 2).sum(-1)) + 0.5
            seen = (returned**2).sum(-1) < most_apart
            size = np.array([grey.shape[1] - 1, grey.shape[0] - 1], np.float32)
            seen &= ((places >= 0) & (places <= size)).all(-1)
            if seen.any():  # else it is a cut
                own_sum += _difference(_sample(before[1], places)[seen], frame[seen])
                for name, picture in painted.items():
                    sums[name] += _difference(_sample(before[2][name], places)[seen], picture[seen])
        before = grey, frame, painted
    if not own_sum:
        raise TrainingError(f"Nothing moves or changes in {clip}; choose another clip.")
    return {name: painted_sum / own_sum for name, painted_sum in sums.items()}


def contrast_drift(paint: Paint, pixels: Pixels, painted: Pixels) -> tuple[float, float]:
    """How far the paintings of one photo at other contrasts and at other brightnesses are from ``painted``,
    that of the photo itself: two means in grey levels (cf. arXiv:1607.08022, section 2)."""
    contrast = [_difference(paint(other), painted) for other in with_contrasts(pixels)]
    brightness = [_difference(paint(other), painted) for other in with_brightnesses(pixels)]
    return float(np.mean(contrast)), float(np.mean(brightness))


def with_contrasts(pixels: Pixels) -> list[Pixels]:
    """The photo at each of ``CONTRASTS``, around middle grey."""
    return [_limited(127.5 + contrast * (pixels - 127.5)) for contrast in CONTRASTS]


def with_brightnesses(pixels: Pixels) -> list[Pixels]:
    """The photo at each of ``BRIGHTNESSES``."""
    return [_limited(pixels + 255.0 * brightness) for brightness in BRIGHTNESSES]


def _limited(values: npt.NDArray[np.floating]) -> Pixels:
    return np.clip(np.round(values), 0, 255).astype(np.uint8)


def _difference(one: npt.NDArray[np.generic], other: npt.NDArray[np.generic]) -> float:
    return float(np.abs(np.asarray(one, np.float32) - np.asarray(other, np.float32)).mean())


def _places(flow: Floats) -> Floats:
    height, width = flow.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return np.stack([x, y], -1) + flow


def _sample(picture: npt.NDArray[np.generic], places: Floats) -> Floats:
    values = np.asarray(picture, np.float32)
    sampled = cv2.remap(
        values, places[..., 0], places[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(sampled, np.float32)


def _frames(clip: Path, most: int) -> Iterator[Pixels]:
    try:
        with closing(open_clip(clip)) as film:
            for picture in islice(film.pictures(), most):
                yield picture.pixels
    except PictureError as error:
        raise TrainingError(f"The clip {clip} cannot be read: {error}") from error

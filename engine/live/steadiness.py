"""Where the camera's picture stands still, the painting does, too.

A generator turns the noise of a camera into strokes that come and go. So each painting is blended with those before
it: recursive temporal filtering, with a share of the new one that depends on the motion of the frame (Dubois and
Sabri, Noise Reduction in Image Sequences Using Motion-Compensated Temporal Filtering, IEEE Transactions on
Communications 32(7), 1984). Deviations: the filtered pictures are not those in which motion is looked for, and they
are not moved along with it. What moves is shown as it was just painted.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from statistics import fmean

import cv2
import numpy as np
import numpy.typing as npt

from pleinair.engine.frame import Frame, Pixels

Floats = npt.NDArray[np.float32]

SECONDS = 0.25
"""Time constant where nothing moves: half a second after the painting has changed there, 86 % of it are shown."""
HALVINGS = 2
"""Of frames' sides before motion is looked for, which averages much of the noise away."""
WINDOW = 5
"""Side in pixels of these small frames of the squares over which a change is averaged."""
STILL, MOVING = 2.0, 4.0
"""Times the camera's noise up to which a mean squared change is none, and from which on something moves."""
REACH, SOFT = 17, 7
"""Sides in pixels of the small frames of the squares by which what moves is widened and then blurred: beside it, the
painting changes as well."""
QUIET = 25
"""Percentile of the changes all over a frame that is taken for the camera's noise, whatever moves elsewhere."""
LEAST, MOST = 1.0, 12.0
"""Mean squared change of small frames, in squared grey levels, that noise is believed to make."""
RISE = 1.05
"""Factor by which the noise may grow from one frame to the next. A camera that turns changes more at once."""


@dataclass(frozen=True)
class Flicker:
    """Mean absolute change since the frame before, in grey levels, where the frame stands still."""

    painted: float
    """Of what the generator painted."""
    shown: float
    """Of the picture that was made of it."""


def mean_flicker(flickers: Iterable[Flicker | None]) -> Flicker | None:
    """The mean over those there are; None without any."""
    found = [flicker for flicker in flickers if flicker is not None]
    if not found:
        return None
    return Flicker(fmean(flicker.painted for flicker in found), fmean(flicker.shown for flicker in found))


class Steadiness:
    """Keeps paintings from shimmering. Used from one thread; ``on`` may be set from any."""

    def __init__(self) -> None:
        self.on = True
        self.flicker: Flicker | None = None
        """How much the newest picture flickers; None where nothing stands still, or there was none before."""
        self._past: _Past | None = None

    def steady(self, frame: Frame, painted: Pixels, key: Hashable) -> Pixels:
        """The painting of this frame, blended with those before it where the frame stands still.

        Uint8 (H, W, 3) BGR, a new array or ``painted``. ``key`` is what it was painted with: when that or the size
        is another one, the paintings before are forgotten, and ``painted`` is returned.
        """
        self.flicker = None
        if not self.on or painted is frame.pixels:  # which is left untouched at strength 0
            self._past = None
            return painted
        small, past = _small(frame.pixels), self._past
        if past is None or past.key != key or past.average.shape != painted.shape:
            sample = _sample(painted)
            average = painted.astype(np.float32)
            self._past = _Past(key, frame.captured_at, MOST, small, small, average, sample, sample)
            return painted

        noise = _noise(small, past)
        change = _mean_squared(small, past.reference) / noise
        moving = cv2.dilate((change - STILL) / (MOVING - STILL), np.ones((REACH, REACH), np.uint8))
        moving = np.asarray(cv2.blur(moving.clip(0.0, 1.0), (SOFT, SOFT)), np.float32)
        share = moving + (1.0 - moving) * (1.0 - math.exp(-(frame.captured_at - past.at) / SECONDS))

        height, width = painted.shape[:2]
        wide = np.asarray(cv2.resize(share, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
        average = _blend(past.average, painted.astype(np.float32), wide)
        # What the frame was like when the average was painted: slow changes add up in their difference, and let go.
        reference = _blend(past.reference, small, share)
        shown = np.asarray(cv2.convertScaleAbs(average), np.uint8)

        samples = _sample(painted), _sample(shown)
        still = (moving == 0.0).view(np.uint8)
        if count := cv2.countNonZero(still):
            befores = past.painted, past.shown
            self.flicker = Flicker(
                *(
                    cv2.norm(one, before, cv2.NORM_L1, still) / (3 * count)
                    for one, before in zip(samples, befores, strict=True)
                )
            )
        self._past = _Past(key, frame.captured_at, noise, small, reference, average, *samples)
        return shown


@dataclass(frozen=True)
class _Past:
    """What is kept from one frame to the next."""

    key: Hashable
    at: float
    """When the frame was captured."""
    noise: float
    """Mean squared change of small frames."""
    small: Floats
    reference: Floats
    """The small frames, averaged as the paintings are."""
    average: Floats
    """The paintings, float32 (H, W, 3): with whole grey levels, it would stop short of what is painted."""
    painted: Pixels
    shown: Pixels


def _small(pixels: Pixels) -> Floats:
    for _ in range(HALVINGS):  # for which OpenCV is 5 times faster than for a quarter
        half = math.ceil(pixels.shape[1] / 2), math.ceil(pixels.shape[0] / 2)
        pixels = np.asarray(cv2.resize(pixels, half, interpolation=cv2.INTER_AREA), np.uint8)
    return pixels.astype(np.float32)


def _sample(pixels: Pixels) -> Pixels:
    """As many pixels as small frames have, as they are."""
    return pixels[:: 2**HALVINGS, :: 2**HALVINGS].copy()


def _mean_squared(one: Floats, other: Floats) -> Floats:
    """float32 (h, w): the mean squared difference over channels and a square around each pixel."""
    difference = cv2.subtract(one, other)
    squared = cv2.transform(cv2.multiply(difference, difference), np.full((1, 3), 1 / 3, np.float32))
    return np.asarray(cv2.blur(squared, (WINDOW, WINDOW)), np.float32)


def _noise(small: Floats, past: _Past) -> float:
    """The camera's noise: the mean squared change since the frame before, where least changes."""
    change = _mean_squared(small, past.small)[::WINDOW, ::WINDOW]
    if not change.any():  # the same frame again, as some cameras and many films have it
        return past.noise
    return float(np.clip(np.percentile(change, QUIET), LEAST, min(MOST, past.noise * RISE)))


def _blend(old: Floats, new: Floats, share: Floats) -> Floats:
    """``share`` of the new one, float32 (H, W) from 0 to 1, over the old one."""
    return np.asarray(cv2.blendLinear(new, old, share, cv2.subtract(np.ones_like(share), share)), np.float32)

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
REACH, SOFT = 13, 7
"""Sides in pixels of the small frames of the squares by which what moves is widened and then blurred: beside it, the
painting changes as well."""
SETTLE = 0.3
"""Seconds in which a place comes to rest when nothing moves there any more: the painting changes as it goes away."""
QUIET = 25
"""Percentile of the changes all over a frame that is taken for the camera's noise, whatever moves elsewhere."""
LEAST, MOST = 1.0, 12.0
"""Mean squared change of small frames, in squared grey levels, that noise is believed to make."""
RISE = 1.05
"""Factor by which the noise may grow from one frame to the next. A camera that turns changes more at once."""


STRIP = 48
"""Rows that are blended at once. One share for all of them is applied five times as fast as one for each pixel."""


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
            self._past = _Past(key, frame.captured_at, small, painted)
            return painted

        noise, passed = _noise(small, past), frame.captured_at - past.at
        change = _mean_squared(small, past.reference) / noise
        # In whole numbers: what stands still is exactly 0 after the blur, and what moves is exactly 1.
        levels = ((change - STILL) * (255 / (MOVING - STILL))).clip(0, 255).astype(np.uint8)
        near = cv2.blur(cv2.dilate(levels, np.ones((REACH, REACH), np.uint8)), (SOFT, SOFT))
        moving = np.maximum(near / np.float32(255), past.moving - passed / SETTLE)
        share = moving + (1.0 - moving) * (1.0 - math.exp(-passed / SECONDS))
        shown = past.blend(painted, small, share)

        samples = _sample(painted), _sample(shown)
        still = (moving[::2, ::2] == 0.0).view(np.uint8)
        if count := cv2.countNonZero(still):
            pairs = zip(samples, past.samples, strict=True)
            self.flicker = Flicker(*(cv2.norm(*pair, cv2.NORM_L1, still) / (3 * count) for pair in pairs))
        past.at, past.noise, past.small, past.moving, past.samples = (
            frame.captured_at,
            noise,
            small,
            moving,
            samples,
        )
        return shown


class _Past:
    """What is kept from one frame to the next."""

    def __init__(self, key: Hashable, at: float, small: Floats, painted: Pixels) -> None:
        self.key = key
        self.at = at
        """When the frame was captured."""
        self.noise = MOST
        """Mean squared change of small frames."""
        self.small = small
        self.moving = np.zeros(small.shape[:2], np.float32)
        """float32 (h, w): 0 where small frames stand still, 1 where something moves or has just moved."""
        self.reference = small.copy()
        """What frames were like when the average was painted: slow changes add up in their difference to it."""
        self.average = painted.astype(np.float32)
        """The paintings: in whole grey levels, it would stop short of what is painted."""
        self.samples = (_sample(painted),) * 2
        """Of what was painted and what was shown."""
        # Memory that is used again: to get it from the system for each frame takes longer than to blend.
        self._share = np.empty(painted.shape[:2], np.float32)
        self._new, self._rest = np.empty_like(self.average[:STRIP]), np.empty_like(self._share[:STRIP])

    def blend(self, painted: Pixels, small: Floats, share: Floats) -> Pixels:
        """Take as much of a painting and its small frame as ``share`` says, float32 (h, w) from 0 to 1; the average
        in whole grey levels."""
        cv2.blendLinear(small, self.reference, share, 1.0 - share, self.reference)
        height, width = painted.shape[:2]
        shown = np.empty_like(painted)
        enlarged = False
        for top in range(0, height, STRIP):
            rows = slice(top, min(top + STRIP, height))
            # With a row more above and below, between which and the next one is interpolated.
            near = share[max(0, (top >> HALVINGS) - 1) : (rows.stop >> HALVINGS) + 2]
            least, most, _, _ = cv2.minMaxLoc(near)
            average = self.average[rows]
            if least == most:
                cv2.accumulateWeighted(painted[rows], average, least)
            else:
                if not enlarged:
                    cv2.resize(share, (width, height), self._share, interpolation=cv2.INTER_LINEAR)
                    enlarged = True
                taken, new, rest = self._share[rows], self._new[: len(average)], self._rest[: len(average)]
                np.copyto(new, painted[rows])
                np.subtract(np.float32(1), taken, out=rest)
                cv2.blendLinear(new, average, taken, rest, average)
            cv2.convertScaleAbs(average, shown[rows])
        return shown


def _small(pixels: Pixels) -> Floats:
    for _ in range(HALVINGS):  # for which OpenCV is 5 times faster than for a quarter
        half = math.ceil(pixels.shape[1] / 2), math.ceil(pixels.shape[0] / 2)
        pixels = np.asarray(cv2.resize(pixels, half, interpolation=cv2.INTER_AREA), np.uint8)
    return pixels.astype(np.float32)


def _sample(pixels: Pixels) -> Pixels:
    """Every second pixel of small frames, but as it is: averages would flicker less."""
    width, height = (math.ceil(side / 2 ** (HALVINGS + 1)) for side in pixels.shape[1::-1])
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)


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
    quiet = float(np.sort(change, axis=None)[change.size * QUIET // 100])
    return max(LEAST, min(quiet, MOST, past.noise * RISE))

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

from pleinair.engine.frame import Pixels

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
STRIP = 96
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
    """Keeps paintings from shimmering. Used from one thread; ``on`` may be set from any.

    ``look_at`` each frame, which may be done while it is painted; then ``steady`` its painting.
    """

    def __init__(self) -> None:
        self.on = True
        self.flicker: Flicker | None = None
        """How much the newest picture flickers; None where nothing stands still, or there was none before."""
        self._past: _Past | None = None

    def look_at(self, pixels: Pixels, at: float, key: Hashable) -> None:
        """Find what moves in the next frame, uint8 (H, W, 3) BGR, captured ``at`` that time. ``key`` is what it is
        painted with: when that or the size is another one, or the frame before got no painting, the paintings so far
        are forgotten."""
        past, self.flicker = self._past, None
        if not self.on:
            self._past = None
        elif past is None or past.unpainted or past.key != key or past.shape != pixels.shape:
            self._past = _Past(pixels, at, key)
        else:
            past.look_at(pixels, at)

    def steady(self, painted: Pixels) -> Pixels:
        """The painting of that frame, blended with those before it where the frame stands still.

        Uint8 (H, W, 3) BGR of the frame's size, a new array or ``painted``.
        """
        if self._past is None:
            return painted
        shown, self.flicker = self._past.steady(painted)
        return shown

    def forget(self) -> None:
        """This frame is shown as it is."""
        self._past = self.flicker = None


class _Past:
    """What is kept from one frame to the next."""

    def __init__(self, pixels: Pixels, at: float, key: Hashable) -> None:
        self.key = key
        self.shape = pixels.shape
        self.unpainted = True
        """Whether the painting of the newest frame is still to come."""
        self._at = at
        self._noise = MOST
        """Mean squared change of small frames."""
        self._small = _small(pixels)
        self._moving = np.zeros(self._small.shape[:2], np.float32)
        """float32 (h, w): 0 where small frames stand still, 1 where something moves or has just moved."""
        self._taken = np.ones_like(self._moving)
        """float32 (h, w), from 0 to 1: as much of the next painting is taken."""
        self._reference = self._small.copy()
        """What frames were like when the average was painted: slow changes add up in their difference to it."""
        self._average: Floats | None = None
        """The paintings: in whole grey levels, it would stop short of what is painted."""
        self._samples: tuple[Pixels, ...] = ()
        """Of what was painted and what was shown."""
        # Memory that is used again: to get it from the system for each frame takes longer than to blend.
        height, width = self.shape[:2]
        self._share = np.empty((height, width), np.float32)
        self._new, self._rest = np.empty((STRIP, width, 3), np.float32), np.empty((STRIP, width), np.float32)

    def look_at(self, pixels: Pixels, at: float) -> None:
        """Find what moves in the next frame, and how much of its painting is to be taken where."""
        small, passed, self.unpainted = _small(pixels), at - self._at, True
        self._noise = self._noise_in(small)
        change = _mean_squared(small, self._reference) / self._noise
        # In whole numbers: what stands still is exactly 0 after the blur, and what moves is exactly 1.
        levels = ((change - STILL) * (255 / (MOVING - STILL))).clip(0, 255).astype(np.uint8)
        near = cv2.blur(cv2.dilate(levels, np.ones((REACH, REACH), np.uint8)), (SOFT, SOFT))
        moving = np.maximum(near / np.float32(255), self._moving - passed / SETTLE)
        share = moving + (1.0 - moving) * (1.0 - math.exp(-passed / SECONDS))
        cv2.blendLinear(small, self._reference, share, 1.0 - share, self._reference)
        if moving.any():
            cv2.resize(share, self.shape[1::-1], self._share, interpolation=cv2.INTER_LINEAR)
        self._at, self._small, self._moving, self._taken = at, small, moving, share

    def steady(self, painted: Pixels) -> tuple[Pixels, Flicker | None]:
        """What is shown, and how it flickers."""
        self.unpainted = False
        if self._average is None:
            self._average, self._samples = painted.astype(np.float32), (_sample(painted),) * 2
            return painted, None
        shown = self._blend(painted, self._average)
        samples, before = (_sample(painted), _sample(shown)), self._samples
        self._samples = samples
        still = (self._moving[::2, ::2] == 0.0).view(np.uint8)
        count = cv2.countNonZero(still)
        if not count:
            return shown, None
        changes = (
            cv2.norm(*pair, cv2.NORM_L1, still) / (3 * count) for pair in zip(samples, before, strict=True)
        )
        return shown, Flicker(*changes)

    def _noise_in(self, small: Floats) -> float:
        """The camera's noise: the mean squared change since the frame before, where least changes."""
        change = _mean_squared(small, self._small)[::WINDOW, ::WINDOW]
        if not change.any():  # the same frame again, as some cameras and many films have it
            return self._noise
        quiet = float(np.sort(change, axis=None)[change.size * QUIET // 100])
        return max(LEAST, min(quiet, MOST, self._noise * RISE))

    def _blend(self, painted: Pixels, whole: Floats) -> Pixels:
        """Take from a painting into the ``whole`` average; that in whole grey levels."""
        share = self._taken
        height = painted.shape[0]
        shown = np.empty_like(painted)
        for top in range(0, height, STRIP):
            rows = slice(top, min(top + STRIP, height))
            # With a row more above and below, between which and the next one is interpolated.
            near = share[max(0, (top >> HALVINGS) - 1) : (rows.stop >> HALVINGS) + 2]
            least, most, _, _ = cv2.minMaxLoc(near)
            average = whole[rows]
            if least == most:
                cv2.accumulateWeighted(painted[rows], average, least)
            else:
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

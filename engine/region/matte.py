"""From the network's masks of consecutive frames to one that stands still where the picture does."""

from __future__ import annotations

import cv2
import numpy as np

from pleinair.engine.region.guided import Luma
from pleinair.engine.region.segmentation import Mask

KEEP = 0.92
"""Share of the last mask where the picture stands still; where it moves, nothing is kept."""
STILL, MOVING = 3, 10
"""Change of the luma, in grey levels, up to which the picture stands still, and from which it surely moves."""
CUT = 30
"""Mean change of the luma, in grey levels, that is taken for another scene."""

COHERENT, TORN = 0.18, 0.35
"""Doubt of the network (``doubt``) up to which there is a person, and from which there is none. People at a camera
have 0.01 to 0.1, what is taken for one by mistake mostly 0.3 and more."""
ENOUGH, TOO_LITTLE = 0.01, 0.005
"""Share of the picture that a person must cover to be there, and to stay."""
FADE = 8
"""Frames in which a person comes and goes."""

_KEEP = np.interp(np.arange(256), (STILL, MOVING), (KEEP, 0.0)).astype(np.float32)


class Presence:
    """Whether there is a person at all: the network sees halves of people in flowers and lighthouses, too."""

    def __init__(self) -> None:
        self._there: bool | None = None
        self.level = 0.0
        """From 0, nobody, to 1."""

    def observe(self, mask: Mask) -> None:
        """Take the network's mask of the next frame into account."""
        area, unsure = cv2.mean(mask)[0], doubt(mask)
        first = self._there is None
        if self._there:
            self._there = area > TOO_LITTLE and unsure < TORN
        elif first:
            self._there = area > ENOUGH and unsure < (COHERENT + TORN) / 2
        else:
            self._there = area > ENOUGH and unsure < COHERENT
        step = 1.0 if first else 1 / FADE
        self.level = min(1.0, self.level + step) if self._there else max(0.0, self.level - step)


class MatteSmoother:
    """Smooths masks in time, with the small pictures they belong to. Used from one thread."""

    def __init__(self) -> None:
        self._luma: Luma | None = None
        self._mask: Mask | None = None
        self._presence = Presence()

    def smooth(self, luma: Luma, mask: Mask) -> Mask:
        """The network's mask of the next frame and its luma, of one size -> the smoothed mask; all 0 where there is
        nobody."""
        if self._luma is not None and self._mask is not None:
            change = cv2.absdiff(luma, self._luma)
            if cv2.mean(change)[0] > CUT:
                self._presence = Presence()
            else:
                keep = cv2.LUT(cv2.blur(change, (5, 5)), _KEEP)
                mask = np.asarray(mask + keep * (self._mask - mask), np.float32)
        self._luma, self._mask = luma, mask
        self._presence.observe(mask)
        return np.asarray(mask * np.float32(self._presence.level), np.float32)


def doubt(mask: Mask) -> float:
    """How unsure the network is: the mean of ``1 - mask`` over the person, from 0 (all or nothing everywhere) to 1."""
    area = cv2.sumElems(mask)[0]
    return (area - cv2.norm(mask, cv2.NORM_L2SQR)) / max(area, 1e-6)

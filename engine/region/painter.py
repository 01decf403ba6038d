"""Painting a part of the picture, before a backdrop."""

from __future__ import annotations

import cv2
import numpy as np

from pleinair.engine.frame import Paint, Pixels
from pleinair.engine.region.backdrop import BackdropMaker
from pleinair.engine.region.guided import Enlarger, LinearMask, Luma, guided
from pleinair.engine.region.layers import LARGE, lay_over
from pleinair.engine.region.matte import MatteSmoother
from pleinair.engine.region.segmentation import Mask, Segmenter, SegmenterOpening, reduced
from pleinair.engine.styles.look import Look
from pleinair.engine.styles.region import BackdropKind, Region


class RegionPainter:
    """Paints what looks ask for of consecutive frames. Where there is no person, all is background. Used from one
    thread.

    The backdrop stands behind the person before anything is painted, so that it is painted like the background that it
    replaces.
    """

    def __init__(self) -> None:
        self._opening = SegmenterOpening()
        self._enlarger = Enlarger()
        self._backdrops = BackdropMaker()
        self._plain = False
        self.restart()

    def restart(self) -> None:
        """Forget the frames so far: another clip or photo begins."""
        self._smoother = MatteSmoother()
        self._shape: tuple[int, ...] | None = None

    def paint(self, pixels: Pixels, look: Look, paint: Paint) -> Pixels:
        """Uint8 (H, W, 3) BGR, with ``paint`` for what is to be painted; the result has the same shape.

        The network is opened when a look first needs it. Where frames were painted without it before, they go on
        so meanwhile. Raises BackendError where it cannot be used, and what ``paint`` raises.
        """
        region, backdrop = look.region, look.backdrop
        filmed = backdrop.kind is BackdropKind.FILMED
        segmenter = None
        if not (filmed and region is Region.ALL):
            segmenter = self._opening.result(wait=not self._plain)
        self._plain = segmenter is None
        if segmenter is None:
            self._shape = None
            return paint(pixels)
        small = reduced(pixels)
        person, linear = self._find(segmenter, small, pixels.shape)
        mask = self._enlarger.enlarge(linear, _luma(pixels))
        behind = self._backdrops.make(backdrop, pixels, small, person)
        if region is Region.PERSON:
            painted = paint(_kept(pixels))
            return lay_over(painted, behind, mask, _own(painted))
        staged = _kept(pixels) if filmed else lay_over(pixels, behind, mask)
        painted = paint(staged)
        return painted if region is Region.ALL else lay_over(pixels, painted, mask, _own(painted))

    def close(self) -> None:
        """Wait for a network that is being opened."""
        self._opening.close()

    def _find(self, segmenter: Segmenter, small: Pixels, shape: tuple[int, ...]) -> tuple[Mask, LinearMask]:
        """The person in the small picture of a frame of this shape, and in any picture of it."""
        if self._shape not in (None, shape):
            self.restart()
        self._shape = shape
        luma = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), np.uint8)
        person = self._smoother.smooth(luma, segmenter.mask(small))
        return person, guided(luma, person)


def _luma(pixels: Pixels) -> Luma:
    """Of the frame, at its size or of ``LARGE`` pixels."""
    height, width = pixels.shape[:2]
    if height * width > LARGE:
        scale = (LARGE / (height * width)) ** 0.5
        size = round(width * scale), round(height * scale)
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8)


def _own(painted: Pixels) -> Pixels | None:
    """The painting, if it may be written over."""
    return painted if painted.flags.writeable else None


def _kept(pixels: Pixels) -> Pixels:
    """The frame, not to be painted in its own memory, since it is needed afterwards."""
    view = pixels.view()
    view.flags.writeable = False
    return view

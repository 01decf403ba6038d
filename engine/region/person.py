"""The person in consecutive frames, found while something else is painted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import cv2
import numpy as np

from pleinair.engine.errors import BackendError
from pleinair.engine.frame import Pixels
from pleinair.engine.region.guided import Enlarger, Luma, guided
from pleinair.engine.region.layers import LARGE
from pleinair.engine.region.matte import MatteSmoother
from pleinair.engine.region.segmentation import Mask, Segmenter, reduced
from pleinair.engine.threads.worker import Job, Worker

ANSWER_SECONDS = 10.0
"""The longest wait for the network."""

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Person:
    """Where the person is in a frame."""

    small: Pixels
    """The frame ``reduced``."""
    coarse: Mask
    """In that picture."""
    mask: Luma
    """At the frame's size, or of ``LARGE`` pixels: uint8 (H, W), 255 for the person. All 0 where there is nobody."""


class PersonFinder:
    """Finds the person in a thread of its own: the generator does not wait for the mask. Used from one thread."""

    def __init__(self) -> None:
        self._worker = Worker("finding the person")
        self._opening: Job[Segmenter] | None = None
        self._enlarger = Enlarger()
        self.restart()

    def restart(self) -> None:
        """Forget the frames so far."""
        self._smoother = MatteSmoother()
        self._shape: tuple[int, ...] | None = None

    def ready(self, wait: bool) -> bool:
        """Whether the network is open, which begins when this is first asked. If it shall ``wait``, it does so for
        ``ANSWER_SECONDS`` at most. Raises BackendError where the network cannot be used."""
        if self._opening is None:
            self._opening = self._worker.begin(Segmenter)
        if not wait and not self._opening.wait(0):
            return False
        _answer(self._opening)
        return True

    def begin(self, pixels: Pixels) -> Callable[[], Person]:
        """Look for the person in the next frame, uint8 (H, W, 3) BGR, which must not be written to meanwhile. What is
        returned waits for the answer, and raises BackendError."""
        assert self._opening is not None
        job = self._worker.begin(partial(self._find, self._opening.result(), pixels))
        return partial(_answer, job)

    def close(self) -> None:
        """Wait for a network that is being opened, and for what it is asked."""
        self._worker.leave(ANSWER_SECONDS)

    def _find(self, segmenter: Segmenter, pixels: Pixels) -> Person:
        if self._shape not in (None, pixels.shape):
            self.restart()
        self._shape = pixels.shape
        small = reduced(pixels)
        luma = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), np.uint8)
        coarse = self._smoother.smooth(luma, segmenter.mask(small))
        return Person(small, coarse, self._enlarger.enlarge(guided(luma, coarse), _luma(pixels)))


def _answer(job: Job[T]) -> T:
    if not job.wait(ANSWER_SECONDS):
        raise BackendError("The network that finds the person does not answer; start Plein Air again.")
    return job.result()


def _luma(pixels: Pixels) -> Luma:
    """Of the frame, at its size or of ``LARGE`` pixels."""
    height, width = pixels.shape[:2]
    if height * width > LARGE:
        scale = (LARGE / (height * width)) ** 0.5
        size = round(width * scale), round(height * scale)
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8)

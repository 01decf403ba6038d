"""Painting frames with a look: sizes, strength and colours around the generator."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import cv2
import numpy as np

from pleinair.engine.compositing import blend, enlarge_rows, shrink
from pleinair.engine.errors import BackendError, FrameSizeError, StyleError
from pleinair.engine.frame import Pixels
from pleinair.engine.generator import Generator
from pleinair.engine.styles.look import Look
from pleinair.engine.styles.texture_noise import add_texture_noise

SMALLEST, LARGEST = 16, 8192
"""Sides in pixels that a generator takes."""
BYTES_A_PIXEL = 140
"""Of memory while ``fine`` paints on ONNX Runtime, measured; less on OpenVINO, and with ``fast``."""
MEMORY = 1.8e9
"""Bytes that a frame, its painting and the generator at work may have together."""
IN_STRIPS = 30_000_000
"""Pixels from which on a picture is finished in strips of ``STRIP`` rows, so that it need not be there twice."""
STRIP = 256


class Stylizer:
    """Generators that paint looks, all on one device. Used from one thread at a time."""

    def __init__(
        self,
        *generators: Generator,
        seconds: Mapping[str, float | None] | None = None,
        notice: str | None = None,
    ) -> None:
        """``generators``: one or more, the best first; ``seconds``: what a million pixels take each, by name,
        where that was measured; ``notice``: what a person should know about the choice of backend."""
        self.generators = {generator.name: generator for generator in generators}
        self.seconds = {name: (seconds or {}).get(name) for name in self.generators}
        self.notice = notice
        self._users = 0
        self._closing = False
        self._lock = threading.Lock()

    @property
    def generator(self) -> Generator:
        """The best one."""
        return next(iter(self.generators.values()))

    def generators_for(self, look: Look) -> list[str]:
        """Names of the generators that can paint this look, the best first. Raises StyleError where none can."""
        found = [name for name, generator in self.generators.items() if look.fits(generator.digest)]
        if not found:
            raise StyleError(f"No generator in use can paint '{look.name}'; choose another style.")
        return found

    def stylize(
        self,
        pixels: Pixels,
        look: Look,
        work_size: int | None = None,
        generator: str | None = None,
        reuse: bool = False,
    ) -> Pixels:
        """Paint uint8 (H, W, 3) BGR; the result has the same shape, and may lie in the same memory with ``reuse``.

        ``work_size``: the most pixels that the short side of the painted picture has before it is
        scaled back, None for the frame's own size, as far as memory allows (``painted_size``);
        ``generator``: the name of one, None for the best that can paint this look.
        Raises FrameSizeError, StyleError, BackendError, OutOfMemory.
        """
        height, width = pixels.shape[:2]
        if min(height, width) < SMALLEST:
            raise FrameSizeError(
                f"A picture of {width}x{height} is too small to be painted; each side must have {SMALLEST} "
                "pixels or more."
            )
        if look.strength == 0.0:
            return pixels
        painter = self.generators[generator or self.generators_for(look)[0]]
        size = painted_size(width, height, work_size)
        if size == (width, height):
            painted = self._paint(painter, pixels, look)
            return blend(pixels, painted, look.strength, look.keep_colors)
        painted = self._paint(painter, shrink(pixels, *size), look)
        if width * height > IN_STRIPS:
            result = pixels if reuse and pixels.flags.writeable else np.empty_like(pixels)
            for top in range(0, height, STRIP):
                rows = slice(top, min(top + STRIP, height))
                strip = enlarge_rows(painted, width, height, rows)
                result[rows] = blend(pixels[rows], strip, look.strength, look.keep_colors)
            return result
        painted = np.asarray(cv2.resize(painted, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
        return blend(pixels, painted, look.strength, look.keep_colors)

    def prepare(self, generator: str, width: int, height: int) -> None:
        """Get a generator ready for frames of this size; may be called while another thread paints. Raises
        BackendError."""
        with self._use():
            self.generators[generator].prepare(width, height)

    def forget(self) -> None:
        """Frames of another size come from now on; may be called while another thread paints. Raises BackendError."""
        with self._use():
            for generator in self.generators.values():
                generator.forget()

    def close(self) -> None:
        """Free the device: at once, or where another thread still runs something on it, as soon as that returns."""
        with self._lock:
            idle, self._closing = not self._users and not self._closing, True
        if idle:
            self._free()

    def _paint(self, painter: Generator, pixels: Pixels, look: Look) -> Pixels:
        noisy = add_texture_noise(pixels, look.noise_for(painter.digest))
        with self._use():
            return painter.paint(noisy, look.vector_for(painter.digest))

    @contextmanager
    def _use(self) -> Iterator[None]:
        """Keep it open meanwhile. Raises BackendError where it is closed."""
        with self._lock:
            if self._closing:
                raise BackendError("What should paint is closed already.")
            self._users += 1
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
                last = self._closing and not self._users
            if last:
                self._free()

    def _free(self) -> None:
        for generator in self.generators.values():
            generator.close()


def painted_size(width: int, height: int, work_size: int | None) -> tuple[int, int]:
    """Width and height at which a frame is painted: no more than ``work_size`` on the short side, than
    generators take, and than fits into ``MEMORY`` beside the frame."""
    short, long = min(width, height), max(width, height)
    fits = max(MEMORY - 6 * width * height, MEMORY / 2) / BYTES_A_PIXEL
    scale = min((work_size or short) / short, LARGEST / long, (fits / (width * height)) ** 0.5, 1.0)
    if scale == 1.0:
        return width, height
    scale = max(scale, SMALLEST / short)
    return round(width * scale), round(height * scale)

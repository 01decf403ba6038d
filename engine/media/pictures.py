"""From decoded video frames to pictures as they are meant to be seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import av
import cv2
import numpy as np
from av.filter import Graph
from av.video.reformatter import Colorspace

from pleinair.engine.frame import Pixels
from pleinair.engine.media.graphs import link, pulled
from pleinair.engine.media.inputs import MOST_MOVING_PIXELS
from pleinair.engine.media.tone_mapping import BT2020, HLG, PQ, table_file

UNSPECIFIED, FULL_RANGE = 2, 2
"""A matrix and a range as FFmpeg numbers them."""
HD = (1280, 577)
"""Width or height from which a video that does not name its colours has those of BT.709, as players take it."""


@dataclass(frozen=True, eq=False)
class Picture:
    """``pixels``: uint8 (H, W, 3) BGR; ``seconds`` and ``duration`` by the file, None where it does not say."""

    pixels: Pixels
    seconds: Fraction | None
    duration: Fraction | None


@dataclass(frozen=True)
class _Needs:
    """What frames of one kind need before they can be taken as they are."""

    width: int
    height: int
    format: str
    time_base: Fraction
    deinterlace: bool
    transfer: int | None
    full_range: bool


class Converter:
    """Turns decoded frames into pictures that are upright, progressive, in sRGB and of square pixels.

    Interlaced frames pass FFmpeg's bwdif, HDR and wide-gamut ones a table of ours; both hold frames back.
    """

    def __init__(self, aspect: Fraction | None) -> None:
        """``aspect``: of one pixel, width by height; None or 0 where the file does not say."""
        self._aspect = aspect if aspect else Fraction(1)
        self._needs: _Needs | None = None
        self._graph: Graph | None = None
        self._interlaced = False

    def convert(self, frame: av.VideoFrame) -> Iterator[Picture]:
        """The pictures that this frame completes. Raises av.FFmpegError."""
        # Once interlaced, a video stays in the filter, which lets progressive frames pass as they are.
        self._interlaced = self._interlaced or frame.interlaced_frame
        needs = _needs_of(frame, self._interlaced)
        if needs != self._needs:
            yield from self.finish()
            self._needs = needs
            self._graph = _graph(needs) if needs.deinterlace or needs.transfer is not None else None
        if self._graph is None:
            yield self._picture(frame)
        else:
            self._graph.push(frame)
            yield from self._pulled()

    def finish(self) -> Iterator[Picture]:
        """The pictures that were held back."""
        if self._graph is not None:
            self._graph.push(None)
            yield from self._pulled()
            self._graph = None
        self._needs = None

    def _pulled(self) -> Iterator[Picture]:
        assert self._graph is not None
        for frame in pulled(self._graph):
            assert isinstance(frame, av.VideoFrame)
            yield self._picture(frame)

    def _picture(self, frame: av.VideoFrame) -> Picture:
        base = frame.time_base
        seconds = None if frame.pts is None or base is None else frame.pts * base
        duration = frame.duration * base if frame.duration and base is not None else None
        return Picture(self._square(_upright(frame)), seconds, duration)

    def _square(self, pixels: Pixels) -> Pixels:
        height, width = pixels.shape[:2]
        aspect = self._aspect
        if not Fraction(1, 10) < aspect < 10 or 0.99 < aspect < 1.01:
            return pixels
        size = (round(width * aspect), height) if aspect > 1 else (width, round(height / aspect))
        if size[0] * size[1] > MOST_MOVING_PIXELS:
            return pixels
        return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def _needs_of(frame: av.VideoFrame, interlaced: bool) -> _Needs:
    wide = frame.color_trc in (PQ, HLG) or frame.color_primaries == BT2020
    return _Needs(
        frame.width,
        frame.height,
        frame.format.name,
        frame.time_base or Fraction(1, 90_000),
        interlaced,
        int(frame.color_trc) if wide else None,
        frame.color_range == FULL_RANGE,
    )


def _graph(needs: _Needs) -> Graph:
    graph = Graph()
    chain = [
        graph.add_buffer(
            width=needs.width,
            height=needs.height,
            format=av.VideoFormat(needs.format),
            time_base=needs.time_base,
        )
    ]
    if needs.deinterlace:
        chain.append(graph.add("bwdif", mode="send_frame", deint="interlaced"))
    if needs.transfer is not None:
        span = "full" if needs.full_range else "limited"
        chain.append(graph.add("scale", in_color_matrix="bt2020", in_range=span))
        chain.append(graph.add("format", "gbrp10"))
        chain.append(graph.add("lut3d", file=str(table_file(needs.transfer)), interp="tetrahedral"))
        chain.append(graph.add("format", "bgr24"))
    return link(graph, *chain, graph.add("buffersink"))


def _upright(frame: av.VideoFrame) -> Pixels:
    """Uint8 (H, W, 3) BGR, turned as the file asks (phones film sideways)."""
    untagged = frame.colorspace == UNSPECIFIED and (frame.width >= HD[0] or frame.height >= HD[1])
    matrix = Colorspace.ITU709 if untagged else None
    bgr = frame if frame.format.name == "bgr24" else frame.reformat(format="bgr24", src_colorspace=matrix)
    pixels = np.asarray(bgr.to_ndarray(), dtype=np.uint8)
    turns = round(frame.rotation / 90) % 4
    return np.ascontiguousarray(np.rot90(pixels, turns)) if turns else pixels

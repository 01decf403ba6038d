"""Writing pictures that move through PyAV (FFmpeg), for recordings and for painted files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from io import RawIOBase

import av
from av.filter import Graph

from pleinair.engine.frame import Pixels
from pleinair.engine.media.containers import TICK, Container
from pleinair.engine.media.encoders import Encoder, to_bgr24, to_yuv
from pleinair.engine.outputs import GrowingFile

STREAMS_APART_US = 500_000
"""In a file that can be played while it grows, packets of one stream wait no longer than this for those of another."""
PIECE = 1 << 20
"""Bytes that are written at once, where there are so many: a fragment of most sizes. A slow disk counts each time."""


class VideoWriter:
    """A file of moving pictures that is being written.

    Other streams are added to ``output`` before the first picture is written. Whatever is done may raise OSError
    or av.FFmpegError.
    """

    def __init__(self, file: GrowingFile, container: Container, growing: bool) -> None:
        """Write to ``file``, which is the caller's to close; ``growing``: so that it can be played from its first
        picture on."""
        options = dict(container.options if growing else container.finished_options or container.options)
        if growing:
            options["max_interleave_delta"] = str(STREAMS_APART_US)
        self._file, self._container = file, container
        self.output = av.open(
            file, "w", format=container.format, container_options=options, buffer_size=PIECE
        )
        self._finished = False
        self.stream: av.VideoStream | None = None
        """That of the pictures, once it was added."""
        self._graph: Graph | None = None
        self._last = -1
        self._durations: dict[int, int] = {}
        """In ticks, of pictures in the encoder, by their time stamps."""

    def add_pictures(self, width: int, height: int, fps: float, encoder: Encoder | None = None) -> None:
        """Say what size pictures have; where the format asks for it, a pixel is cut to make it even.

        ``fps`` only guides the rate control and the distance of key frames; time stamps come with each picture.
        Raises PictureError where nothing encodes them here.
        """
        kind = self._container
        rate = Fraction(fps if fps > 0 else 30).limit_denominator(1001)
        odd = 1 if kind.pixel_format == "yuv420p" else 0
        width, height = width & ~odd, height & ~odd
        encoder = encoder or kind.encoder_for(width, height)
        stream = self.output.add_stream(encoder.name, rate=rate)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = width, height
        stream.pix_fmt = kind.pixel_format
        context = stream.codec_context
        context.time_base = stream.time_base = kind.tick
        context.gop_size = max(1, round(rate))
        if kind.pixel_format == "yuv420p":
            # BT.709, limited range, said so that players need not guess.
            context.color_range, context.colorspace = 1, 1
            context.color_primaries, context.color_trc = 1, 1
        encoder.configure(context)
        self.stream = stream

    def write(self, pixels: Pixels, pts: int, duration: int) -> None:
        """Encode and write one uint8 BGR picture; ``pts`` and ``duration`` in ticks of 1/90000 s. A picture that
        does not come after the last one is moved behind it, by one tick of the format."""
        assert self.stream is not None
        pixels = pixels[: self.stream.height, : self.stream.width]
        ratio = self._container.tick / TICK
        self._last = max(self._last + 1, round(pts / ratio))
        frame = to_yuv(pixels) if self._container.pixel_format == "yuv420p" else to_bgr24(pixels)
        frame.pts, frame.time_base = self._last, self._container.tick
        self._durations[self._last] = max(1, round(duration / ratio))
        if self._container.pixel_format == "pal8":
            frame = self._with_palette(frame)
        self._mux(frame)

    def _mux(self, frame: av.VideoFrame | None) -> None:
        assert self.stream is not None
        for packet in self.stream.encode(frame):
            # Encoders lose it, and then nobody knows how long the last picture is shown.
            packet.duration = self._durations.pop(packet.pts or 0, 1)
            self.output.mux(packet)

    def _with_palette(self, frame: av.VideoFrame) -> av.VideoFrame:
        """The picture in the 256 colours that suit it best."""
        if self._graph is None:
            self._graph = _palette_graph(frame)
        self._graph.push(frame)
        pulled = self._graph.pull()
        assert isinstance(pulled, av.VideoFrame)
        return pulled

    def finish(self) -> None:
        """Write what the encoder still holds, and the end of the file. May be called twice."""
        if self._finished:
            return
        self._finished = True
        try:
            if self.stream is not None and self._last >= 0:
                self._mux(None)
        except BaseException:
            with suppress(av.FFmpegError, OSError):  # what closing adds would hide why
                self.output.close()
            raise
        self.output.close()

    def give_up(self) -> None:
        """End a file that cannot be written any more, so that it plays up to here."""
        with suppress(av.FFmpegError, OSError):
            self.finish()
        if self._container.format in ("mp4", "mov") and self._file.there:
            cut_torn_end(self._file)


def _palette_graph(frame: av.VideoFrame) -> Graph:
    graph = Graph()
    source = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base
    )
    split = graph.add("split")
    palette = graph.add("palettegen", stats_mode="single", reserve_transparent="0")
    use = graph.add("paletteuse", new="1", dither="sierra2_4a")
    sink = graph.add("buffersink")
    source.link_to(split)
    split.link_to(palette, 0, 0)
    split.link_to(use, 1, 0)
    palette.link_to(use, 0, 1)
    use.link_to(sink)
    graph.configure()
    return graph


def cut_torn_end(file: RawIOBase) -> None:
    """Cut an MP4 that broke off after its last whole fragment, so that all of it plays; it is read and written.

    FFmpeg refuses the whole file when it ends inside the table of a fragment (``moof``). Raises OSError.
    """
    size, whole = file.seek(0, os.SEEK_END), 0
    for kind, start, end in boxes(file):
        if not start < end <= size:
            if kind == b"mdat" and whole == start:  # the first pictures, whose table is whole, play
                return
            break
        if kind != b"moof":
            whole = end
    if whole < size:
        file.truncate(whole)


def boxes(file: RawIOBase) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of each box of an MP4, in bytes; the last one may end behind the file, or where it starts
    if it has no end. ISO/IEC 14496-12, section 4.2. Raises OSError."""
    start, size = 0, file.seek(0, os.SEEK_END)
    while start < size:
        file.seek(start)
        head = file.read(16) or b""
        length = int.from_bytes(head[:4], "big")
        if length == 1:  # 64 bits of length follow
            length = int.from_bytes(head[8:], "big")
        whole = len(head) >= 8 and length >= 8
        yield head[4:8], start, start + length if whole else start
        if not whole:
            return
        start += length

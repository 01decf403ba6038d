"""H.264 in MP4 through PyAV (FFmpeg), for recordings and for painted video files."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av

from pleinair.engine.frame import Pixels
from pleinair.engine.media.encoders import Encoder, to_yuv

TIME_BASE = Fraction(1, 90_000)
THOROUGH = Encoder("libx264", "x264", (("crf", "20"), ("preset", "veryfast")))
"""For video files, whose pictures may wait for each other."""
FRAGMENT_US = 300_000
"""A killed recording loses at most this much, and what the encoder still held."""


def open_mp4(path: Path, growing: bool) -> av.container.OutputContainer:
    """An MP4 to write to; ``growing`` makes it playable at any time and plain once it is closed.

    Fragments are handed to the system as they are made: without ``flush_packets`` a killed
    process leaves an empty file. Raises OSError or av.FFmpegError.
    """
    options = {"movflags": "faststart"}
    if growing:
        options = {
            "movflags": "hybrid_fragmented",
            "frag_duration": str(FRAGMENT_US),
            "flush_packets": "1",
        }
    return av.open(str(path), "w", format="mp4", options=options)


def add_h264(
    container: av.container.OutputContainer,
    width: int,
    height: int,
    fps: float,
    encoder: Encoder = THOROUGH,
) -> av.VideoStream:
    """An H.264 stream for pictures of this size (made even by cutting a pixel).

    ``fps`` only guides the rate control and the distance of key frames; time stamps come with each picture.
    """
    rate = Fraction(fps if fps > 0 else 30).limit_denominator(1001)
    stream = container.add_stream(encoder.name, rate=rate)
    assert isinstance(stream, av.VideoStream)
    stream.width, stream.height = width & ~1, height & ~1
    stream.pix_fmt = "yuv420p"
    context = stream.codec_context
    context.time_base = TIME_BASE
    stream.time_base = TIME_BASE
    context.gop_size = max(1, round(rate))
    # BT.709, limited range, said so that players need not guess.
    context.color_range, context.colorspace = 1, 1
    context.color_primaries, context.color_trc = 1, 1
    encoder.configure(context)
    return stream


def encode(
    container: av.container.OutputContainer, stream: av.VideoStream, pixels: Pixels, pts: int, duration: int
) -> None:
    """Encode and write one uint8 BGR picture; ``pts`` and ``duration`` in ticks of 1/90000 s."""
    frame = to_yuv(pixels[: stream.height, : stream.width], pts)
    frame.time_base, frame.duration = TIME_BASE, duration
    for packet in stream.encode(frame):
        container.mux(packet)


def cut_torn_end(path: Path) -> None:
    """Cut an MP4 that broke off after its last whole box, so that it plays.

    FFmpeg refuses the whole file when it ends inside the table of a fragment (``moof``); a torn
    ``mdat`` it plays, so that one stays. Boxes: ISO/IEC 14496-12, section 4.2. Raises OSError.
    """
    size = path.stat().st_size
    with path.open("r+b") as file:
        start = 0
        while start < size:
            file.seek(start)
            head = file.read(16)
            length = int.from_bytes(head[:4], "big")
            if length == 1:  # 64 bits of length follow
                length = int.from_bytes(head[8:], "big")
            if head[4:8] == b"mdat" and (length == 0 or start + length > size):
                return
            if len(head) < 8 or length < 8 or start + length > size:
                file.truncate(start)
                return
            start += length


def finish(container: av.container.OutputContainer, stream: av.VideoStream) -> None:
    """Write what the encoder still holds, and close the file."""
    for packet in stream.encode(None):
        container.mux(packet)
    container.close()

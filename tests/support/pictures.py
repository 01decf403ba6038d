"""Pictures to test with."""

from __future__ import annotations

from contextlib import closing
from functools import cache
from itertools import islice
from pathlib import Path

import av
import cv2
import numpy as np

from pleinair.engine.files import asset
from pleinair.engine.frame import Pixels
from pleinair.engine.media.kinds import open_clip

SHORT = 12
"""Frames of ``short_clip``."""


@cache
def _first_frame() -> Pixels:
    with closing(open_clip(asset("demo.mp4"))) as clip:
        return next(clip.pictures()).pixels


def demo_frame(width: int = 160, height: int = 120) -> Pixels:
    """The demo clip's first frame at this size, uint8 (height, width, 3) BGR."""
    return np.asarray(cv2.resize(_first_frame(), (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def read_picture(path: Path) -> Pixels:
    """A picture that a test wrote, uint8 (H, W, 3) BGR."""
    pixels = cv2.imread(str(path))
    assert pixels is not None, f"{path} is no picture"
    return np.asarray(pixels, np.uint8)


def read_video(path: Path) -> tuple[list[float], list[Pixels], float]:
    """Time stamps, pictures and duration of a video that a test wrote; times in seconds."""
    with av.open(str(path)) as file:
        frames = list(file.decode(video=0))
        stream = file.streams.video[0]
        assert stream.duration is not None and stream.time_base is not None
        duration = float(stream.duration * stream.time_base)
    stamps = [float(frame.time) for frame in frames if frame.time is not None]
    return stamps, [np.asarray(frame.to_ndarray(format="bgr24"), np.uint8) for frame in frames], duration


def write_clip(path: Path, frames: int = SHORT) -> None:
    """The demo clip's first frames, 160x120, 30 a second."""
    with (
        closing(open_clip(asset("demo.mp4"))) as clip,
        av.open(str(path), "w", options={"movflags": "faststart"}) as file,
    ):
        stream = file.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        for picture in islice(clip.pictures(), frames):
            small = np.asarray(cv2.resize(picture.pixels, (160, 120)), np.uint8)
            file.mux(stream.encode(av.VideoFrame.from_ndarray(small, format="bgr24")))
        file.mux(stream.encode(None))


def write_long_clip(path: Path, times: int) -> None:
    """The demo clip so many times, one after the other, without encoding it anew."""
    with av.open(str(path), "w") as out:
        offset = last = 0
        stream = None
        for _ in range(times):
            with av.open(str(asset("demo.mp4"))) as file:
                source = file.streams.video[0]
                stream = stream or out.add_stream_from_template(source)
                for packet in file.demux(source):
                    if packet.dts is None or packet.pts is None:
                        continue
                    packet.pts, packet.dts = packet.pts + offset, packet.dts + offset
                    last = max(last, packet.pts + (packet.duration or 0))
                    packet.stream = stream
                    out.mux(packet)
            offset = last

"""Videos of every kind to test with, written by the FFmpeg that the program itself uses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av
import numpy as np

from pleinair.engine.frame import Pixels
from pleinair.engine.sources.pattern import draw

SIZE = (320, 240)
RATE = 25


@dataclass(frozen=True)
class Sound:
    """A track of a tone of 440 Hz."""

    codec: str = "aac"
    rate: int = 44_100
    layout: str = "stereo"
    language: str | None = None
    default: bool = True


@dataclass(frozen=True)
class Film:
    """What is written: numbered patterns, unless ``pictures`` are given."""

    count: int = 20
    pictures: Sequence[Pixels] = ()
    codec: str = "libx264"
    pixel_format: str = "yuv420p"
    options: dict[str, str] = field(default_factory=dict)
    aspect: Fraction | None = None
    """Of one pixel."""
    colours: dict[str, int] = field(default_factory=dict)
    """``color_trc`` and so on, as FFmpeg numbers them."""
    sounds: Sequence[Sound] = ()
    tags: dict[str, str] = field(default_factory=dict)
    format: str | None = None
    seconds: Fraction = Fraction(0)
    """When it starts."""
    prepare: Callable[[Any], None] | None = None
    """Called with the stream of pictures before the first is encoded."""

    def write(self, path: Path) -> Path:
        """Write it; the name's ending says how, unless there is a ``format``."""
        pictures = list(self.pictures) or [draw(number, *SIZE) for number in range(self.count)]
        with av.open(str(path), "w", format=self.format) as out:
            video = cast(av.VideoStream, out.add_stream(self.codec, rate=RATE, options=dict(self.options)))
            video.height, video.width = pictures[0].shape[:2]
            video.pix_fmt = self.pixel_format
            if self.aspect is not None:
                video.codec_context.sample_aspect_ratio = self.aspect
            for name, value in self.colours.items():
                setattr(video.codec_context, name, value)
            if self.prepare is not None:
                self.prepare(video)
            tracks = [self._add_sound(out, sound) for sound in self.sounds]
            out.metadata.update(self.tags)
            seconds = len(pictures) / RATE
            for track, sound in zip(tracks, self.sounds, strict=True):
                self._write_sound(out, track, sound, seconds)
            for number, pixels in enumerate(pictures):
                frame = av.VideoFrame.from_ndarray(pixels, format="bgr24")
                frame.pts, frame.time_base = number, Fraction(1, RATE)
                frame.pts += round(self.seconds * RATE)
                out.mux(video.encode(frame))
            out.mux(video.encode(None))
        return path

    def _add_sound(self, out: Any, sound: Sound) -> Any:
        track = out.add_stream(sound.codec, rate=sound.rate, layout=sound.layout)
        track.bit_rate = 128_000
        if sound.language:
            track.metadata["language"] = sound.language
        track.disposition = av.stream.Disposition.default if sound.default else 0
        return track

    def _write_sound(self, out: Any, track: Any, sound: Sound, seconds: float) -> None:
        wave = np.sin(np.arange(round(sound.rate * seconds)) * 440 * 2 * np.pi / sound.rate)
        channels = track.codec_context.channels
        for start in range(0, len(wave), 1024):
            piece = np.tile((wave[start : start + 1024] * 8000).astype(np.int16), (channels, 1))
            frame = av.AudioFrame.from_ndarray(piece, format="s16p", layout=sound.layout)
            frame.sample_rate, frame.time_base = sound.rate, Fraction(1, sound.rate)
            frame.pts = start + round(self.seconds * sound.rate)
            out.mux(track.encode(frame))
        out.mux(track.encode(None))


def remux(source: Path, target: Path, change: Callable[[int, Any], Iterable[Any]], **options: Any) -> Path:
    """Copy packets into another file, each as what ``change(number, packet)`` makes of it."""
    with av.open(str(source)) as file, av.open(str(target), "w", **options) as out:
        streams = {stream.index: out.add_stream_from_template(stream) for stream in file.streams}
        for number, packet in enumerate(file.demux()):
            if not packet.size:
                continue
            for changed in change(number, packet):
                changed.stream = streams[changed.stream.index]
                out.mux(changed)
    return target


@dataclass(frozen=True)
class Told:
    """What a player would show of a file."""

    seconds: float
    """From the first to the end of the last picture or sound."""
    pictures: list[Pixels]
    times: list[float]
    streams: list[tuple[str, str, str]]
    """Type, codec and language of each."""
    tags: dict[str, str]


def look_into(path: Path) -> Told:
    """Read all pictures of a file that was written, and what it tells of itself."""
    with av.open(str(path)) as file:
        streams = [
            (str(s.type), s.codec_context.codec.canonical_name, s.metadata.get("language", ""))
            for s in file.streams
            if s.type in ("video", "audio", "subtitle")
        ]
        frames = list(file.decode(video=0))
        times = [float(frame.time) for frame in frames if frame.time is not None]
        pictures = [np.asarray(frame.to_ndarray(format="bgr24"), np.uint8) for frame in frames]
        seconds = file.duration / 1e6 if file.duration else 0.0
        return Told(seconds, pictures, times, streams, dict(file.metadata))

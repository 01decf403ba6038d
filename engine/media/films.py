"""Reading videos: pictures and packets in the order of the file, whatever is damaged in it."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO, FileIO
from pathlib import Path
from typing import Any

import av
import av.buffer
from av.stream import Disposition

from pleinair.engine.errors import PictureError
from pleinair.engine.media.inputs import MOST_MOVING_PIXELS, describe_failure, require_file
from pleinair.engine.media.pictures import Converter, Picture
from pleinair.engine.media.timeline import Timeline
from pleinair.engine.network.addresses import TIMEOUT_SECONDS, distrust, open_address

BUFFER = 1 << 18
"""Bytes that are read at once."""
FORMATS = (
    # containers
    "mov,matroska,avi,mpegts,mpegtsraw,mpeg,flv,live_flv,asf,ogg,nut,mxf,gxf,rm,dv,ivf,swf,wtv,nsv,"
    # pictures that move, and streams without a container
    "gif,apng,mjpeg,mpjpeg,mpegvideo,m4v,h261,h263,h264,hevc,vvc,av1,obu,vc1,dirac,dnxhd,yuv4mpegpipe,jpegxl_anim,"
    # photos that Pillow does not know
    "bmp_pipe,dds_pipe,dpx_pipe,exr_pipe,gif_pipe,hdr_pipe,j2k_pipe,jpeg_pipe,jpegls_pipe,jpegxl_pipe,pam_pipe,"
    "pcx_pipe,pfm_pipe,png_pipe,psd_pipe,qoi_pipe,sgi_pipe,sunrast_pipe,tiff_pipe,webp_pipe,"
    # sound, so that it is named
    "mp3,wav,w64,aiff,flac,aac,ac3,eac3,dts,caf,au,amr,ape,wv,tta"
)
"""What may be in a file, by FFmpeg's names of its demuxers: those for what people film, draw and scan, and none for
texts that name other files. It has 400."""
PLAYLISTS = (b"#EXTM3U", b"ffconcat", b"[playlist]", b"<?xml", b"v=0")
"""What such texts begin with."""
MOST_BYTES = 1 << 27
"""What FFmpeg may take at once: as much as 7680x4320 pixels with alpha. Strangers claim any size."""
FUTILE = 64
"""Errors in a row after which the rest of a file is given up."""
RUN_UP = 10
"""Seconds. Broadcast formats are entered that much earlier: FFmpeg finds no key frames in them."""
DEFAULT_RATE = Fraction(30)


def _limit_memory() -> None:
    """Set ``MOST_BYTES`` for this process. PyAV does not offer it, so FFmpeg's library is asked itself."""
    name = av.buffer.__file__  # linked to it, so its functions are found there
    with suppress(OSError, AttributeError, StopIteration):  # a build of another kind has no limit
        if sys.platform == "win32":
            name = str(next((Path(av.__file__).parents[1] / "av.libs").glob("avutil-*.dll")))
        ctypes.CDLL(name).av_max_alloc(ctypes.c_size_t(MOST_BYTES))


_limit_memory()


@dataclass(frozen=True)
class Device:
    """A camera as FFmpeg opens it."""

    format: str
    """FFmpeg's name of the system's interface, like ``v4l2``."""
    name: str
    options: Mapping[str, str]

    def __str__(self) -> str:
        return self.name


class Film:
    """A video that is open: a file, an address, or a device."""

    def __init__(self, place: Path | str | Device) -> None:
        """Raises PictureError when there is no picture in it that moves."""
        self.place = place
        self.damaged = 0
        """Packets and pictures that could not be read, so far."""
        self._file: FileIO | None = None
        try:
            self.container: av.container.InputContainer = self._open(place)
        except (av.FFmpegError, OSError, ValueError) as error:
            self._close_file()
            raise PictureError(_describe(place, error)) from error
        try:
            self._video = self._choose()
        except PictureError:
            self.close()
            raise
        self._video.thread_type = "AUTO"
        self._video.codec_context.options = {"max_pixels": str(MOST_MOVING_PIXELS)}
        self._start = Fraction(0)
        self._timeline = Timeline(self.container)
        self._converter = Converter(self._video.sample_aspect_ratio)

    def _open(self, place: Path | str | Device) -> Any:
        if isinstance(place, Path):
            return self._open_file(place)
        if isinstance(place, str):
            return open_address(place)
        options = dict(place.options)
        return av.open(place.name, format=place.format, container_options=options, timeout=TIMEOUT_SECONDS)

    def _open_file(self, path: Path) -> Any:
        require_file(path)
        # A file that is read for FFmpeg has no name that it could take for an address or a pattern; and what the
        # file itself names is not opened.
        self._file = path.open("rb", buffering=0)
        self._file.name = "file"
        return av.open(
            self._file,
            container_options={"protocol_whitelist": "none", "format_whitelist": FORMATS},
            io_open=lambda *named: BytesIO(),
            metadata_errors="replace",
            buffer_size=BUFFER,
        )

    def _choose(self) -> av.VideoStream:
        """The first video that is no cover."""
        videos = self.container.streams.video
        for video in videos:
            if not video.disposition & Disposition.attached_pic and video.codec_context is not None:
                return video
        if videos and self.container.streams.audio:
            raise PictureError(f"{self.place} is a song with a cover, not a video; choose a video.")
        if self.container.streams.audio:
            raise PictureError(f"There is only sound in {self.place}; choose a video.")
        raise PictureError(f"There is no picture in {self.place}; choose a video.")

    @property
    def rate(self) -> Fraction:
        """Pictures a second, as far as the file says."""
        rate = self._video.average_rate or self._video.guessed_rate
        return rate if rate and 0 < rate <= 1000 else DEFAULT_RATE

    @property
    def frames(self) -> int:
        """How many pictures there are; 0 where the file does not say."""
        if self._video.frames:
            return self._video.frames
        duration = self.container.duration
        return round(duration * self.rate / av.time_base) if duration else 0

    @property
    def duration(self) -> float:
        """Seconds; 0 where the file does not say."""
        return float(self.frames / self.rate)

    @property
    def endless(self) -> bool:
        """Whether it comes as it is filmed, and has no length."""
        return not isinstance(self.place, Path) and not self.container.duration

    @property
    def is_photo(self) -> bool:
        """Whether it is one picture, in a format that Pillow does not know."""
        return self.container.format.name.endswith("_pipe")

    @property
    def origin(self) -> Fraction:
        """Where the file's own clock began, in seconds."""
        return self._timeline.origin

    @property
    def others(self) -> list[Any]:
        """Its streams of sound and subtitles."""
        return [*self.container.streams.audio, *self.container.streams.subtitles]

    def seek(self, seconds: Fraction) -> None:
        """Begin with the picture that is shown at this time from the start, before anything was read. A file that
        cannot be entered midway is read from its start."""
        self._start = seconds
        enter = seconds - (RUN_UP if self._timeline.jumping else 0)
        if enter > 0:
            with suppress(av.FFmpegError, OSError):
                self.container.seek(round((enter + self.origin) * av.time_base))

    def pictures(self) -> Iterator[Picture]:
        """Every picture that can be read, with its time from the start of the file, never running backwards."""
        for item in self.read([]):
            assert isinstance(item, Picture)
            yield item

    def read(self, others: list[Any]) -> Iterator[Picture | av.Packet[Any]]:
        """The pictures, and between them the packets of other streams, on the same clock."""
        last = Fraction(-1)
        duration = 1 / self.rate
        for item in self._decoded(others):
            if isinstance(item, Picture):
                seconds = last + duration if item.seconds is None else item.seconds
                seconds = max(Fraction(0), seconds) if last < 0 else max(last, seconds)
                last, duration = seconds, item.duration or duration
                item = Picture(item.pixels, seconds, item.duration)
            yield item

    def _decoded(self, others: list[Any]) -> Iterator[Picture | av.Packet[Any]]:
        for packet in self._packets([self._video, *others]):
            if packet.stream is self._video:
                yield from self._decode(packet)
            elif packet.size:
                yield packet
        yield from self._decode(None)
        yield from self._converter.finish()

    def _decode(self, packet: av.Packet[Any] | None) -> Iterator[Picture]:
        """The pictures that ``packet`` completes, or at the end, without one, those that the decoder still holds."""
        try:
            frames = self._video.codec_context.decode(packet)
        except av.EOFError:
            return
        except av.FFmpegError:
            self.damaged += 1
            return
        for frame in frames:
            self.damaged += frame.is_corrupt
            frame.time_base = self._video.time_base or frame.time_base
            if self._is_before_start(frame):
                continue
            try:
                yield from self._converter.convert(frame)
            except av.FFmpegError:
                self.damaged += 1

    def _is_before_start(self, frame: av.VideoFrame) -> bool:
        """Whether it lies between the key frame and where reading shall begin."""
        if not self._start or frame.pts is None or frame.time_base is None:
            return False
        duration = frame.duration * frame.time_base if frame.duration else 1 / self.rate
        return frame.pts * frame.time_base + duration <= self._start

    def _packets(self, streams: list[Any]) -> Iterator[av.Packet[Any]]:
        """Until the end of the file, or the place from where on nothing can be read."""
        futile = 0
        while futile < FUTILE:
            try:
                for packet in self.container.demux(streams):
                    if packet.size:
                        futile = 0
                        self._timeline.mend(packet)
                        yield packet
                return
            except av.EOFError:
                return
            except (av.FFmpegError, OSError):
                if not isinstance(self.place, Path):
                    raise
                futile += 1
                self.damaged += futile == 1

    def close(self) -> None:
        """Close the file. May be called twice."""
        self.container.close()
        self._close_file()

    def _close_file(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _describe(place: Path | str | Device, error: Exception) -> str:
    if isinstance(place, Device):
        return f"No picture comes from {place}; plug it in, or close other programs that use it."
    if isinstance(place, str):
        if (reason := distrust(place)) is not None:
            return (
                f"{place} shows a certificate that is not trusted ({reason}); check the address. Where it is your own, "
                "name its authority's file of certificates in the environment variable SSL_CERT_FILE."
            )
        return f"No picture comes from {place}; check the address and the network."
    with suppress(OSError), place.open("rb") as file:
        if file.read(16).startswith(PLAYLISTS):
            return f"{place} is a playlist, which names other files; open one of those, or its address."
    return describe_failure(place, error)

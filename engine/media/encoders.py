"""Which H.264 encoder records: the graphics card's where it works and is faster, else x264 or its stand-in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from time import perf_counter

import av
import numpy as np

from pleinair.engine.errors import PictureError
from pleinair.engine.frame import Pixels
from pleinair.engine.media.quality import Quality

SIZE = (1280, 720)
"""Width and height of the pictures of a trial."""
PICTURES = 16
WARM_UP = 4
"""Pictures of a trial that are not timed."""
OFF = 4.0
"""Grey levels, on average, that a decoded picture may be off the one that was encoded."""


@dataclass(frozen=True)
class Encoder:
    """An encoder of FFmpeg's, and how it is set."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    bits_a_pixel: float = 0.0
    """Bit rate for each pixel a second, for encoders that cannot be told a quality."""
    quantizers: tuple[str, ...] = ()
    """Which options are quantizers, or run as they do."""

    def at(self, quality: Quality) -> Encoder:
        """The same, but set for this quality."""
        options = [(k, str(int(v) + quality) if k in self.quantizers else v) for k, v in self.options]
        return replace(self, options=tuple(options), bits_a_pixel=self.bits_a_pixel * 2 ** (-quality / 6))

    def configure(self, context: av.VideoCodecContext) -> None:
        """Set ``context``, whose size and time base stand, up."""
        context.options = dict(self.options)
        context.bit_rate = round(
            self.bits_a_pixel * context.width * context.height * float(context.framerate)
        )

    @property
    def there(self) -> bool:
        """Whether this FFmpeg has it."""
        return self.name in av.codecs_available

    def opens(self, width: int, height: int) -> bool:
        """Whether it takes pictures of this size here."""
        try:
            _open(self, width, height)
        except (av.FFmpegError, ValueError):
            return False
        return True


# For the live path: no look-ahead, quality before size.
X264 = Encoder(
    "libx264",
    "x264",
    (("crf", "20"), ("preset", "superfast"), ("tune", "zerolatency")),
    quantizers=("crf",),
)
SOFTWARE = (
    X264,
    Encoder("libopenh264", "OpenH264", (("coder", "cabac"),), bits_a_pixel=0.25),
    Encoder("h264_mf", "Media Foundation", (), bits_a_pixel=0.25),
)
"""What needs no graphics card, the best first. x264 is under the GPL; a bundle that is not has one of the others
(engine/decisions/0016)."""
HARDWARE = (
    Encoder(
        "h264_nvenc",
        "NVENC",
        (("preset", "p4"), ("tune", "ll"), ("rc", "vbr"), ("cq", "21"), ("zerolatency", "1")),
        quantizers=("cq",),
    ),
    Encoder(
        "h264_qsv",
        "Quick Sync",
        (("preset", "fast"), ("global_quality", "21"), ("async_depth", "1")),
        quantizers=("global_quality",),
    ),
    Encoder(
        "h264_amf",
        "AMF",
        (("usage", "lowlatency"), ("rc", "cqp"), ("qp_i", "20"), ("qp_p", "21")),
        quantizers=("qp_i", "qp_p"),
    ),
    Encoder("h264_videotoolbox", "VideoToolbox", (("realtime", "1"), ("bf", "0")), bits_a_pixel=0.25),
)
"""Of graphics cards; VA-API is left out, since PyAV's FFmpeg comes without it."""


@dataclass(frozen=True)
class EncoderTrial:
    """What came of one encoder: milliseconds a picture, or why it is not used."""

    encoder: Encoder
    ms: float | None
    error: str | None = None


def try_encoder(encoder: Encoder) -> EncoderTrial:
    """Encode, decode and compare a few moving pictures: pictures, their number and order must be right."""
    pictures = [_draw(number) for number in range(PICTURES)]
    try:
        context = _open(encoder, *SIZE)
        packets, times = [], []
        for number, pixels in enumerate(pictures):
            began = perf_counter()
            frame = to_yuv(pixels)
            frame.pts = number
            packets += context.encode(frame)
            times.append(perf_counter() - began)
        packets += context.encode(None)
        decoder = av.CodecContext.create("h264", "r")
        assert isinstance(decoder, av.VideoCodecContext)
        decoder.extradata = context.extradata
        decoded = [frame for packet in [*packets, None] for frame in decoder.decode(packet)]
    except (av.FFmpegError, ValueError) as error:
        return EncoderTrial(encoder, None, f"does not work here ({getattr(error, 'strerror', error)})")
    if [frame.pts for frame in decoded] != list(range(PICTURES)):
        return EncoderTrial(
            encoder, None, f"gave {len(decoded)} of {PICTURES} pictures back, or in another order"
        )
    off = max(
        float(np.abs(_to_pixels(frame).astype(int) - pixels).mean())
        for frame, pixels in zip(decoded, pictures, strict=True)
    )
    if off > OFF:
        return EncoderTrial(encoder, None, f"records wrong pictures ({off:.0f} grey levels off)")
    return EncoderTrial(encoder, float(np.median(times[WARM_UP:])) * 1e3)


@cache
def try_hardware(hardware: tuple[Encoder, ...] = HARDWARE) -> tuple[EncoderTrial, ...]:
    """What came of each that this FFmpeg has; milliseconds where no such hardware is, else under a second."""
    return tuple(try_encoder(encoder) for encoder in hardware if encoder.there)


@cache
def choose_software(software: tuple[Encoder, ...] = SOFTWARE) -> Encoder | None:
    """The first that works here. x264 works wherever it is, and is not tried."""
    for encoder in software:
        if encoder.there and (encoder is X264 or try_encoder(encoder).error is None):
            return encoder
    return None


@cache
def ranking(hardware: tuple[Encoder, ...] = HARDWARE) -> tuple[Encoder, ...]:
    """The encoders that work here, the fastest first. Raises PictureError where there is none."""
    trials = [trial for trial in try_hardware(hardware) if trial.ms is not None]
    software = choose_software()
    if trials and software is not None:  # it is only timed where it has a rival
        trials.append(try_encoder(software))
    ranked = sorted(trials, key=lambda trial: trial.ms or 0.0)
    found = tuple(trial.encoder for trial in ranked) or ((software,) if software is not None else ())
    if not found:
        raise PictureError(
            "Nothing here encodes H.264, which MP4 is made of; name the output .webm, or run: "
            "pip install --force-reinstall av"
        )
    return found


def choose_encoder(width: int, height: int, hardware: tuple[Encoder, ...] = HARDWARE) -> Encoder:
    """The fastest that works here and takes pictures of this size; x264 takes them all. Raises PictureError where
    nothing works."""
    ranked = ranking(hardware)
    return next((one for one in ranked if one is X264 or one.opens(width, height)), ranked[-1])


def to_bgr24(pixels: Pixels) -> av.VideoFrame:
    """uint8 (H, W, 3) BGR as FFmpeg takes it, without a copy: ``pixels`` must live as long."""
    return av.VideoFrame.from_numpy_buffer(np.ascontiguousarray(pixels), format="bgr24")


def to_yuv(pixels: Pixels) -> av.VideoFrame:
    """uint8 (H, W, 3) BGR as YUV 4:2:0 in BT.709, limited range."""
    return to_bgr24(pixels).reformat(format="yuv420p", dst_colorspace="ITU709")


def _to_pixels(frame: av.VideoFrame) -> Pixels:
    """uint8 (H, W, 3) BGR; PyAV 16 takes BT.709 for what it is only where it is asked for another."""
    return np.asarray(frame.reformat(format="bgr24", dst_colorspace="DEFAULT").to_ndarray(), np.uint8)


def _open(encoder: Encoder, width: int, height: int) -> av.VideoCodecContext:
    context = av.CodecContext.create(encoder.name, "w")
    assert isinstance(context, av.VideoCodecContext)
    context.width, context.height, context.pix_fmt = width, height, "yuv420p"
    context.framerate = Fraction(30)
    context.time_base = 1 / context.framerate
    context.colorspace, context.color_range = 1, 1
    encoder.configure(context)
    context.open()
    return context


def _draw(number: int) -> Pixels:
    """Ramps with a square that moves, uint8 (720, 1280, 3) BGR."""
    width, height = SIZE
    pixels = np.empty((height, width, 3), np.uint8)
    pixels[..., 0] = np.linspace(0, 255, width)
    pixels[..., 1] = np.linspace(0, 255, height)[:, None]
    pixels[..., 2] = 128
    left = 20 + 40 * number
    pixels[200:500, left : left + 200] = 255 - pixels[200:500, left : left + 200]
    return pixels

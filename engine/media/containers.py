"""The kinds of files that moving pictures are written to, by their ending."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from pleinair.engine.errors import PictureError
from pleinair.engine.media.encoders import X264, Encoder, choose_encoder

TICK = Fraction(1, 90_000)
"""Seconds of one tick of the time stamps of videos."""
FRAGMENT_US = 200_000
"""A killed recording loses at most this much, and what was not encoded yet."""
X264_THOROUGH = Encoder("libx264", "x264", (("crf", "20"), ("preset", "veryfast"), ("bf", "0")))
"""For video files, whose pictures may wait for each other, but not change their order: FFmpeg 8.1 makes an MP4 that
can be played while it grows too short by the pictures that were moved. Costs 30 % in size."""
VP9 = Encoder(
    "libvpx-vp9",
    "VP9",
    (("crf", "30"), ("deadline", "realtime"), ("cpu-used", "7"), ("row-mt", "1"), ("lag-in-frames", "0")),
    quantizers=("crf",),
)


@dataclass(frozen=True)
class Container:
    """What FFmpeg writes for one ending."""

    format: str
    """FFmpeg's name."""
    encoder: Encoder
    pixel_format: str = "yuv420p"
    tick: Fraction = TICK
    """Seconds of one tick of its time stamps."""
    sound: frozenset[str] = frozenset()
    """Codecs of sound that it takes as they are, by FFmpeg's names."""
    sound_encoder: str | None = None
    """What other sound becomes; None where there is no sound."""
    subtitles: frozenset[str] = frozenset()
    subtitle_encoder: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    """Of FFmpeg's muxer: for files that can be played while they grow, and are plain once they are closed."""
    finished_options: Mapping[str, str] | None = None
    """Others, where they differ, for files whose first picture need not be on the disk at once."""
    recordable: bool = True
    """Whether it is for recordings, too: it has H.264 or VP9, and can be played while it grows."""

    @property
    def h264(self) -> bool:
        """Whether its pictures are H.264, which graphics cards encode, too."""
        return self.encoder is X264_THOROUGH

    def encoder_for(self, width: int, height: int) -> Encoder:
        """What writes pictures of this size that need not keep up with anything; where there is no x264, what
        records. Raises PictureError."""
        return choose_encoder(width, height) if self.h264 and not X264.there else self.encoder


_MP4_SOUND = frozenset({"aac", "mp3", "ac3", "eac3", "alac", "opus", "flac"})
_FRAGMENTS = {"movflags": "hybrid_fragmented", "frag_duration": str(FRAGMENT_US), "flush_packets": "1"}
_MP4 = Container(
    "mp4",
    X264_THOROUGH,
    sound=_MP4_SOUND,
    sound_encoder="aac",
    subtitles=frozenset({"mov_text"}),
    subtitle_encoder="mov_text",
    # Fragments are handed to the system as they are made: without flush_packets a killed process leaves an
    # empty file.
    options=_FRAGMENTS,
    # With the head after the first fragment there is room in it for edit lists: sound that starts before 0, as
    # most AAC does, keeps its time.
    finished_options={**_FRAGMENTS, "movflags": "hybrid_fragmented+delay_moov"},
)
CONTAINERS = {
    ".mp4": _MP4,
    ".m4v": _MP4,
    ".mov": Container(
        "mov",
        X264_THOROUGH,
        sound=frozenset(
            {"aac", "mp3", "ac3", "alac", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_mulaw", "pcm_alaw"}
        ),
        sound_encoder="aac",
        subtitles=_MP4.subtitles,
        subtitle_encoder="mov_text",
        options=_MP4.options,
        finished_options=_MP4.finished_options,
    ),
    ".mkv": Container(
        "matroska",
        X264_THOROUGH,
        sound=_MP4_SOUND | {"vorbis", "dts", "truehd", "mp2", "pcm_s16le", "pcm_s24le", "pcm_u8"},
        sound_encoder="aac",
        subtitles=frozenset({"subrip", "ass", "dvd_subtitle", "hdmv_pgs_subtitle", "dvb_subtitle", "webvtt"}),
        subtitle_encoder="subrip",
        options={"cluster_time_limit": str(FRAGMENT_US // 1000), "flush_packets": "1"},
    ),
    ".webm": Container(
        "webm",
        VP9,
        sound=frozenset({"opus", "vorbis"}),
        sound_encoder="libopus",
        subtitles=frozenset({"webvtt"}),
        subtitle_encoder="webvtt",
        options={"cluster_time_limit": str(FRAGMENT_US // 1000), "flush_packets": "1"},
    ),
    ".gif": Container(
        "gif",
        Encoder("gif", "GIF", ()),
        "pal8",
        Fraction(1, 100),
        recordable=False,
    ),
    ".webp": Container(
        "webp",
        Encoder("libwebp_anim", "WebP", (("quality", "85"),)),
        "bgra",
        Fraction(1, 1000),
        options={"loop": "0"},
        recordable=False,
    ),
    ".png": Container(
        "apng",
        Encoder("apng", "APNG", ()),
        "rgb24",
        Fraction(1, 1000),
        options={"plays": "0"},
        recordable=False,
    ),
}


def container_for(path: Path, recording: bool = False) -> Container:
    """By the ending of ``path``, for a recording or for painted pictures that move.

    Raises PictureError, which names an ending that can be written.
    """
    container = CONTAINERS.get(path.suffix.lower())
    if container is None or (recording and not container.recordable):
        endings = [ending for ending, one in CONTAINERS.items() if one.recordable or not recording]
        raise PictureError(
            f"What moves cannot be written as '{path.suffix}'; name the output {path.stem}.mp4, or choose one of "
            f"{', '.join(endings)}."
        )
    return container

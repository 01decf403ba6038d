"""Sound and subtitles on their way from one file to another: as they are, or in a codec that is taken."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, cast

import av
from av.bitstream import BitStreamFilterContext
from av.filter import Graph
from av.stream import Disposition

from pleinair.engine.media.containers import Container
from pleinair.engine.media.graphs import link, pulled

AAC_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)
OPUS_RATES = (48000, 24000, 16000, 12000, 8000)
BITS_A_CHANNEL = 96_000
"""Bit rate of a channel of sound that is encoded anew."""
LAYOUTS = {1: "mono", 2: "stereo", 3: "3.0", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}
"""What channels are taken for where the file only counts them."""
KEPT = Disposition.default | Disposition.forced | Disposition.hearing_impaired | Disposition.comment


class TrackLeftOut(Exception):
    """This track cannot be taken along; the text says why."""


class CopiedTrack:
    """Packets as they are, with monotonic stamps."""

    def __init__(self, source: Any, output: av.container.OutputContainer) -> None:
        """Raises TrackLeftOut."""
        try:
            self._stream: Any = output.add_stream_from_template(source)
        except (av.FFmpegError, ValueError, TypeError) as error:
            raise TrackLeftOut(f"its codec cannot be copied ({error})") from error
        self._output = output
        self._last: int | None = None
        self._filter: BitStreamFilterContext | None = None
        if source.codec_context.name == "aac" and not source.codec_context.extradata:  # as broadcasts send it
            self._filter = BitStreamFilterContext("aac_adtstoasc", source)
        _describe(source, self._stream)

    def take(self, packet: av.Packet[Any]) -> None:
        """Write a packet. Raises av.FFmpegError."""
        if packet.dts is None:
            packet.dts = self._last if packet.pts is None else packet.pts
        if packet.dts is None:
            return
        # Two with one stamp, as web remuxes have them, would end the file.
        if self._last is not None and packet.dts <= self._last:
            packet.dts = self._last + 1
        self._last = packet.dts
        if packet.pts is None or packet.pts < packet.dts:
            packet.pts = packet.dts
        for ready in [packet] if self._filter is None else self._filter.filter(packet):
            ready.stream = self._stream
            self._output.mux(ready)

    def finish(self) -> None:
        """Nothing is held back."""


class EncodedSound:
    """Sound that is decoded and encoded anew, at its rate and with its channels, as far as the codec has them.

    Gaps become silence, so that it stays with the picture.
    """

    def __init__(self, source: Any, output: av.container.OutputContainer, codec: str) -> None:
        """Raises TrackLeftOut."""
        context = source.codec_context
        if context is None:
            raise TrackLeftOut("there is no decoder for its codec")
        rates = OPUS_RATES if codec == "libopus" else AAC_RATES
        rate = min(rates, key=lambda one: (abs(one - (context.sample_rate or 48_000)), -one))
        layout = _named(context.layout)
        try:
            self._stream = cast(Any, output.add_stream(codec, rate=rate, layout=layout))
            self._stream.bit_rate = BITS_A_CHANNEL * self._stream.codec_context.channels
            self._stream.codec_context.open()
        except (av.FFmpegError, ValueError) as error:
            raise TrackLeftOut(f"it cannot be encoded ({error})") from error
        self._rate, self._layout = rate, layout
        self._source, self._output = source, output
        self._graph: Graph | None = None
        self._format: tuple[int, str, str] | None = None
        self.damaged = 0
        """Packets that could not be decoded."""
        _describe(source, self._stream)

    def take(self, packet: av.Packet[Any]) -> None:
        """Encode and write a packet. Raises av.FFmpegError."""
        self._decode(packet)

    def finish(self) -> None:
        """Write what decoder, filters and encoder still hold. Raises av.FFmpegError."""
        self._decode(None)
        self._drain()
        self._output.mux(self._stream.encode(None))

    def _decode(self, packet: av.Packet[Any] | None) -> None:
        try:
            frames = self._source.codec_context.decode(packet)
        except av.EOFError:
            return
        except av.FFmpegError:
            self.damaged += 1
            return
        for frame in frames:
            kind = (frame.sample_rate, frame.format.name, frame.layout.name)
            if kind != self._format:  # a broadcast may change from stereo to surround
                self._drain()
                self._format, self._graph = kind, self._filters(frame)
            assert self._graph is not None
            frame.time_base = self._source.time_base
            self._graph.push(frame)
            self._pull()

    def _filters(self, frame: av.AudioFrame) -> Graph:
        graph = Graph()
        return link(
            graph,
            graph.add_abuffer(
                sample_rate=frame.sample_rate,
                format=frame.format,
                layout=_named(frame.layout),
                time_base=self._source.time_base or Fraction(1, frame.sample_rate),
            ),
            graph.add("aresample", **{"async": "1", "osr": str(self._rate)}),
            graph.add(
                "aformat", sample_fmts=self._stream.codec_context.format.name, channel_layouts=self._layout
            ),
            graph.add("abuffersink"),
        )

    def _drain(self) -> None:
        if self._graph is not None:
            self._graph.push(None)
            self._pull()
            self._graph = None

    def _pull(self) -> None:
        assert self._graph is not None
        for frame in pulled(self._graph):
            self._output.mux(self._stream.encode(frame))


class EncodedSubtitles:
    """Subtitles of text in another codec of text."""

    def __init__(self, source: Any, output: av.container.OutputContainer, codec: str) -> None:
        """Raises TrackLeftOut."""
        if source.codec_context is None:
            raise TrackLeftOut("there is no decoder for its codec")
        try:
            source.codec_context.open()
            if not source.codec_context.subtitle_header:
                raise TrackLeftOut("it is made of pictures, not of text")
            self._stream = cast(Any, output.add_stream(codec))
            self._stream.codec_context.subtitle_header = source.codec_context.subtitle_header
            self._stream.codec_context.time_base = self._stream.time_base = Fraction(1, 1000)
            self._stream.codec_context.open()
        except (av.FFmpegError, ValueError) as error:
            raise TrackLeftOut(f"it cannot be encoded ({error})") from error
        self._source, self._output = source, output
        _describe(source, self._stream)

    def take(self, packet: av.Packet[Any]) -> None:
        """Encode and write a packet. Raises av.FFmpegError."""
        subtitles = self._source.codec_context.decode2(packet)
        if subtitles is None or packet.pts is None:
            return
        encoded = self._stream.codec_context.encode_subtitle(subtitles)
        base = self._source.time_base
        encoded.stream, encoded.time_base = self._stream, Fraction(1, 1000)
        encoded.pts = encoded.dts = round(packet.pts * base * 1000)
        encoded.duration = round((packet.duration or 0) * base * 1000)
        self._output.mux(encoded)

    def finish(self) -> None:
        """Nothing is held back."""


Track = CopiedTrack | EncodedSound | EncodedSubtitles


def add_track(source: Any, output: av.container.OutputContainer, container: Container) -> Track:
    """A track of ``output`` for a stream of another file. Raises TrackLeftOut."""
    codec = source.codec_context.codec.canonical_name if source.codec_context is not None else ""
    if source.type == "audio":
        if codec in container.sound:
            return CopiedTrack(source, output)
        if container.sound_encoder is None:
            raise TrackLeftOut("the format has no sound")
        return EncodedSound(source, output, container.sound_encoder)
    if codec in container.subtitles:
        return CopiedTrack(source, output)
    if container.subtitle_encoder is None:
        raise TrackLeftOut("the format has no subtitles")
    return EncodedSubtitles(source, output, container.subtitle_encoder)


def _named(layout: Any) -> str:
    """A layout that filters and encoders know."""
    channels = layout.nb_channels
    if channels not in LAYOUTS:
        return "stereo"
    return LAYOUTS[channels] if "channels" in layout.name else str(layout.name)


def _describe(source: Any, target: Any) -> None:
    for key in ("language", "title"):
        if source.metadata.get(key):
            target.metadata[key] = source.metadata[key]
    target.disposition = Disposition(source.disposition) & KEPT

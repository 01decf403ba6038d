"""The sound of a recording: each sample where it was heard, and silence where none was."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, cast

import av
import numpy as np
import numpy.typing as npt
from av.filter import Graph

from pleinair.engine.frame import SOUND_RATE
from pleinair.engine.media.graphs import link, pulled
from pleinair.engine.media.tracks import BITS_A_CHANNEL

STRETCH = SOUND_RATE // 1000
"""Samples a second by which sound is stretched at most to follow the clock of the picture: 1 in 1000, which nobody
hears. Clocks of sound cards are off by a tenth of that."""
JUMP_SECONDS = 0.03
"""What sound is off by when it jumps instead: then some was lost."""
LEAD = 1024
"""Samples that AAC's encoder puts before the first one, the most of those in use."""
SILENCE_SAMPLES = SOUND_RATE
"""Samples of silence that are made at once."""


class SoundTrack:
    """A track of one channel in a file that is being written. Whatever is done may raise OSError or av.FFmpegError."""

    def __init__(self, output: av.container.OutputContainer, codec: str) -> None:
        """Add it to ``output``, before anything is written; ``codec``: FFmpeg's name of the encoder."""
        self._output = output
        self._stream = cast(Any, output.add_stream(codec, rate=SOUND_RATE, layout="mono"))
        self._stream.bit_rate = BITS_A_CHANNEL
        context = self._stream.codec_context
        context.open()
        self._graph = link(
            graph := Graph(),
            graph.add_abuffer(
                sample_rate=SOUND_RATE, format="flt", layout="mono", time_base=Fraction(1, SOUND_RATE)
            ),
            graph.add("aresample", **{"async": str(STRETCH), "min_hard_comp": str(JUMP_SECONDS)}),
            graph.add("aformat", sample_fmts=context.format.name, channel_layouts="mono"),
            graph.add("abuffersink"),
        )
        # What the encoder puts first must not come before 0: that would need an edit list, for which a fragmented
        # MP4 has no place when it is begun.
        self._end = LEAD
        self.seconds = 0.0
        """Of sound that was taken, without the silence between."""

    def take(self, samples: npt.NDArray[np.float32], start: float) -> None:
        """Write float32 (n,) that was heard from ``start`` on, in seconds of the recording."""
        first = round(start * SOUND_RATE)
        cut = max(0, LEAD - first)
        if cut < len(samples):
            self._push(samples[cut:], first + cut)
            self.seconds += (len(samples) - cut) / SOUND_RATE

    def fill(self, end: float) -> None:
        """Write silence where nothing was heard before ``end``, in seconds of the recording."""
        while (missing := round(end * SOUND_RATE) - self._end) > 0:
            self._push(np.zeros(min(missing, SILENCE_SAMPLES), np.float32), self._end)

    def finish(self) -> None:
        """Write what is held back."""
        self._graph.push(None)
        self._pull()
        self._output.mux(self._stream.encode(None))

    def _push(self, samples: npt.NDArray[np.float32], first: int) -> None:
        frame = av.AudioFrame.from_ndarray(samples[None], format="flt", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = SOUND_RATE, first, Fraction(1, SOUND_RATE)
        self._graph.push(frame)
        self._end = max(self._end, first + len(samples))
        self._pull()

    def _pull(self) -> None:
        for frame in pulled(self._graph):
            self._output.mux(self._stream.encode(frame))

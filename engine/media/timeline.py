"""Monotonic time stamps from whatever a file has."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av

BACK = Fraction(1, 2)
"""Seconds. Stamps that run further back have started over; those nearer are only out of order."""
AHEAD = 10
"""Seconds. In broadcast formats, whose clocks may jump, a longer gap is none. (FFmpeg's dts_delta_threshold.)"""
JUMPING = {"mpegts", "mpeg", "mpegtsraw", "mpegvideo", "rtsp", "hls", "flv", "live_flv", "asf"}
"""Formats whose clock may jump without a gap in what was filmed."""
MICROSECOND = Fraction(1, 1_000_000)


@dataclass
class _Progress:
    """Where one stream is: how often its clock has jumped, and where its next packet is due."""

    jumps: int = 0
    due: Fraction | None = None


class Timeline:
    """Moves the stamps of a file's packets to one clock, which starts at 0 where the file does.

    When a stream's clock jumps, what follows goes on where the longest stream has come to. Other streams that
    jump likewise follow by the same amount, so that sound and picture stay together.
    """

    def __init__(self, container: av.container.InputContainer) -> None:
        start = container.start_time
        self._offsets: list[Fraction | None] = [None if start is None else -start * MICROSECOND]
        """Added to stamps after so many jumps."""
        self.jumping = not JUMPING.isdisjoint(container.format.name.split(","))
        """Whether it is of a broadcast format."""
        self._streams: dict[int, _Progress] = {}

    @property
    def origin(self) -> Fraction:
        """Where the file's own clock began, in seconds."""
        return -(self._offsets[0] or Fraction(0))

    def mend(self, packet: av.Packet[Any]) -> None:
        """Move the stamps of ``packet``, which is of the next one of its stream."""
        stamp = packet.dts if packet.dts is not None else packet.pts
        base = packet.time_base
        if stamp is None or base is None:
            return
        progress = self._streams.setdefault(packet.stream.index, _Progress())
        if self._offsets[0] is None:
            self._offsets[0] = -stamp * base
        if packet.stream.type not in ("video", "audio"):  # too seldom to tell a jump from a gap
            progress.jumps = len(self._offsets) - 1
        while self._has_jumped(stamp * base, progress):
            progress.jumps += 1
            if progress.jumps == len(self._offsets):
                ends = [other.due for other in self._streams.values() if other.due is not None]
                self._offsets.append(max(ends) - stamp * base)
        ticks = round(self._offset(progress) / base)
        if packet.pts is not None:
            packet.pts += ticks
        if packet.dts is not None:
            packet.dts += ticks
        due = (stamp + ticks + (packet.duration or 0)) * base
        progress.due = due if progress.due is None else max(due, progress.due - BACK)

    def _offset(self, progress: _Progress) -> Fraction:
        return self._offsets[progress.jumps] or Fraction(0)

    def _has_jumped(self, stamp: Fraction, progress: _Progress) -> bool:
        if progress.due is None:
            return False
        now = stamp + self._offset(progress)
        if now - progress.due < -BACK:
            return True
        if not self.jumping or now - progress.due <= AHEAD:
            return False
        # Where another stream is near, this one had a gap, and the clock has not jumped.
        others = (
            one for one in self._streams.values() if one is not progress and one.jumps == progress.jumps
        )
        return all(one.due is None or abs(now - one.due) > AHEAD for one in others)

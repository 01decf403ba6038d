"""Keeps the last seconds of what is painted, to be written once a person knows that they were worth it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import cv2
import numpy as np

from pleinair.engine.clock import MONOTONIC, Clock
from pleinair.engine.compositing import beside
from pleinair.engine.errors import RecordingError
from pleinair.engine.frame import PaintedFrame, Pixels, Sound
from pleinair.engine.media.containers import container_for
from pleinair.engine.media.quality import Quality
from pleinair.engine.outputs import GrowingFile, Unfinished, require_free
from pleinair.engine.sinks.base import Sink
from pleinair.engine.sinks.recorder import unwritable
from pleinair.engine.sinks.timed_writer import TimedWriter

JPEG_QUALITY = 90
"""At 640x480 a picture takes 1.5 ms and 100 kB; x264 at its fastest takes four times as long."""
MEMORY = 512 << 20
"""Bytes that pictures take at most; at large sizes fewer seconds are kept."""
ANIMATION_FPS = 15.0
"""Pictures a second of GIF, WebP and PNG, which have no other way to be small."""


class Replay(Sink):
    """The last seconds, in memory, as JPEG; and their sound, where it is let ``hear`` it."""

    def __init__(
        self,
        seconds: float = 30.0,
        on_error: Callable[[str], None] | None = None,
        clock: Clock = MONOTONIC,
        side_by_side: bool = False,
    ) -> None:
        """Keep so many seconds; ``side_by_side``: the frame on the left, the painting on the right."""
        super().__init__("replay", on_error)
        self._kept_seconds, self._side_by_side, self._clock = seconds, side_by_side, clock
        self._lock = threading.Lock()
        self._pictures: deque[tuple[float, bytes]] = deque()
        self._heard: deque[Sound] = deque()
        self._bytes = 0

    @property
    def seconds(self) -> float:
        """How many seconds there are to be written."""
        with self._lock:
            return self._pictures[-1][0] - self._pictures[0][0] if self._pictures else 0.0

    def hear(self, sound: Sound) -> None:
        """Keep a piece of sound. May be called from any one thread, in the order of the pieces."""
        with self._lock:
            self._heard.append(sound)
            while self._heard[0].ended_at < sound.ended_at - self._kept_seconds:
                self._heard.popleft()

    def consume(self, frames: Iterator[PaintedFrame]) -> None:
        """Pack the frames, and forget the oldest."""
        for painted in frames:
            began = self._clock.now()
            pixels = painted.pixels
            if min(pixels.shape[:2]) < 2:
                raise RecordingError("A picture of a single line cannot be recorded; choose another size.")
            if self._side_by_side:
                pixels = beside(painted.frame.pixels, pixels)
            packed = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1].tobytes()
            with self._lock:
                self._pictures.append((painted.frame.captured_at, packed))
                self._bytes += len(packed)
                oldest = painted.frame.captured_at - self._kept_seconds
                while self._pictures[0][0] < oldest or self._bytes > MEMORY:
                    self._bytes -= len(self._pictures.popleft()[1])
            self.count(self._clock.now() - began)

    def save(
        self, path: Path, seconds: float | None = None, force: bool = False, quality: Quality = Quality.GOOD
    ) -> float:
        """Write the last ``seconds``, or all that is kept, as video with sound or as GIF, WebP or PNG that moves.

        Takes a good part of the time that it lasts; call it from a thread of its own. Returns how many seconds were
        written. Raises OutputExists, PictureError where the ending is not known, RecordingError.
        """
        require_free(path, force)
        container = container_for(path)
        animation = not container.recordable
        with self._lock:
            pictures, heard = list(self._pictures), list(self._heard)
        if not pictures:
            raise RecordingError("Nothing was kept yet, because no picture was painted.")
        began = pictures[0][0] if seconds is None else max(pictures[0][0], pictures[-1][0] - seconds)
        pictures = [(at - began, packed) for at, packed in pictures if at >= began]
        fps = (len(pictures) - 1) / pictures[-1][0] if pictures[-1][0] > 0 else 30.0
        if animation:
            fps = min(fps, ANIMATION_FPS)
            pictures = list(_thinned(pictures, fps))
        try:
            unfinished = Unfinished(path, force)
            try:
                with GrowingFile(unfinished.part) as file:
                    writer = TimedWriter(file, container, fps, quality, bool(heard))
                    _write(writer, pictures, [(sound.captured_at - began, sound) for sound in heard])
                unfinished.put_in_place()
            finally:
                unfinished.close(worth=False)
        except (OSError, av.FFmpegError) as error:
            raise unwritable(path, error) from error
        return pictures[-1][0]


def _thinned(pictures: list[tuple[float, bytes]], fps: float) -> Iterator[tuple[float, bytes]]:
    """The first picture of each ``fps``-th of a second."""
    last = -1
    for at, packed in pictures:
        if (slot := round(at * fps)) > last:
            last = slot
            yield at, packed


def _write(
    writer: TimedWriter, pictures: list[tuple[float, bytes]], heard: list[tuple[float, Sound]]
) -> None:
    try:
        sounds = iter(heard)
        sound = next(sounds, None)
        for at, packed in pictures:
            writer.picture(_unpacked(packed), at)
            while writer.track is not None and sound is not None and sound[0] <= at:
                writer.track.take(sound[1].samples, sound[0])
                sound = next(sounds, None)
        writer.finish(pictures[-1][0])
    except BaseException:
        writer.give_up()
        raise


def _unpacked(packed: bytes) -> Pixels:
    pixels = cv2.imdecode(np.frombuffer(packed, np.uint8), cv2.IMREAD_COLOR)
    return np.asarray(pixels, np.uint8)

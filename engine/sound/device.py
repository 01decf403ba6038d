"""The microphones of this computer, through FFmpeg."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import av
import av.device
import numpy as np

from pleinair.engine.clock import now
from pleinair.engine.errors import SourceLost, SourceNotFound
from pleinair.engine.frame import SOUND_RATE, Sound
from pleinair.engine.network.addresses import TIMEOUT_SECONDS
from pleinair.engine.sound.alsa import is_microphone, prepare_alsa
from pleinair.engine.sound.arrival import ArrivalTimes
from pleinair.engine.sound.base import PIECE
from pleinair.engine.sound.registry import DEFAULT, DEVICES, register_sound
from pleinair.engine.sources.background import FIRST_SECONDS, BackgroundReader
from pleinair.engine.sources.base import SourceEnded

FORMAT = {"win32": "dshow", "darwin": "avfoundation"}.get(sys.platform, "alsa")
"""FFmpeg's name of the system's interface."""
OPENING_SECONDS = 0.1
"""After a device was opened, in which what waited meanwhile comes all at once, and cannot be told when it was heard."""


@dataclass(frozen=True)
class Device:
    """A microphone: its name for ``--microphone``, and what the system says it is."""

    name: str
    description: str
    default: bool = False


def list_microphones() -> list[Device]:
    """All microphones that the system knows, without opening them."""
    if FORMAT == "alsa":
        prepare_alsa()
    try:
        found = av.device.enumerate_input_devices(FORMAT)
    except (av.FFmpegError, ValueError):  # the system has no sound, or this FFmpeg does not know it
        return []
    return [
        Device(one.name, one.description.replace("\n", ", "), one.is_default)
        for one in found
        if "video" not in one.media_types and (FORMAT != "alsa" or is_microphone(one.name))
    ]


class DeviceSound:
    """A microphone that is open."""

    def __init__(self, device: Device) -> None:
        """Raises SourceNotFound when nothing is heard from it."""
        self.name = device.description or device.name
        if FORMAT == "alsa":
            prepare_alsa()
        try:
            container = av.open(_address(device), format=FORMAT, container_options=_options())
        except (av.FFmpegError, OSError, ValueError) as error:
            raise self._not_found() from error
        self._reader = BackgroundReader(_pieces(container), container.close, self.name)
        try:
            self._first = self._reader.next(FIRST_SECONDS)
        except (SourceEnded, av.FFmpegError, OSError) as error:
            self.close()
            raise self._not_found() from error
        if self._first is None:
            self.close()
            raise self._not_found()
        self._last = now()

    def _not_found(self) -> SourceNotFound:
        return SourceNotFound(
            f"Nothing is heard from the microphone '{self.name}'; plug it in, allow this program to use it, or see "
            "'pleinair microphones'."
        )

    def read(self) -> Sound | None:
        """The next piece; None when none came within a fifth of a second. Raises SourceLost."""
        first, self._first = self._first, None
        lost = f"The microphone '{self.name}' has stopped; check its cable."
        try:
            sound = first or self._reader.next()
        except (SourceEnded, av.FFmpegError, OSError) as error:
            raise SourceLost(lost) from error
        if sound is not None:
            self._last = now()
        elif now() - self._last > TIMEOUT_SECONDS:
            raise SourceLost(lost)
        return sound

    def close(self) -> None:
        """Give the device back."""
        self._reader.close()


def _address(device: Device) -> str:
    return {"dshow": "audio={}", "avfoundation": ":{}"}.get(FORMAT, "{}").format(device.name)


def _options() -> dict[str, str]:
    # DirectShow's buffers hold half a second otherwise.
    return {"audio_buffer_size": "50"} if FORMAT == "dshow" else {}


def _pieces(container: av.container.InputContainer) -> Iterator[Sound]:
    """Until the device is lost."""
    stream = container.streams.audio[0]
    resampler = av.AudioResampler(format="fltp", rate=SOUND_RATE)
    times = ArrivalTimes()
    opened = now()
    waiting: list[np.ndarray[tuple[int, ...], np.dtype[np.float32]]] = []
    heard = 0.0
    for frame in container.decode(stream):
        arrived = now()
        if arrived - opened < OPENING_SECONDS:
            continue
        for converted in resampler.resample(frame):
            # The mean: FFmpeg makes one channel of two that is louder than the louder of them.
            samples = np.asarray(converted.to_ndarray(), np.float32).mean(axis=0)
            at = times.heard_at(arrived - len(samples) / SOUND_RATE, len(samples))
            heard = heard if waiting else at
            waiting.append(samples)
        if sum(map(len, waiting)) >= PIECE:
            yield Sound(np.concatenate(waiting), heard)
            waiting = []


def _open(spec: str) -> DeviceSound:
    """The default microphone, or the one of that name or a part of its name or description. Raises SourceNotFound."""
    if spec == DEFAULT and FORMAT != "dshow":  # which has no name for it
        return DeviceSound(Device(DEFAULT, "default", True))
    found = list_microphones()
    if spec == DEFAULT:
        chosen = sorted(found, key=lambda one: not one.default)
    else:
        wanted = spec.lower()
        chosen = [one for one in found if wanted in (one.name.lower(), one.description.lower())]
        chosen += [one for one in found if wanted in f"{one.name}\n{one.description}".lower()]
    if chosen:
        return DeviceSound(chosen[0])
    if not found:
        raise SourceNotFound("No microphone was found; plug one in, or record without --microphone.")
    names = ", ".join(one.name for one in found)
    raise SourceNotFound(f"There is no microphone named '{spec}'; this computer has: {names}.")


register_sound(DEVICES, _open)

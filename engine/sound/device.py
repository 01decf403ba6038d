"""The microphones of this computer, through FFmpeg."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import av.device
import numpy as np

from pleinair.engine.clock import now
from pleinair.engine.errors import SourceLost, SourceNotFound
from pleinair.engine.frame import SOUND_RATE, Sound
from pleinair.engine.media.films import TIMEOUT_SECONDS
from pleinair.engine.sound.arrival import ArrivalTimes
from pleinair.engine.sound.base import PIECE
from pleinair.engine.sound.registry import DEFAULT, DEVICES, register_sound
from pleinair.engine.sources.background import FIRST_SECONDS, BackgroundReader
from pleinair.engine.sources.base import SourceEnded

FORMAT = {"win32": "dshow", "darwin": "avfoundation"}.get(sys.platform, "alsa")
"""FFmpeg's name of the system's interface."""
ALSA_CONFIG = Path("/usr/share/alsa/alsa.conf")
ALSA_PLUGINS = ("/usr/lib/*-linux-gnu*/alsa-lib", "/usr/lib64/alsa-lib", "/usr/lib/alsa-lib")
"""Where Linux distributions keep them."""
NO_MICROPHONES = frozenset({"null", "oss", "jack", "speex", "upmix", "vdownmix"})
"""What ALSA lists beside microphones; converters of rates have names that end in ``rate``."""
STALE_SECONDS = 5.0
"""Age of sound that a driver cannot mean."""


@dataclass(frozen=True)
class Device:
    """A microphone: its name for ``--microphone``, and what the system says it is."""

    name: str
    description: str
    default: bool = False


def list_microphones() -> list[Device]:
    """All microphones that the system knows, without opening them."""
    _find_alsa()
    try:
        found = av.device.enumerate_input_devices(FORMAT)
    except (av.FFmpegError, ValueError):  # the system has no sound, or this FFmpeg does not know it
        return []
    return [
        Device(one.name, one.description.replace("\n", ", "), one.is_default)
        for one in found
        if "video" not in one.media_types and _may_hear(one.name)
    ]


def _may_hear(name: str) -> bool:
    """Whether an entry is for people: ALSA has a dozen for each card, of which ``sysdefault`` converts."""
    kind, _, card = name.partition(":")
    return FORMAT != "alsa" or (
        kind == "sysdefault" if card else kind not in NO_MICROPHONES and not kind.endswith("rate")
    )


def _find_alsa() -> None:
    """PyAV's wheel brings an ALSA that looks for its files where it was built; the system has them elsewhere."""
    if FORMAT != "alsa":
        return
    if ALSA_CONFIG.exists():
        os.environ.setdefault("ALSA_CONFIG_PATH", str(ALSA_CONFIG))
    for pattern in ALSA_PLUGINS:
        for folder in sorted(Path("/").glob(pattern[1:])):
            os.environ.setdefault("ALSA_PLUGIN_DIR", str(folder))


class DeviceSound:
    """A microphone that is open."""

    def __init__(self, device: Device) -> None:
        """Raises SourceNotFound when nothing is heard from it."""
        self.name = device.description or device.name
        _find_alsa()
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
            f"Nothing is heard from the microphone {self.name}; plug it in, allow this program to use it, or see "
            "'pleinair microphones'."
        )

    def read(self) -> Sound | None:
        """The next piece; None when none came within a fifth of a second. Raises SourceLost."""
        first, self._first = self._first, None
        lost = f"The microphone {self.name} has stopped; check its cable."
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
    resampler = av.AudioResampler(format="flt", layout="mono", rate=SOUND_RATE)
    times = ArrivalTimes()
    waiting: list[np.ndarray[tuple[int, ...], np.dtype[np.float32]]] = []
    heard = 0.0
    for packet in container.demux(stream):
        age = _age(packet)
        for frame in packet.decode():
            for converted in resampler.resample(frame):
                samples = np.asarray(converted.to_ndarray(), np.float32).reshape(-1)
                seconds = len(samples) / SOUND_RATE
                at = times.heard_at(now() - (seconds if age is None else age), len(samples))
                heard = heard if waiting else at
                waiting.append(samples)
        if sum(map(len, waiting)) >= PIECE:
            yield Sound(np.concatenate(waiting), heard)
            waiting = []


def _age(packet: av.Packet[av.AudioStream]) -> float | None:
    """Seconds since a packet's first sample was heard, where the driver says so: ALSA's time stamps are of the
    system's calendar clock, less what waits in the card."""
    if FORMAT != "alsa" or packet.pts is None or packet.time_base is None:
        return None
    age = time.time() - float(packet.pts * packet.time_base)
    return age if 0 <= age < STALE_SECONDS else None


def _open(spec: str) -> DeviceSound:
    """The default microphone, or the one of that name or a part of its name or description. Raises SourceNotFound."""
    if spec == DEFAULT and FORMAT != "dshow":  # which has no name for it
        return DeviceSound(Device(DEFAULT, "of this computer", True))
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

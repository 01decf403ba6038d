"""The kinds of sources of sound there are. Each module registers its own."""

from __future__ import annotations

from collections.abc import Callable

from pleinair.engine.sound.base import SoundSource

DEFAULT = "default"
"""What ``--microphone`` takes the system's own choice for."""
DEVICES = "device"
"""The kind that takes what is no other kind's name."""

_registered: dict[str, Callable[[str], SoundSource]] = {}


def register_sound(name: str, open_sound: Callable[[str], SoundSource]) -> None:
    """Offer a kind of source of sound, which is asked for by its name, or replace the one that has it.

    ``open_sound`` takes what ``--microphone`` was given, may take seconds, and raises SourceNotFound.
    """
    _registered[name] = open_sound


def open_sound(spec: str = DEFAULT) -> SoundSource:
    """Open ``default``, ``pattern``, or the microphone of that name or a part of it; may take seconds.

    Raises SourceNotFound.
    """
    from pleinair.engine.sound import device, pattern  # noqa: F401 (they register)

    return _registered.get(spec, _registered[DEVICES])(spec)

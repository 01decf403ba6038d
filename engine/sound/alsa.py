"""PyAV's wheel brings an ALSA of its own to Linux; it is told where the system's files are, and to keep quiet."""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress
from functools import cache
from pathlib import Path

import av

CONFIG = Path("/usr/share/alsa/alsa.conf")
PLUGINS = ("usr/lib/*-linux-gnu*/alsa-lib", "usr/lib64/alsa-lib", "usr/lib/alsa-lib")
"""Where distributions keep those for PulseAudio and PipeWire, without which there is no default microphone."""
HEAR_NOTHING = ctypes.CFUNCTYPE(None)(lambda: None)


@cache
def prepare_alsa() -> None:
    """Before ALSA is used for the first time. Settings that a person made in the environment stay."""
    if CONFIG.exists():
        os.environ.setdefault("ALSA_CONFIG_PATH", str(CONFIG))
    for folder in (folder for pattern in PLUGINS for folder in sorted(Path("/").glob(pattern))):
        os.environ.setdefault("ALSA_PLUGIN_DIR", str(folder))
    # What fails is told in a sentence; ALSA would print lines of its own beside it, and so would the system's own,
    # which the plugins use.
    for library in (*Path(av.__file__).parents[1].glob("av.libs/libasound-*.so*"), "libasound.so.2"):
        with suppress(OSError, AttributeError):
            ctypes.CDLL(str(library)).snd_lib_error_set_handler(HEAR_NOTHING)


def is_microphone(name: str) -> bool:
    """Whether an entry of ALSA's list is for people: of the dozen for each card ``sysdefault`` converts what must be,
    and of those without a card many are converters and the like."""
    kind, _, card = name.partition(":")
    if card:
        return kind == "sysdefault"
    return kind not in {"null", "oss", "jack", "speex", "upmix", "vdownmix"} and not kind.endswith("rate")

"""``pleinair microphones``."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from pleinair.app.terminal import say
from pleinair.engine.sound import list_microphones


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """List the microphones without opening them."""
    microphones = list_microphones()
    if not arguments.json:
        for microphone in microphones:
            default = " (default)" if microphone.default else ""
            say(f"{microphone.name:<24} {microphone.description}{default}")
        if not microphones:
            say("No microphone was found; plug one in.")
    return {"microphones": [asdict(microphone) for microphone in microphones]}

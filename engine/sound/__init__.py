"""Sound: microphones, and what is heard through them."""

from pleinair.engine.sound.device import Device, list_microphones
from pleinair.engine.sound.microphone import Microphone
from pleinair.engine.sound.registry import DEFAULT, open_sound

__all__ = ["DEFAULT", "Device", "Microphone", "list_microphones", "open_sound"]

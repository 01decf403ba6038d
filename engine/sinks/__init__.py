"""Sinks: anything painted frames go to."""

from engine.sinks.recorder import Recorder
from engine.sinks.snapshot import write_picture

__all__ = ["Recorder", "write_picture"]

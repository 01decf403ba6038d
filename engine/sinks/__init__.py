"""Sinks: anything painted frames go to."""

from pleinair.engine.sinks.recorder import Recorder
from pleinair.engine.sinks.snapshot import require_writable, write_picture

__all__ = ["Recorder", "require_writable", "write_picture"]

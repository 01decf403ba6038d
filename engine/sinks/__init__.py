"""Sinks: anything painted frames go to."""

from pleinair.engine.sinks.base import Sink
from pleinair.engine.sinks.left_behind import left_behind, repair
from pleinair.engine.sinks.recorder import Recorder, require_recordable
from pleinair.engine.sinks.replay import Replay
from pleinair.engine.sinks.snapshot import require_folder, require_writable, write_picture
from pleinair.engine.sinks.virtual_camera import VirtualCamera

__all__ = [
    "Recorder",
    "Replay",
    "Sink",
    "VirtualCamera",
    "left_behind",
    "repair",
    "require_folder",
    "require_recordable",
    "require_writable",
    "write_picture",
]

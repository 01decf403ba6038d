"""Sources: anything frames come from."""

from pleinair.engine.sources.base import Source, SourceFormat, SourceOpener
from pleinair.engine.sources.camera import Camera, camera_specs, list_cameras
from pleinair.engine.sources.factory import USUAL_SIZE, open_source

__all__ = [
    "USUAL_SIZE",
    "Camera",
    "Source",
    "SourceFormat",
    "SourceOpener",
    "camera_specs",
    "list_cameras",
    "open_source",
]

"""Sources: anything frames come from."""

from engine.camera.devices import Camera, list_cameras
from engine.camera.opening import open_source
from engine.camera.source import Source, SourceFormat

__all__ = ["Camera", "Source", "SourceFormat", "list_cameras", "open_source"]

"""Sources: anything frames come from."""

from pleinair.engine.camera.devices import Camera, list_cameras
from pleinair.engine.camera.opening import open_source
from pleinair.engine.camera.source import Source, SourceFormat

__all__ = ["Camera", "Source", "SourceFormat", "list_cameras", "open_source"]

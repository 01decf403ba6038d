"""Sources: anything frames come from."""

from pleinair.engine.sources.base import Source, SourceFormat, SourceOpener
from pleinair.engine.sources.camera import Camera, camera_specs, list_cameras
from pleinair.engine.sources.factory import open_source

__all__ = ["Camera", "Source", "SourceFormat", "SourceOpener", "camera_specs", "list_cameras", "open_source"]

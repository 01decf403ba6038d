"""Network streams, through OpenCV's FFmpeg."""

from __future__ import annotations

import cv2

from pleinair.engine.sources.capture_device import CaptureDevice
from pleinair.engine.sources.registry import SourceKind, register_source

SCHEMES = ("http://", "https://", "rtsp://", "rtmp://", "udp://")
TIMEOUT_MS = 5000


class StreamSource(CaptureDevice):
    """A stream by its URL."""

    def __init__(self, url: str) -> None:
        """Raises SourceNotFound when it cannot be opened or sends no picture."""
        timeouts = (cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, cv2.CAP_PROP_READ_TIMEOUT_MSEC)
        settings = [value for timeout in timeouts for value in (timeout, TIMEOUT_MS)]
        super().__init__(
            url,
            cv2.VideoCapture(url, cv2.CAP_FFMPEG, settings),
            empty_reads=1,
            not_found=f"No picture comes from {url}; check the address and the network.",
        )


register_source(
    SourceKind("stream", lambda spec: spec.startswith(SCHEMES), lambda request: StreamSource(request.spec))
)

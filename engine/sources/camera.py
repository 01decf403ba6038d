"""Cameras by number and name, through OpenCV."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

import cv2

from pleinair.engine.errors import SourceNotFound
from pleinair.engine.sources.capture_device import CaptureDevice
from pleinair.engine.sources.registry import SourceKind, SourceRequest, register_source

_APIS = {"win32": cv2.CAP_DSHOW, "darwin": cv2.CAP_AVFOUNDATION}
API = _APIS.get(sys.platform, cv2.CAP_V4L2)
EMPTY_READS = 30


@dataclass(frozen=True)
class Camera:
    """A camera as the system lists it: the number for ``camera:N``, and its name."""

    number: int
    name: str


def list_cameras() -> list[Camera]:
    """All cameras that the system knows, without opening them."""
    from cv2_enumerate_cameras import enumerate_cameras  # slow on Windows, so only when asked

    return [Camera(info.index, info.name) for info in enumerate_cameras(API)]


class CameraSource(CaptureDevice):
    """A camera by its number.

    Size and rate are asked for as the device opens, with MJPG, because some drivers are slow or
    deaf to it later (OpenCV issues 9084 and 26495).
    """

    def __init__(self, number: int, width: int, height: int, fps: int) -> None:
        """Raises SourceNotFound when it cannot be opened or sends no picture."""
        name = f"camera {number}"
        not_found = (
            f"There is no picture from {name}; plug it in, close other programs that use it, "
            "or try 'pleinair cameras' or --source demo."
        )
        super().__init__(name, open_device(number, width, height, fps), EMPTY_READS, not_found)


def open_device(number: int, width: int, height: int, fps: int) -> cv2.VideoCapture:
    """Ask the system for a camera; comes back closed when there is none."""
    # Device files exist in advance on Linux: asking OpenCV for a missing one prints warnings.
    if sys.platform == "linux" and not os.path.exists(f"/dev/video{number}"):
        return cv2.VideoCapture()
    wanted = {
        cv2.CAP_PROP_FOURCC: cv2.VideoWriter.fourcc(*"MJPG"),
        cv2.CAP_PROP_FRAME_WIDTH: width,
        cv2.CAP_PROP_FRAME_HEIGHT: height,
        cv2.CAP_PROP_FPS: fps,
    }
    capture = cv2.VideoCapture(number, API, [value for setting in wanted.items() for value in setting])
    # A backend may refuse settings that it does not know.
    return capture if capture.isOpened() else cv2.VideoCapture(number, API)


def _open(request: SourceRequest) -> CameraSource:
    number = _camera_number(request.spec.partition(":")[2])
    return CameraSource(number, *request.size, request.fps)


def _camera_number(which: str) -> int:
    if which.isdecimal():
        return int(which)
    cameras = list_cameras()
    if not which and cameras:
        return cameras[0].number
    for camera in cameras:
        if which and which.lower() in camera.name.lower():
            return camera.number
    if which:
        names = ", ".join(camera.name for camera in cameras) or "none"
        raise SourceNotFound(f"There is no camera named '{which}'; this computer has: {names}.")
    raise SourceNotFound("No camera was found; plug one in, or try --source demo.")


register_source(SourceKind("camera", lambda spec: spec.partition(":")[0] == "camera", _open))

"""Cameras by number and name: through OpenCV, or else FFmpeg."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from pleinair.engine.clock import now
from pleinair.engine.errors import PictureError, SourceNotFound
from pleinair.engine.media.films import Device, Film
from pleinair.engine.sources.arriving import Arriving, ArrivingSource
from pleinair.engine.sources.base import Source, SourceFormat
from pleinair.engine.sources.registry import SourceKind, SourceRequest, register_source
from pleinair.engine.sources.stream import stream_source

APIS = {"win32": (cv2.CAP_DSHOW, cv2.CAP_MSMF), "darwin": (cv2.CAP_AVFOUNDATION,)}.get(
    sys.platform, (cv2.CAP_V4L2,)
)
"""OpenCV's interfaces to cameras here, the better first; numbers of one mean nothing to another."""
EMPTY_READS = 30
"""In a row, after which a camera counts as lost."""

# What fails is told in a sentence; OpenCV would print lines of its own beside it.
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


@dataclass(frozen=True)
class Camera:
    """A camera as the system lists it: the number for ``camera:N``, its name, and the path of its device."""

    number: int
    name: str
    path: str = ""


def list_cameras(api: int = APIS[0]) -> list[Camera]:
    """All cameras that the system knows, without opening them."""
    from cv2_enumerate_cameras import enumerate_cameras  # slow on Windows, so only when asked

    return [Camera(info.index, info.name, info.path or "") for info in enumerate_cameras(api)]


def camera_specs(cameras: Sequence[Camera]) -> list[str]:
    """What each is called on the command line and remembered as: by its name, since numbers change when
    another is plugged in; by its number where two have one name."""
    names = Counter(camera.name.lower() for camera in cameras)
    return [f"camera:{c.number if names[c.name.lower()] > 1 or not c.name else c.name}" for c in cameras]


def open_by_opencv(number: int, api: int, request: SourceRequest) -> ArrivingSource:
    """A camera through one of OpenCV's interfaces. Raises SourceNotFound."""
    name = f"camera {number}"
    capture = open_device(number, api, *request.size, request.fps)
    source = ArrivingSource(
        name,
        _pictures(capture),
        capture.release,
        capture.get(cv2.CAP_PROP_FPS),
        check="its cable",
        not_found=f"There is no picture from {name}; plug it in, close other programs that use it, "
        "or try 'pleinair cameras' or --source demo.",
    )
    source.notice = _granted(request, source.format)
    return source


def _pictures(capture: cv2.VideoCapture) -> Arriving:
    """Until none has come for some reads."""
    empty = 0
    while empty < EMPTY_READS and capture.isOpened():
        ok, pixels = capture.read()
        if ok and pixels is not None:
            empty = 0
            yield now(), np.asarray(pixels, dtype=np.uint8)
        else:
            empty += 1


def open_device(number: int, api: int, width: int, height: int, fps: int) -> cv2.VideoCapture:
    """Ask the system for a camera; comes back closed when there is none.

    Size and rate are asked for as the device opens, with MJPG, because some drivers are slow or
    deaf to it later (OpenCV issues 9084 and 26495).
    """
    # Device files exist in advance on Linux: asking OpenCV for a missing one prints warnings.
    if sys.platform == "linux" and not os.path.exists(f"/dev/video{number}"):
        return cv2.VideoCapture()
    wanted = {
        cv2.CAP_PROP_FOURCC: cv2.VideoWriter.fourcc(*"MJPG"),
        cv2.CAP_PROP_FRAME_WIDTH: width,
        cv2.CAP_PROP_FRAME_HEIGHT: height,
        cv2.CAP_PROP_FPS: fps,
    }
    capture = cv2.VideoCapture(number, api, [value for setting in wanted.items() for value in setting])
    # A backend may refuse settings that it does not know.
    return capture if capture.isOpened() else cv2.VideoCapture(number, api)


def _granted(request: SourceRequest, given: SourceFormat) -> str | None:
    """What to say where a camera does something else than it was asked for."""
    if not request.insisted or (
        (given.width, given.height) == request.size and abs(given.fps - request.fps) < 1
    ):
        return None
    width, height = request.size
    return f"The camera films at {given}; it does not offer {width}x{height} at {request.fps} fps."


def _open(request: SourceRequest) -> Source:
    camera = _find(request.spec.partition(":")[2])
    for api in APIS:
        number = camera.number if api == APIS[0] else _number_in(api, camera)
        if number is None:
            continue
        try:
            return open_by_opencv(number, api, request)
        except SourceNotFound as error:
            failed = error
    if sys.platform == "linux" and os.path.exists(f"/dev/video{camera.number}"):
        try:
            return open_by_ffmpeg(
                Device("v4l2", f"/dev/video{camera.number}", _v4l2(request)), camera, request
            )
        except PictureError:
            pass  # what OpenCV said is as good
    raise failed


def open_by_ffmpeg(device: Device, camera: Camera, request: SourceRequest) -> Source:
    """For cameras that OpenCV cannot open. Raises PictureError, SourceNotFound."""
    source = stream_source(Film(device), f"camera {camera.number}")
    source.notice = _granted(request, source.format)
    return source


def _v4l2(request: SourceRequest) -> dict[str, str]:
    width, height = request.size
    return {"video_size": f"{width}x{height}", "framerate": str(request.fps)}


def _find(which: str) -> Camera:
    """The camera of that number, or that name or a part of it; the first without either. Raises SourceNotFound."""
    if which.isdecimal():
        return Camera(int(which), "")
    cameras = list_cameras()
    found = [camera for camera in cameras if which.lower() == camera.name.lower()]
    found += [camera for camera in cameras if which.lower() in camera.name.lower()]
    if found:
        return found[0]
    if which:
        names = ", ".join(camera.name for camera in cameras) or "none"
        raise SourceNotFound(f"There is no camera named '{which}'; this computer has: {names}.")
    raise SourceNotFound("No camera was found; plug one in, or try --source demo.")


def _number_in(api: int, camera: Camera) -> int | None:
    """The number that another interface has for the camera: by its device, or else its name."""
    if not camera.name:
        camera = next((one for one in list_cameras() if one.number == camera.number), camera)
    others = list_cameras(api)
    same = [other for other in others if other.path and other.path.lower() == camera.path.lower()]
    same += [other for other in others if other.name and other.name == camera.name]
    return same[0].number if same else None


register_source(SourceKind("camera", lambda spec: spec.partition(":")[0] == "camera", _open))

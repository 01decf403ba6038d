"""What a cheap webcam makes of a scene, so that generators learn to paint through it.

What is to happen is drawn apart from what it does to a picture: pictures in the memory of a GPU (see
``resident``) are changed there by the same draws.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
FACE_BLUR = 16.0
"""Standard deviation in pixels of the borders of darkened faces."""


@dataclass(frozen=True)
class Light:
    """Picture ** ``gamma`` * ``gain``, clipped; ``gain`` float32 (3,), one for each of RGB."""

    gamma: float
    gain: Floats


@dataclass(frozen=True)
class Filming:
    """``blur``: a kernel float32 (7, 7) of sum 1; ``quality``: of a JPEG, 1 to 100; None for neither."""

    blur: Floats | None
    quality: int | None


NO_LIGHT = Light(1.0, np.ones(3, np.float32))


def draw_light(rng: np.random.Generator) -> Light:
    """Now and then a dim or hard-lit room, an underexposed picture, or a white balance that is off."""
    gamma, gain = 1.0, np.ones(3, np.float32)
    if rng.random() < 0.3:
        gamma = float(np.exp(rng.uniform(-0.4, 0.7)))
    if rng.random() < 0.15:
        gain = gain * np.float32(rng.uniform(0.35, 0.8))
    if rng.random() < 0.3:
        gain = gain * np.exp(rng.uniform(-0.15, 0.15, 3).astype(np.float32))
    return Light(gamma, gain)


def draw_face_light(rng: np.random.Generator) -> Light:
    """Every other time darker: photos to train on show dark skin and faces against the light more seldom than
    cameras do."""
    darker = rng.random() < 0.5
    light = Light(float(np.exp(rng.uniform(0.3, 1.0))), np.full(3, rng.uniform(0.6, 1.0), np.float32))
    return light if darker else NO_LIGHT


def draw_filming(rng: np.random.Generator) -> Filming:
    """Now and then motion blur, or a JPEG of poor quality. (Sensor noise is drawn later, for each style.)"""
    blurred, packed = rng.random() < 0.15, rng.random() < 0.3
    blur = _motion(rng) if blurred else None
    return Filming(blur, int(rng.integers(35, 85)) if packed else None)


def relight(photo: Floats, light: Light) -> Floats:
    """The scene in other light, float32 (3, H, W) RGB 0..1. The painting should follow it."""
    lit = photo ** np.float32(light.gamma) * light.gain[:, None, None]
    return np.asarray(np.clip(lit, 0, 1), np.float32)


def relight_faces(photo: Floats, faces: Floats, light: Light) -> Floats:
    """Only the faces in other light, with soft borders, float32 (3, H, W) RGB 0..1. ``faces`` (1, H, W): 1
    where they are."""
    if light is NO_LIGHT or not faces.any():
        return photo
    soft = np.minimum(1, 2 * cv2.GaussianBlur(np.ascontiguousarray(faces[0]), (0, 0), FACE_BLUR))
    return np.asarray(photo + soft * (relight(photo, light) - photo), np.float32)


def film(photo: Floats, filming: Filming) -> Floats:
    """What the camera delivers, float32 (3, H, W) RGB 0..1. The painting should not show it."""
    if filming.blur is None and filming.quality is None:
        return photo
    picture = np.ascontiguousarray(photo.transpose(1, 2, 0))
    if filming.blur is not None:
        blur = cv2.filter2D(picture, -1, filming.blur, borderType=cv2.BORDER_REPLICATE)
        picture = np.asarray(blur, np.float32)
    if filming.quality is not None:
        levels = np.round(picture[:, :, ::-1] * 255).astype(np.uint8)
        packed = cv2.imencode(".jpg", levels, [cv2.IMWRITE_JPEG_QUALITY, filming.quality])[1]
        levels = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR))
        picture = np.asarray(levels[:, :, ::-1] / 255, np.float32)
    return np.ascontiguousarray(picture.transpose(2, 0, 1), dtype=np.float32)


def _motion(rng: np.random.Generator) -> Floats:
    """A straight line of 2 to 4 px at any angle, as a kernel of sum 1."""
    half, angle = rng.uniform(1, 2), rng.uniform(0, np.pi)
    kernel = np.zeros((7, 7), np.float32)
    for place in np.linspace(-half, half, 33):
        kernel[round(3 + place * np.sin(angle)), round(3 + place * np.cos(angle))] += 1
    return np.asarray(kernel / kernel.sum(), np.float32)

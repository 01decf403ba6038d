"""What a cheap webcam makes of a scene, so that generators learn to paint through it."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


def light(photo: Floats, rng: np.random.Generator) -> Floats:
    """The scene in other light, float32 (3, H, W) RGB 0..1: now and then a dim or hard-lit room, an
    underexposed picture, or a white balance that is off. The painting should follow it."""
    lit: npt.NDArray[np.floating[Any]] = photo
    if rng.random() < 0.3:
        lit = lit ** np.float32(np.exp(rng.uniform(-0.4, 0.7)))
    if rng.random() < 0.15:
        lit = lit * np.float32(rng.uniform(0.35, 0.8))
    if rng.random() < 0.3:
        lit = lit * np.exp(rng.uniform(-0.15, 0.15, (3, 1, 1)).astype(np.float32))
    return np.asarray(np.clip(lit, 0, 1), np.float32)


def darken_faces(photo: Floats, faces: Floats, rng: np.random.Generator) -> Floats:
    """Every other time, the faces darker, with soft borders, float32 (3, H, W) RGB 0..1: photos to train on
    show dark skin and faces against the light more seldom than cameras do. ``faces`` likewise: 1 where
    they are."""
    if rng.random() < 0.5 or not faces.any():
        return photo
    soft = np.minimum(1, 2 * cv2.GaussianBlur(np.ascontiguousarray(faces[0]), (0, 0), 16))
    darker = photo ** np.float32(np.exp(rng.uniform(0.3, 1.0))) * np.float32(rng.uniform(0.6, 1.0))
    return np.asarray(photo + soft * (darker - photo), np.float32)


def film(photo: Floats, rng: np.random.Generator) -> Floats:
    """What the camera delivers, float32 (3, H, W) RGB 0..1: now and then with motion blur or as a JPEG of
    poor quality. The painting should not show it. (Sensor noise is drawn later, for each style.)"""
    blurred, packed = rng.random() < 0.15, rng.random() < 0.3
    if not (blurred or packed):
        return photo
    picture = np.ascontiguousarray(photo.transpose(1, 2, 0))
    if blurred:
        blur = cv2.filter2D(picture, -1, _motion(rng), borderType=cv2.BORDER_REPLICATE)
        picture = np.asarray(blur, np.float32)
    if packed:
        levels = np.round(picture[:, :, ::-1] * 255).astype(np.uint8)
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(35, 85))]
        levels = np.asarray(cv2.imdecode(cv2.imencode(".jpg", levels, quality)[1], cv2.IMREAD_COLOR))
        picture = np.asarray(levels[:, :, ::-1] / 255, np.float32)
    return np.ascontiguousarray(picture.transpose(2, 0, 1), dtype=np.float32)


def _motion(rng: np.random.Generator) -> Floats:
    """A straight line of 2 to 4 px at any angle, as a kernel of sum 1."""
    half, angle = rng.uniform(1, 2), rng.uniform(0, np.pi)
    kernel = np.zeros((7, 7), np.float32)
    for place in np.linspace(-half, half, 33):
        kernel[round(3 + place * np.sin(angle)), round(3 + place * np.cos(angle))] += 1
    return np.asarray(kernel / kernel.sum(), np.float32)

"""Random crops of photos, in varied light."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from pleinair.engine.errors import TrainingError
from pleinair.training.data.content import Content
from pleinair.training.data.faces import FaceMasks
from pleinair.training.data.pictures import RGB, Floats, flip_channels, resize_short_side, to_floats
from pleinair.training.data.webcam import (
    Filming,
    Light,
    draw_face_light,
    draw_filming,
    draw_light,
    film,
    relight,
    relight_faces,
)

ZOOM = (1.05, 2.2)
"""Short side of the scaled photo over the crop's side: from the whole scene to a face that fills the crop."""


FILM = 3
"""First number of the seeds of what the camera does; see ``losses.batches`` for others."""


@dataclass(frozen=True)
class CropDraw:
    """What was drawn for one crop: the number of its photo, the short side in pixels to which that is scaled,
    where the crop lies in it (vertically, horizontally, each 0..1), and the light and the camera, None where
    these do not vary."""

    photo: int
    short: int
    place: tuple[float, float]
    mirrored: bool
    face_light: Light | None = None
    light: Light | None = None
    filming: Filming | None = None


@dataclass(frozen=True)
class Crop:
    """A part of a photo, float32 (3, S, S) RGB 0..1.

    ``filmed``: the same as a poor camera delivers it. ``painted``, in training by pairs: the same part of the
    painted version. ``faces``, with face masks: float32 (1, S, S), 1 where there is a face.
    """

    photo: Floats
    filmed: Floats
    painted: Floats | None = None
    faces: Floats | None = None


@dataclass(frozen=True)
class Layers:
    """A photo as it was read, and what lies over it: uint8 (H, W, 3) RGB, all of one size."""

    photo: RGB
    painted: RGB | None
    faces: RGB | None


@dataclass
class PhotoCrops:
    """Random crops of photos, ``size`` pixels square.

    Crop ``index`` of step ``step`` depends on these two and ``seed`` alone, so a run can be resumed and
    shared among processes. A photo that cannot be read is skipped from then on and named in
    ``content.broken``. With ``vary``, the light differs (see ``webcam``); with ``masks`` too, faces also
    differ in light of their own.
    """

    content: Content
    size: int
    seed: int
    vary: bool = True
    masks: FaceMasks | None = None

    def draw(self, step: int, index: int) -> CropDraw:
        """What there is to know of a crop before its photo is read; the photo is none that is known as broken.

        Raises TrainingError when no photo can be read.
        """
        rng = np.random.default_rng([self.seed, step, index])
        photo = self._draw_photo(rng)
        low, high = np.log(ZOOM)
        short = round(self.size * float(np.exp(rng.uniform(low, high))))
        place, mirrored = rng.random(2), bool(rng.random() < 0.5)
        draw = CropDraw(photo, short, (float(place[0]), float(place[1])), mirrored)
        if not self.vary:
            return draw
        face_light, light = draw_face_light(rng) if self.masks else None, draw_light(rng)
        filming = draw_filming(np.random.default_rng([FILM, self.seed, step, index]))
        return replace(draw, face_light=face_light, light=light, filming=filming)

    def crop(self, step: int, index: int) -> Crop:
        """Make one crop. Works without torch, whose threads would get in the way of the training itself.

        Raises TrainingError when no photo can be read.
        """
        layers = None
        while layers is None:  # a photo that turns out to be broken is not drawn again
            draw = self.draw(step, index)
            layers = self.read(draw.photo)

        def cut(layer: RGB | None) -> Floats | None:
            if layer is None:
                return None
            layer = resize_short_side(layer, draw.short)
            top, left = ((np.array(layer.shape[:2]) - self.size + 1) * draw.place).astype(int)
            layer = layer[top : top + self.size, left : left + self.size]
            return to_floats(layer[:, ::-1] if draw.mirrored else layer)

        photo, painted, faces = cut(layers.photo), cut(layers.painted), cut(layers.faces)
        assert photo is not None
        if faces is not None:
            faces = faces[:1]
            if draw.face_light is not None:
                photo = relight_faces(photo, faces, draw.face_light)
        if draw.light is not None:
            photo = relight(photo, draw.light)
        return Crop(photo, photo if draw.filming is None else film(photo, draw.filming), painted, faces)

    def read(self, number: int) -> Layers | None:
        """A photo with what lies over it; None, and it is named as broken, when it cannot be read."""
        photo, broken = self.content.photos[number], self.content.broken
        try:
            rgb, painted, faces = photo.read(), None, None
            if self.masks is not None:
                faces = self.masks.of(photo.name, flip_channels(rgb))
            if photo.read_painted is not None:
                size = (rgb.shape[1], rgb.shape[0])
                painted = np.asarray(
                    cv2.resize(photo.read_painted(), size, interpolation=cv2.INTER_AREA), np.uint8
                )
            return Layers(rgb, painted, faces)
        except TrainingError:
            if photo.name not in broken:  # another thread may have met it too
                broken.append(photo.name)
            return None

    def _draw_photo(self, rng: np.random.Generator) -> int:
        photos, broken = self.content.photos, self.content.broken
        while True:
            number = int(rng.integers(len(photos)))
            if photos[number].name not in broken:
                return number
            if all(p.name in broken for p in photos):
                raise TrainingError("None of the photos can be read; choose another folder.")

"""Random crops of photos, in varied light."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from pleinair.engine.errors import TrainingError
from pleinair.training.data.content import Content
from pleinair.training.data.faces import FaceMasks
from pleinair.training.data.pictures import RGB, Floats, flip_channels, resize_short_side, to_floats
from pleinair.training.data.webcam import darken_faces, light

ZOOM = (1.05, 2.2)
"""Short side of the scaled photo over the crop's side: from the whole scene to a face that fills the crop."""


@dataclass(frozen=True)
class Crop:
    """A part of a photo, float32 (3, S, S) RGB 0..1.

    ``painted``, in training by pairs: the same part of the painted version. ``faces``, with face masks:
    float32 (1, S, S), 1 where there is a face.
    """

    photo: Floats
    painted: Floats | None = None
    faces: Floats | None = None


@dataclass(frozen=True)
class _Layers:
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

    def crop(self, step: int, index: int) -> Crop:
        """Draw one crop. Works without torch, whose threads would get in the way of the training itself.

        Raises TrainingError when no photo can be read.
        """
        rng = np.random.default_rng([self.seed, step, index])
        layers = self._read(rng)
        low, high = np.log(ZOOM)
        short = round(self.size * float(np.exp(rng.uniform(low, high))))
        place, mirrored = rng.random(2), bool(rng.random() < 0.5)

        def cut(layer: RGB | None) -> Floats | None:
            if layer is None:
                return None
            layer = resize_short_side(layer, short)
            top, left = ((np.array(layer.shape[:2]) - self.size + 1) * place).astype(int)
            layer = layer[top : top + self.size, left : left + self.size]
            return to_floats(layer[:, ::-1] if mirrored else layer)

        photo, painted, faces = cut(layers.photo), cut(layers.painted), cut(layers.faces)
        assert photo is not None
        if faces is not None:
            faces = faces[:1]
        if self.vary:
            if faces is not None:
                photo = darken_faces(photo, faces, rng)
            photo = light(photo, rng)
        return Crop(photo, painted, faces)

    def _read(self, rng: np.random.Generator) -> _Layers:
        """A photo chosen at random; broken ones are skipped."""
        photos, broken = self.content.photos, self.content.broken
        while True:
            photo = photos[int(rng.integers(len(photos)))]
            if photo.name in broken:
                if all(p.name in broken for p in photos):
                    raise TrainingError("None of the photos can be read; choose another folder.")
                continue
            try:
                rgb, painted, faces = photo.read(), None, None
                if self.masks is not None:
                    faces = self.masks.of(photo.name, flip_channels(rgb))
                if photo.read_painted is not None:
                    size = (rgb.shape[1], rgb.shape[0])
                    painted = np.asarray(
                        cv2.resize(photo.read_painted(), size, interpolation=cv2.INTER_AREA), np.uint8
                    )
                return _Layers(rgb, painted, faces)
            except TrainingError:
                if photo.name not in broken:  # another thread may have met it too
                    broken.append(photo.name)

import json
from pathlib import Path

import numpy as np

from pleinair.engine.sources.pattern import draw
from pleinair.training.data.faces import Face, FaceMasks
from pleinair.training.data.pictures import flip_channels, to_tensor
from pleinair.training.evaluation.baseline import IterativeBaseline
from pleinair.training.evaluation.faces import face_retention, face_style, is_among
from pleinair.training.losses.loss_network import load_loss_network
from tests.training.data.test_faces import POINTS


def test_a_face_is_kept_when_its_points_stay_in_their_places() -> None:
    face = Face(100, 1.0, POINTS)
    assert is_among(face, [Face(90, 0.6, POINTS + 10)])
    assert not is_among(face, [Face(90, 0.6, POINTS + 40)])
    assert not is_among(face, [])


def test_only_sure_and_large_faces_of_the_photo_count() -> None:
    photo, painted = draw(0, 64, 48), draw(5, 64, 48)
    seen = {
        photo.tobytes(): [Face(100, 1.0, POINTS), Face(100, 0.7, POINTS), Face(50, 1.0, POINTS)],
        painted.tobytes(): [Face(100, 0.7, POINTS + 5)],
    }
    found = face_retention(lambda _: painted, [photo], lambda pixels: seen[pixels.tobytes()])
    assert json.dumps(found) == "[1, 1]"
    assert face_retention(lambda _: photo, [painted], lambda pixels: seen[pixels.tobytes()]) == (0, 0)


def test_the_style_within_faces_is_held_against_that_outside(loss_network_file: Path) -> None:
    network = load_loss_network(loss_network_file)
    photo = draw(0, 240, 180)
    other = np.random.default_rng(0).integers(0, 256, photo.shape, np.uint8)
    baseline = IterativeBaseline(network, to_tensor(flip_channels(other)))
    masks = FaceMasks(lambda pixels: [Face(100, 1.0, 0.5 * POINTS)])
    same = face_style(lambda _: other, baseline, [photo], masks)
    inside = masks.of("0", photo) > 0
    assert inside.any() and not inside.all() and same is not None
    painted_outside = face_style(lambda pixels: np.where(inside, pixels, other), baseline, [photo], masks)
    painted_inside = face_style(lambda pixels: np.where(inside, other, pixels), baseline, [photo], masks)
    assert painted_outside is not None and painted_inside is not None
    assert painted_inside < painted_outside
    assert face_style(lambda pixels: pixels, baseline, [photo], FaceMasks(lambda pixels: [])) is None

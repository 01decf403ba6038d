import json

from pleinair.engine.sources.pattern import draw
from pleinair.training.data.faces import Face
from pleinair.training.evaluation.faces import face_retention, is_among
from tests.training.data.test_faces import POINTS


def test_a_face_is_kept_when_its_points_stay_in_their_places() -> None:
    face = Face(100, 1.0, POINTS)
    assert is_among(face, [Face(90, 0.6, POINTS + 10)])
    assert not is_among(face, [Face(90, 0.6, POINTS + 40)])
    assert not is_among(face, [])


def test_only_sure_and_large_faces_of_the_photo_count() -> None:
    photo, painted = draw(0, 64, 48), draw(5, 64, 48)
    seen = {
        photo.tobytes(): [Face(100, 1.0, POINTS), Face(100, 0.7, POINTS), Face(20, 1.0, POINTS)],
        painted.tobytes(): [Face(100, 0.7, POINTS + 5)],
    }
    found = face_retention(lambda _: painted, [photo], lambda pixels: seen[pixels.tobytes()])
    assert json.dumps(found) == "[1, 1]"
    assert face_retention(lambda _: photo, [painted], lambda pixels: seen[pixels.tobytes()]) == (0, 0)

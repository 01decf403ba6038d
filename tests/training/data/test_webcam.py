import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pleinair.engine.sources.pattern import draw
from pleinair.training.data import webcam
from pleinair.training.data.webcam import Floats

PHOTO = np.ascontiguousarray(draw(0, 64, 48).transpose(2, 0, 1), dtype=np.float32) / np.float32(255)


def light(photo: Floats, rng: np.random.Generator) -> Floats:
    return webcam.relight(photo, webcam.draw_light(rng))


def film(photo: Floats, rng: np.random.Generator) -> Floats:
    return webcam.film(photo, webcam.draw_filming(rng))


def darken_faces(photo: Floats, faces: Floats, rng: np.random.Generator) -> Floats:
    return webcam.relight_faces(photo, faces, webcam.draw_face_light(rng))


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32))
def test_what_comes_out_is_a_picture_of_the_same_scene(seed: int) -> None:
    for change in (light, film):
        changed = change(PHOTO, np.random.default_rng(seed))
        assert changed.shape == PHOTO.shape and changed.dtype == np.float32
        assert changed.min() >= 0 and changed.max() <= 1
        assert np.corrcoef(changed.ravel(), PHOTO.ravel())[0, 1] > 0.8
        assert np.array_equal(changed, change(PHOTO, np.random.default_rng(seed)))


def test_most_pictures_stay_and_some_are_changed() -> None:
    for change in (light, film):
        same = sum(np.array_equal(change(PHOTO, np.random.default_rng(n)), PHOTO) for n in range(200))
        assert 60 < same < 150


def test_blur_and_packing_lose_detail_but_no_light() -> None:
    filmed = [film(PHOTO, np.random.default_rng(n)) for n in range(40)]
    changed = [picture for picture in filmed if not np.array_equal(picture, PHOTO)]
    assert max(abs(float(picture.mean() - PHOTO.mean())) for picture in changed) < 0.02
    assert any(np.square(np.diff(p)).mean() < 0.8 * np.square(np.diff(PHOTO)).mean() for p in changed)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32))
def test_faces_get_darker_and_all_else_stays(seed: int) -> None:
    photo = np.random.default_rng(seed).uniform(0.1, 0.9, (3, 160, 200)).astype(np.float32)
    faces = np.zeros_like(photo)
    faces[:, :60, :60] = 1
    changed = darken_faces(photo, faces, np.random.default_rng(seed))
    assert changed.shape == photo.shape and changed.dtype == np.float32
    assert np.array_equal(changed[:, 130:], photo[:, 130:])
    assert np.array_equal(changed, photo) or (changed[:, :60, :60] < photo[:, :60, :60]).all()
    assert np.all(changed > 0) and np.all(changed <= photo + 1e-6)
    assert np.array_equal(changed, darken_faces(photo, faces, np.random.default_rng(seed)))


def test_half_of_the_faces_stay_and_photos_without_any_too() -> None:
    faces = np.ones_like(PHOTO)
    same = sum(
        np.array_equal(darken_faces(PHOTO, faces, np.random.default_rng(n)), PHOTO) for n in range(200)
    )
    assert 70 < same < 130
    assert all(
        np.array_equal(darken_faces(PHOTO, 0 * faces, np.random.default_rng(n)), PHOTO) for n in range(20)
    )

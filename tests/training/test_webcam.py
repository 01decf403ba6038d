import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.camera.pattern import draw
from training.webcam import film, light

PHOTO = np.ascontiguousarray(draw(0, 64, 48).transpose(2, 0, 1), dtype=np.float32) / 255


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

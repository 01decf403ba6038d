"""What lies behind the person, as people ask for it."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleinair.engine.errors import PictureError, UsageError
from pleinair.engine.region.backdrop import cover, read_backdrop
from pleinair.engine.sources.pattern import draw
from pleinair.engine.styles.region import BLURRED, FILMED


def test_words() -> None:
    assert read_backdrop("filmed") is FILMED and read_backdrop("blurred") is BLURRED


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_any_color(rgb: tuple[int, int, int]) -> None:
    picture = read_backdrop("#{:02x}{:02X}{:02x}".format(*rgb)).picture
    assert picture is not None and tuple(picture[0, 0, ::-1]) == rgb


@pytest.mark.parametrize("text", ["", "#12345", "#1234567", "#12345g", "nowhere.png", "red"])
def test_what_there_is_not_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="like #203040"):
        read_backdrop(text)


def test_a_file_that_is_no_photo_is_refused(tmp_path: Path) -> None:
    (tmp_path / "note.png").write_text("no picture")
    with pytest.raises(PictureError):
        read_backdrop(str(tmp_path / "note.png"))


def test_a_photo_fills_the_frame_with_its_middle(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "photo.png"), draw(0, 400, 200))
    picture = read_backdrop(str(tmp_path / "photo.png")).picture
    assert picture is not None
    np.testing.assert_array_equal(cover(picture, 200, 200), draw(0, 400, 200)[:, 100:300])


@given(*[st.integers(1, 60)] * 4)
def test_any_photo_fills_any_frame(w: int, h: int, width: int, height: int) -> None:
    picture = np.full((h, w, 3), 9, np.uint8)
    filled = cover(picture, width, height)
    assert filled.shape == (height, width, 3) and (filled == 9).all()

"""Golden pictures, and what strength, colours and sizes do to them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pleinair.app.studio import Studio, open_studio
from pleinair.engine.compositing import blend
from pleinair.engine.errors import FrameSizeError
from pleinair.engine.files import GENERATORS
from pleinair.engine.sources.pattern import draw
from pleinair.engine.styles.look import Look
from pleinair.engine.stylizer import Stylizer, painted_size
from tests.support.golden import GoldenPictures
from tests.support.pictures import demo_frame


@pytest.mark.parametrize("generator", GENERATORS)
def test_every_style_paints_as_it_did(generator: str, update_golden: bool) -> None:
    studio = open_studio(generator)
    stylizer = studio.open_stylizer("cpu")
    golden = GoldenPictures(Path(__file__).parent / "golden" / generator, update_golden)
    for style_id in studio.library.styles:
        golden.check(style_id, stylizer.stylize(demo_frame(), studio.look(style_id)))
    stylizer.close()


def test_the_controls_of_fine_change_the_picture_evenly() -> None:
    studio = open_studio("fine")
    stylizer = studio.open_stylizer("cpu")
    frame = demo_frame()
    for name, values in (("stroke", (-1.0, 0.0, 1.0)), ("faces", (0.0, 0.5, 1.0))):
        for style_id in ("mosaic", "stained-glass"):
            low, middle, high = (
                stylizer.stylize(frame, studio.look(style_id, controls={name: value})).astype(float)
                for value in values
            )
            ends = np.abs(high - low).mean()
            assert ends > 2, (name, style_id)
            assert np.abs(middle - low).mean() < ends > np.abs(high - middle).mean(), (name, style_id)
    stylizer.close()


def test_a_smooth_wall_gets_strokes() -> None:
    studio = open_studio("fine")
    stylizer = studio.open_stylizer("cpu")
    wall = np.full((160, 240, 3), 250, np.uint8)
    style = studio.library.styles["stained-glass"]
    bare = replace(style, vectors={"fine": replace(style.vectors["fine"], noise=0.0)})
    painted, without = (stylizer.stylize(wall, Look(((one, 1.0),))) for one in (style, bare))
    assert painted.std() > 2 * without.std()
    assert np.array_equal(painted, stylizer.stylize(wall, Look(((style, 1.0),))))  # they stand still
    stylizer.close()


def test_styles_differ_from_each_other_and_from_the_frame(studio: Studio, stylizer: Stylizer) -> None:
    frame = demo_frame()
    painted = [stylizer.stylize(frame, studio.look(s)).astype(int) for s in studio.library.styles]
    for number, one in enumerate(painted):
        assert np.abs(one - frame).mean() > 10
        for other in painted[:number]:
            assert np.abs(one - other).mean() > 5


@settings(max_examples=25, deadline=None)
@given(st.integers(16, 90), st.integers(16, 90), st.floats(0, 1), st.booleans())
def test_any_size_comes_back_as_it_was(
    studio: Studio, stylizer: Stylizer, width: int, height: int, strength: float, keep: bool
) -> None:
    look = replace(studio.look("great-wave"), strength=strength, keep_colors=keep)
    painted = stylizer.stylize(draw(7, width, height), look)
    assert painted.shape == (height, width, 3) and painted.dtype == np.uint8


def test_strength_zero_gives_the_frame_back_bit_for_bit(stylizer: Stylizer, look: Look) -> None:
    for width, height in ((160, 120), (83, 61)):
        frame = np.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=np.uint8)
        for keep in (False, True):
            nothing = replace(look, strength=0.0, keep_colors=keep)
            np.testing.assert_array_equal(stylizer.stylize(frame, nothing), frame)
            np.testing.assert_array_equal(blend(frame, 255 - frame, 0.0, keep), frame)


def test_strength_is_a_straight_line(stylizer: Stylizer, look: Look) -> None:
    frame = demo_frame()
    full = stylizer.stylize(frame, look).astype(float)
    half = stylizer.stylize(frame, replace(look, strength=0.5)).astype(float)
    unclipped = (full > 0) & (full < 255)
    assert np.abs(half - (full + frame) / 2)[unclipped].max() <= 1.01


def test_kept_colours_are_the_frames(stylizer: Stylizer, look: Look) -> None:
    frame = demo_frame()
    kept = stylizer.stylize(frame, replace(look, keep_colors=True))
    # Differences of channels carry the colour; where nothing was clipped they stay.
    ok = ((kept > 0) & (kept < 255)).all(axis=2)
    chroma = kept.astype(int) - kept[..., 1:2]
    wanted = frame.astype(int) - frame[..., 1:2]
    assert ok.mean() > 0.5
    assert np.abs(chroma - wanted)[ok].max() <= 1


def test_the_work_size_changes_the_strokes_and_not_the_picture_size(stylizer: Stylizer, look: Look) -> None:
    frame = demo_frame(320, 240)
    large = stylizer.stylize(frame, look)
    small = stylizer.stylize(frame, look, 96)
    assert small.shape == large.shape and not np.array_equal(small, large)
    np.testing.assert_array_equal(stylizer.stylize(frame, replace(look, strength=0.0), 96), frame)


def test_pictures_too_small_for_the_graph_are_refused(stylizer: Stylizer, look: Look) -> None:
    with pytest.raises(FrameSizeError, match="100x8"):
        stylizer.stylize(np.zeros((8, 100, 3), np.uint8), look)


def test_pictures_too_large_for_the_graph_are_painted_smaller(stylizer: Stylizer, look: Look) -> None:
    frame = demo_frame(9000, 40)
    assert painted_size(9000, 40, None) == (8192, 36)
    assert stylizer.stylize(frame, look).shape == frame.shape


@pytest.mark.parametrize(
    ("size", "least", "most"),
    [((4000, 3000), 11.9e6, 12e6), ((8000, 6000), 9e6, 12e6), ((20_000, 10_000), 5e6, 7e6)],
)
def test_memory_limits_the_size_that_is_painted(size: tuple[int, int], least: float, most: float) -> None:
    width, height = painted_size(*size, None)
    assert least < width * height <= most
    assert width / height == pytest.approx(size[0] / size[1], rel=0.001)


def test_a_large_picture_is_finished_in_strips_in_its_own_memory(
    stylizer: Stylizer, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame, half = demo_frame(400, 303), replace(look, strength=0.5)
    whole = stylizer.stylize(frame, half, 96)
    monkeypatch.setattr("pleinair.engine.stylizer.IN_STRIPS", 0)
    monkeypatch.setattr("pleinair.engine.stylizer.STRIP", 32)
    own = frame.copy()
    assert stylizer.stylize(own, half, 96, reuse=True) is own
    assert np.abs(own.astype(int) - whole).max() <= 2  # OpenCV rounds in other places
    assert stylizer.stylize(frame, half, 96) is not frame

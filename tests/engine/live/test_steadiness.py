"""Keeping the painting from shimmering where the frame stands still. ``python -m tests.steadiness`` measures more."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pleinair.engine.frame import Pixels
from pleinair.engine.live.governor import Governor, Target
from pleinair.engine.live.pipeline import LivePipeline
from pleinair.engine.live.steadiness import Flicker, Steadiness, mean_flicker
from pleinair.engine.styles.look import Look
from pleinair.engine.stylizer import Stylizer
from tests.engine.live.test_pipeline import pattern, wait_for
from tests.steadiness import blended, edge_error, flicker, passing, sensor_noise, steadied, steady
from tests.support.pictures import demo_frame

FPS = 30


def noisy(frames: list[Pixels]) -> list[Pixels]:
    rng = np.random.default_rng(0)
    return [sensor_noise(frame, rng) for frame in frames]


def run(steadiness: Steadiness, pixels: Pixels, painted: Pixels, count: int, at: float = 0.0) -> Pixels:
    """Show the same frame and painting ``count`` times from ``at`` seconds on; the last picture."""
    shown = painted
    for number in range(count):
        shown = steady(steadiness, pixels, at + number / FPS, painted)
    return shown


def flat(grey: float, height: int = 96, width: int = 128) -> Pixels:
    return np.full((height, width, 3), round(grey), np.uint8)


@pytest.mark.parametrize("repeats", [1, 2], ids=["every frame new", "a camera that repeats its frames"])
def test_a_still_noisy_picture_shimmers_by_80_percent_less(
    stylizer: Stylizer, look: Look, repeats: int
) -> None:
    clean = [demo_frame(320, 240)] * 24
    frames = [frame for frame in noisy(clean[::repeats]) for _ in range(repeats)]
    painted = [stylizer.stylize(frame, look) for frame in frames]
    before, after = flicker(clean, painted), flicker(clean, steadied(frames, painted))
    assert before > 0.5
    assert after < 0.2 * before


def test_nothing_is_left_behind_what_moves(stylizer: Stylizer, look: Look) -> None:
    clean = [cv2.resize(frame, (320, 240)).astype(np.uint8) for frame in passing(demo_frame(640, 480), 24)]
    frames = noisy(clean)
    wanted = [stylizer.stylize(frame, look) for frame in clean]
    painted = [stylizer.stylize(frame, look) for frame in frames]
    before, after, ghosts = (
        edge_error(clean, wanted, shown) for shown in (painted, steadied(frames, painted), blended(painted))
    )
    assert ghosts > 3 * before  # the measure sees them
    assert after < 1.05 * before


def test_a_cut_is_shown_at_once_and_whole() -> None:
    steadiness = Steadiness()
    frame, other = demo_frame(), demo_frame()[:, ::-1].copy() // 2
    run(steadiness, frame, 255 - frame, 10)
    painted = 255 - other
    assert np.array_equal(run(steadiness, other, painted, 1, 10 / FPS), painted)


@pytest.mark.parametrize("fps", [10, 30, 60])
def test_where_the_frame_stands_still_a_new_painting_is_there_after_half_a_second(fps: int) -> None:
    steadiness, frame = Steadiness(), flat(90)
    run(steadiness, frame, flat(100), 10)
    shown = flat(100)
    for number in range(fps // 2):
        shown = steady(steadiness, frame, 9 / FPS + (number + 1) / fps, flat(200))
    assert 180 < shown.mean() < 195
    assert run(steadiness, frame, flat(200), 60, 1.0).mean() == 200  # and whole in the end


def test_light_that_changes_slowly_is_followed() -> None:
    steadiness, lags = Steadiness(), []
    for number in range(90):
        frame = flat(60 + number / 2)
        shown = steady(steadiness, frame, number / FPS, 255 - frame)
        lags.append(abs(float(shown.mean()) - 255 + float(frame.mean())))
    assert max(lags) <= 2


def test_with_another_look_or_size_all_begins_anew() -> None:
    steadiness, frame = Steadiness(), flat(90)
    run(steadiness, frame, flat(100), 10)
    painted = flat(200)
    assert steady(steadiness, frame, 10 / FPS, painted, "another look") is painted
    assert steady(steadiness, frame, 11 / FPS, flat(100), "another look").mean() > 150
    larger = flat(50, 120, 160)
    assert steady(steadiness, larger, 12 / FPS, larger, "another look") is larger


def test_switched_off_it_touches_nothing_and_remembers_nothing() -> None:
    steadiness, frame, painted = Steadiness(), flat(90), flat(200)
    run(steadiness, frame, flat(100), 10)
    steadiness.on = False
    assert steady(steadiness, frame, 10 / FPS, painted) is painted
    assert steadiness.flicker is None
    steadiness.on = True
    assert steady(steadiness, frame, 11 / FPS, painted) is painted


def test_after_a_frame_without_a_painting_all_begins_anew() -> None:
    steadiness, frame, painted = Steadiness(), flat(90), flat(200)
    run(steadiness, frame, flat(100), 10)
    steadiness.look_at(frame, 10 / FPS, "look")
    assert steady(steadiness, frame, 11 / FPS, painted) is painted
    run(steadiness, frame, flat(100), 10, 12 / FPS)
    steadiness.forget()
    assert steady(steadiness, frame, 22 / FPS, painted) is painted


@pytest.mark.parametrize("size", [(16, 16), (161, 121), (163, 18)])
def test_frames_of_any_size_are_taken(size: tuple[int, int]) -> None:
    width, height = size
    frame = demo_frame(width, height)
    shown = run(Steadiness(), frame, 255 - frame, 5)
    assert np.array_equal(shown, 255 - frame)


def test_flicker_is_told_where_the_frame_stands_still() -> None:
    steadiness = Steadiness()
    frames = noisy([flat(90)] * 20)
    left = np.arange(128) < 32
    for number, frame in enumerate(frames):
        painted = np.where(left[:, None], flat(0 if number % 2 else 250), flat(100 + 10 * (number % 2)))
        moving = np.where(left[:, None], flat(250 * (number % 2)), frame)
        steady(steadiness, moving, number / FPS, painted)
        if number == 0:
            assert steadiness.flicker is None
    assert steadiness.flicker is not None
    assert steadiness.flicker.painted == pytest.approx(10)
    assert 0 < steadiness.flicker.shown < 2
    assert mean_flicker([None, Flicker(2.0, 1.0), Flicker(4.0, 2.0)]) == Flicker(3.0, 1.5)
    assert mean_flicker([None]) is None


def test_the_live_path_steadies_unless_it_is_switched_off(stylizer: Stylizer, look: Look) -> None:
    with LivePipeline(pattern(), stylizer, look, governor=Governor(Target(), 240)) as live:
        assert live.steady
        wait_for(lambda: live.stats.snapshot().flicker is not None)
        found = live.stats.snapshot().flicker
        assert found is not None and found.shown < found.painted
        live.steady = False
        version = live.painted.get_newer(0, 1.0)
        assert version is not None
        # The picture after the next one was begun after the switch.
        wait_for(lambda: live.stats.snapshot(1).flicker is None)
        newest = live.painted.get_newer(version[0] + 1, 1.0)
        assert newest is not None
    painted = newest[1]
    assert np.array_equal(painted.pixels, stylizer.stylize(painted.frame.pixels, look, 240))

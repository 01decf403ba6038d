from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from pleinair.app.studio import Studio
from pleinair.engine.clock import now
from pleinair.engine.frame import Pixels
from pleinair.engine.live.pipeline import LivePipeline
from pleinair.engine.live.thumbnails import LONGEST_SECONDS, REST_SECONDS, SHARE, SHOWN, Thumbnails
from pleinair.engine.sources import open_source
from pleinair.engine.styles.look import Look
from pleinair.engine.stylizer import Stylizer
from tests.engine.live.test_pipeline import wait_for
from tests.support.pictures import demo_frame


@pytest.fixture
def looks(studio: Studio) -> list[Look]:
    return [studio.look(name) for name in ("udnie", "great-wave", "the-scream")]


def test_one_at_a_time_in_turn_and_then_a_rest(looks: list[Look], stylizer: Stylizer) -> None:
    thumbnails, frame = Thumbnails(), demo_frame(320, 240)
    thumbnails.paint_next(frame, stylizer, 100.0)
    assert not thumbnails.painted
    thumbnails.want(looks)
    for count in (1, 2, 3, 3):
        thumbnails.paint_next(frame, stylizer, 100.0)
        assert len(thumbnails.painted) == count
    first = thumbnails.painted["udnie"]
    assert first.shape == (SHOWN, 160, 3) and first.dtype == np.uint8
    thumbnails.paint_next(255 - frame, stylizer, 100.0 + REST_SECONDS / 2)
    assert thumbnails.painted["udnie"] is first
    thumbnails.paint_next(255 - frame, stylizer, 100.0 + REST_SECONDS)
    assert not np.array_equal(thumbnails.painted["udnie"], first)


def test_what_is_not_wanted_any_more_goes(looks: list[Look], stylizer: Stylizer) -> None:
    thumbnails = Thumbnails()
    thumbnails.want(looks)
    thumbnails.paint_next(demo_frame(), stylizer, 0.0)
    thumbnails.want(looks[1:])
    assert not thumbnails.painted


def test_without_a_gap_one_is_overdue(looks: list[Look], stylizer: Stylizer) -> None:
    thumbnails = Thumbnails()
    assert not thumbnails.overdue(100.0)
    thumbnails.want(looks)
    thumbnails.paint_next(demo_frame(), stylizer, 100.0, call=lambda work: None)  # takes no time
    assert not thumbnails.overdue(100.0) and thumbnails.overdue(100.1 + LONGEST_SECONDS)


def test_slow_ones_take_little_of_the_time(looks: list[Look], stylizer: Stylizer) -> None:
    def slow(work: Callable[[], Pixels]) -> Pixels:
        end = now() + 2 * SHARE * LONGEST_SECONDS
        painted = work()
        while now() < end:
            pass
        return painted

    thumbnails = Thumbnails()
    thumbnails.want(looks)
    began = now()
    thumbnails.paint_next(demo_frame(320, 240), stylizer, 100.0, call=slow)
    took = now() - began
    assert not thumbnails.overdue(100.0 + 1.9 * LONGEST_SECONDS) and thumbnails.overdue(
        100.0 + 1.01 * took / SHARE
    )


def test_the_live_path_paints_them_beside_its_frames(looks: list[Look], stylizer: Stylizer) -> None:
    with LivePipeline(lambda: open_source("demo"), stylizer, looks[0]) as live:
        live.thumbnails.want(looks)
        wait_for(lambda: len(live.thumbnails.painted) == len(looks))
        painted = live.stats.painted
        wait_for(lambda: live.stats.painted > painted)

"""Two generators in one live path: the better one where it keeps up, and the cheaper one below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from statistics import median

import pytest

from pleinair.app.studio import Studio, open_studio
from pleinair.engine.clock import now
from pleinair.engine.live.governor import Governor, Target
from pleinair.engine.live.notices import Notice
from pleinair.engine.live.pipeline import LivePipeline
from pleinair.engine.sources.pattern import PatternSource, draw
from pleinair.engine.styles.look import Look
from pleinair.engine.stylizer import Stylizer
from tests.engine.live.test_pipeline import pattern, wait_for


@pytest.fixture(scope="module")
def both() -> Studio:
    return open_studio()


@pytest.fixture
def opened(both: Studio) -> Iterator[Stylizer]:
    stylizer = both.open_stylizer("cpu")
    yield stylizer
    stylizer.close()


def test_a_computer_that_is_too_slow_falls_to_fast_and_is_told_what_to_do(
    both: Studio, opened: Stylizer
) -> None:
    assert list(opened.generators) == ["fine", "fast"]
    heard: list[Notice] = []
    governor = Governor(Target(latency_ms=0.1))  # which no computer keeps
    opened.seconds = dict.fromkeys(opened.seconds)  # as if nothing had been measured
    with LivePipeline(
        lambda: PatternSource(400, 300, 30.0), opened, both.look("udnie"), heard.append, governor
    ) as live:
        wait_for(lambda: live.stats.generator == "fine")
        wait_for(lambda: live.stats.painted_size == (267, 200), 30)
        assert live.stats.generator == "fast"
    assert [str(notice.kind) for notice in heard] == ["info"]
    assert "close other programs or film at a smaller size" in heard[0].text


def test_the_person_chooses_the_generator(both: Studio, opened: Stylizer) -> None:
    with LivePipeline(pattern(), opened, both.look("udnie"), governor=Governor(Target(fps=1))) as live:
        wait_for(lambda: live.stats.generator == "fine")
        live.quality = "fast"
        wait_for(lambda: live.stats.generator == "fast")
        live.quality = None
        wait_for(lambda: live.stats.generator == "fine")


def test_a_style_of_one_generator_is_painted_with_that_one(both: Studio, opened: Stylizer) -> None:
    """Also while it fades, and whatever the person chose."""
    style = both.library.get("mosaic")
    alone = Look(((replace(style, vectors={"fine": style.vectors["fine"]}), 1.0),))
    with LivePipeline(pattern(), opened, both.look("udnie")) as live:
        live.quality = "fast"
        wait_for(lambda: live.stats.generator == "fast")
        live.change_look(alone, 0.3)
        wait_for(lambda: live.stats.generator == "fine")
        assert live.look.name == "mosaic"


def test_a_person_is_told_what_helps_from_the_first_frame_on(both: Studio, opened: Stylizer) -> None:
    heard: list[Notice] = []
    opened.seconds = dict.fromkeys(opened.seconds, 10.0)  # for a million pixels
    live = LivePipeline(pattern(), opened, both.look("udnie"), heard.append)
    live.quality = "fine"
    with live:
        wait_for(lambda: live.stats.painted >= 3)
    assert (
        len(heard) == 1 and "200 lines only: close other programs, choose the quality Fast" in heard[0].text
    )


@pytest.mark.timing
def test_a_switch_of_generator_costs_no_frame_more_than_a_frame_time(both: Studio) -> None:
    """Once both are prepared, the first frame after a switch is like those that follow."""
    stylizer = both.open_stylizer()
    frame, look = draw(0, 640, 480), both.look("udnie")
    times: dict[str, list[float]] = {"fine": [], "fast": []}
    firsts: dict[str, list[float]] = {"fine": [], "fast": []}
    for _ in range(6):
        for name in times:
            for number in range(6):
                began = now()
                stylizer.stylize(frame, look, 480, name)
                (times if number else firsts)[name].append(now() - began)
    stylizer.close()
    for name, first in firsts.items():  # the very first run compiles, as preparation does in the live path
        assert median(first[1:]) < median(times[name]) + 1 / 30, name

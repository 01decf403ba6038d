from __future__ import annotations

from collections.abc import Iterator

import pytest

from pleinair.app.studio import Studio
from pleinair.engine.errors import BackendError
from pleinair.engine.live.governor import CHEAPER, Governor, Rung, Target
from pleinair.engine.live.preparation import Preparation
from pleinair.engine.live.thumbnails import LINES, Thumbnails
from pleinair.engine.stylizer import Stylizer
from tests.engine.live.test_pipeline import wait_for

FRAME = 1 / 30
SECONDS = {"fine": 0.3, "fast": 0.1}
"""For a million pixels."""


class Watched(Stylizer):
    """A real one that keeps what was prepared."""

    def __init__(self, stylizer: Stylizer) -> None:
        super().__init__(*stylizer.generators.values(), seconds=SECONDS)
        self.prepared: list[tuple[str, int, int]] = []
        self.fails = False

    def prepare(self, generator: str, width: int, height: int) -> None:
        self.prepared.append((generator, width, height))
        if self.fails:
            raise BackendError("Lost.")
        super().prepare(generator, width, height)


@pytest.fixture
def governor() -> Governor:
    governor = Governor(Target())
    governor.start(640, 480, SECONDS)
    return governor


@pytest.fixture
def thumbnails(studio: Studio) -> Thumbnails:
    thumbnails = Thumbnails()
    thumbnails.want([studio.look("udnie")])
    return thumbnails


@pytest.fixture
def preparation(governor: Governor, thumbnails: Thumbnails) -> Iterator[Preparation]:
    preparation = Preparation(governor, thumbnails)
    yield preparation
    assert preparation.stop()


@pytest.fixture
def stylizer(studio: Studio) -> Iterator[Watched]:
    stylizer = Watched(studio.open_stylizer("cpu"))
    yield stylizer
    stylizer.close()


def sizes(rungs: list[Rung]) -> list[tuple[str, int]]:
    return [(rung.generator, rung.work_size) for rung in rungs]


def keep_up(governor: Governor) -> None:
    """Paint one frame in time."""
    governor.observe(FRAME / 2, FRAME / 2, 30.0, 0.0)


def test_the_nearest_are_prepared_and_the_size_of_thumbnails(
    governor: Governor, preparation: Preparation, stylizer: Watched
) -> None:
    wanted = sizes(governor.missing())
    assert 1 <= len(wanted) <= CHEAPER + 1
    keep_up(governor)
    preparation.begin(stylizer, 640, 480)
    assert preparation.busy
    wait_for(lambda: not preparation.busy)
    assert [(name, height) for name, _, height in stylizer.prepared] == [*wanted, ("fast", LINES)]
    assert not governor.missing()


def test_nothing_is_prepared_for_thumbnails_that_nobody_wants(
    governor: Governor, preparation: Preparation, stylizer: Watched, thumbnails: Thumbnails
) -> None:
    thumbnails.want([])
    keep_up(governor)
    preparation.begin(stylizer, 640, 480)
    wait_for(lambda: not preparation.busy)
    assert ("fast", LINES) not in [(name, height) for name, _, height in stylizer.prepared]


def test_what_comes_near_later_is_prepared_then(
    governor: Governor, preparation: Preparation, stylizer: Watched
) -> None:
    keep_up(governor)
    preparation.begin(stylizer, 640, 480)
    wait_for(lambda: not preparation.busy)
    before = governor.rung
    for number in range(60):  # as long as twice the time there is
        governor.observe(2 * FRAME, 2 * FRAME, 30.0, 1 + 2 * number * FRAME)
    assert governor.rung.cost < before.cost
    further = sizes(governor.missing())
    assert further
    wait_for(lambda: not governor.missing())
    assert [(name, height) for name, _, height in stylizer.prepared[-len(further) :]] == further


def test_what_cannot_be_prepared_is_not_allowed_and_not_tried_again(
    governor: Governor, preparation: Preparation, stylizer: Watched
) -> None:
    stylizer.fails = True
    wanted = governor.missing()
    keep_up(governor)
    preparation.begin(stylizer, 640, 480)
    wait_for(lambda: not preparation.busy)
    assert governor.missing() == wanted
    assert len(stylizer.prepared) == len(set(stylizer.prepared)) == len(wanted) + 1

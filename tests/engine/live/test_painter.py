"""A backend that fails or hangs: the picture goes on, and something else paints."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from pleinair.app.studio import Studio
from pleinair.engine.errors import BackendError
from pleinair.engine.frame import Pixels
from pleinair.engine.live import painter as painting
from pleinair.engine.live.notices import Notice
from pleinair.engine.live.pipeline import LivePipeline
from pleinair.engine.sources import open_source
from pleinair.engine.sources.pattern import PatternSource
from pleinair.engine.styles.look import Look
from pleinair.engine.styles.region import Backdrop, BackdropKind
from pleinair.engine.stylizer import Stylizer
from tests.engine.live.test_pipeline import newest, pattern, wait_for
from tests.faults.engine import DEEDS, LASTING, NAME, Plan, faulty
from tests.support.pictures import demo_frame


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(painting, "LATE_SECONDS", 0.5)
    monkeypatch.setattr(painting, "HUNG_SECONDS", 1.0)


def is_told(notices: list[Notice]) -> list[Notice]:
    return [notice for notice in notices if "keeps up with" not in notice.text]


def test_where_nothing_paints_any_more_it_is_said_and_another_can_be_chosen(
    look: Look, tmp_path: Path, stylizer: Stylizer
) -> None:
    notices: list[Notice] = []
    plan = Plan(DEEDS["raises"], 3, LASTING[2])
    tried: list[tuple[str, tuple[str, ...]]] = []
    with faulty(plan, tmp_path) as studio:

        def reopen(backend: str, without: Collection[str]) -> Stylizer:
            tried.append((backend, tuple(without)))
            if backend == "auto":
                raise BackendError("No backend runs here.")
            return studio.open_stylizer(backend)

        first, last = studio.open_stylizer(NAME), studio.open_stylizer("cpu")
        plan.armed = True
        with LivePipeline(pattern(), first, look, notices.append, reopen=reopen) as live:
            wait_for(lambda: len(is_told(notices)) == 2)
            assert tried == [(NAME, ()), ("auto", (NAME,))]
            unpainted = live.stats.unpainted
            wait_for(lambda: live.stats.unpainted > unpainted + 3)
            shown = newest(live)
            np.testing.assert_array_equal(shown.pixels, shown.frame.pixels)
            told = is_told(notices)
            assert [str(notice.kind) for notice in told] == ["info", "error"]
            assert "choose another backend" in told[1].text
            live.switch_stylizer(last)
            painted = live.stats.painted
            wait_for(lambda: live.stats.painted > painted + 3)
        assert len(tried) == 2 and len(is_told(notices)) == 2
        last.close()


def test_a_painting_that_never_returns_is_left(
    look: Look, tmp_path: Path, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = threading.Event()
    notices: list[Notice] = []

    def hang(outputs: dict[str, Pixels]) -> dict[str, Pixels]:
        released.wait()
        return outputs

    plan = Plan(hang, 5, LASTING[0])
    with faulty(plan, tmp_path) as studio:
        first = studio.open_stylizer(NAME)
        plan.armed = True
        session = first.generator.session
        live = LivePipeline(pattern(), first, look, notices.append, reopen=studio.open_stylizer)
        with live:
            wait_for(lambda: live.stats.unpainted > 0)
            wait_for(lambda: live.stylizer is not first, 30)
            painted = live.stats.painted
            wait_for(lambda: live.stats.painted > painted + 3)
            assert live.stylizer.generator.session.backend == NAME
            assert hasattr(session, "_session") and hasattr(session._session, "_session")  # still in use
        live.stylizer.close()
        assert len(is_told(notices)) == 1
        released.set()
        wait_for(lambda: not hasattr(session._session, "_session"))  # freed by the last who used it


def test_what_is_late_again_is_told_again(look: Look, tmp_path: Path, impatient: None) -> None:
    notices: list[Notice] = []
    calls = count()

    def now_and_then(outputs: dict[str, Pixels]) -> dict[str, Pixels]:
        if next(calls) in (0, 10):
            time.sleep(0.7)
        return outputs

    plan = Plan(now_and_then, 3, LASTING[2])
    with faulty(plan, tmp_path) as studio:
        stylizer = studio.open_stylizer(NAME)
        plan.armed = True
        with LivePipeline(pattern(), stylizer, look, notices.append, reopen=studio.open_stylizer) as live:
            wait_for(lambda: len(is_told(notices)) == 2, 20)
            assert all("takes long" in notice.text for notice in notices if notice in is_told(notices))
            painted = live.stats.painted
            wait_for(lambda: live.stats.painted > painted + 3)
            assert live.stylizer is stylizer and len(is_told(notices)) == 2
        stylizer.close()


def test_what_fails_with_every_frame_is_told_once(look: Look, tmp_path: Path) -> None:
    notices: list[Notice] = []
    plan = Plan(DEEDS["raises"], 2, LASTING[2])
    with faulty(plan, tmp_path) as studio:
        stylizer = studio.open_stylizer(NAME)
        plan.armed = True
        with LivePipeline(pattern(), stylizer, look, notices.append) as live:
            wait_for(lambda: live.stats.unpainted > 10, 20)
            assert len(is_told(notices)) == 1
        stylizer.close()


def test_stopping_does_not_wait_for_what_never_returns(look: Look, tmp_path: Path, impatient: None) -> None:
    released = threading.Event()

    def hang(outputs: dict[str, Pixels]) -> dict[str, Pixels]:
        released.wait()
        return outputs

    plan = Plan(hang, 5, LASTING[2])
    with faulty(plan, tmp_path) as studio:
        live = LivePipeline(pattern(), studio.open_stylizer(NAME), look, reopen=studio.open_stylizer)
        plan.armed = True
        live.start()
        assert plan.begun.wait(20)
        began = time.monotonic()
        live.stop()
        live.stylizer.close()
        assert time.monotonic() - began < 5
        released.set()


def test_a_room_is_not_shown_where_nothing_can_be_painted(look: Look, tmp_path: Path) -> None:
    """The backdrop stays in place of it."""
    plan = Plan(DEEDS["raises"], 2, LASTING[2])
    with faulty(plan, tmp_path) as studio:
        hidden = replace(look, backdrop=Backdrop(BackdropKind.PICTURE, np.full((1, 1, 3), 200, np.uint8)))
        first = studio.open_stylizer(NAME)
        plan.armed = True
        with LivePipeline(lambda: open_source("demo"), first, hidden) as live:
            wait_for(lambda: live.stats.unpainted > 2, 20)
            shown = newest(live)
            corner = shown.pixels[:40, :40].reshape(-1, 3).mean(axis=0)
            assert np.abs(corner - shown.frame.pixels[:40, :40].reshape(-1, 3).mean(axis=0)).max() > 20
        first.close()


def test_what_is_in_use_is_closed_by_the_last_who_uses_it(studio: Studio, look: Look) -> None:
    stylizer = studio.open_stylizer("cpu")
    with stylizer._use():
        stylizer.close()
        stylizer.close()
        assert hasattr(stylizer.generator.session, "_session")
        with pytest.raises(BackendError):
            stylizer.stylize(demo_frame(64, 48), look)
    assert not hasattr(stylizer.generator.session, "_session")


def test_only_black_is_a_fault_but_not_of_a_dark_frame(look: Look, tmp_path: Path) -> None:
    plan = Plan(DEEDS["paints black"], 0, LASTING[2])
    with faulty(plan, tmp_path) as studio:
        stylizer = studio.open_stylizer("cpu")
        faults = studio.open_stylizer(NAME)
        plan.armed = True
        with pytest.raises(BackendError, match="all of it is black"):
            faults.stylize(demo_frame(64, 48), look)
        assert not faults.stylize(np.zeros((48, 64, 3), np.uint8), look).any()
        assert stylizer.stylize(np.zeros((48, 64, 3), np.uint8), look).any()
        stylizer.close()
        faults.close()


class StandsStill(PatternSource):
    """Its driver does not return."""

    def __init__(self, released: threading.Event) -> None:
        super().__init__(64, 48)
        self._released = released
        self.closed = threading.Event()

    def read(self) -> None:
        self._released.wait()

    def close(self) -> None:
        self.closed.set()


@pytest.fixture
def released() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def test_stopping_does_not_wait_for_a_source_that_stands_still(
    stylizer: Stylizer, look: Look, released: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pleinair.engine.live.pipeline.STOP_SECONDS", 0.2)
    source = StandsStill(released)
    live = LivePipeline(lambda: source, stylizer, look).start()
    began = time.monotonic()
    live.stop()
    assert time.monotonic() - began < 2 and not source.closed.is_set()
    released.set()
    assert source.closed.wait(5)

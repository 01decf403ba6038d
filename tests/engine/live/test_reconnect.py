from __future__ import annotations

import threading

from pleinair.engine.errors import SourceLost, SourceNotFound
from pleinair.engine.frame import Frame
from pleinair.engine.live.notices import Notice
from pleinair.engine.live.pipeline import LivePipeline
from pleinair.engine.live.reconnect import ReconnectingSource
from pleinair.engine.live.state import LiveState
from pleinair.engine.sources import Source
from pleinair.engine.sources.pattern import PatternSource
from pleinair.engine.sources.playback import Playback
from pleinair.engine.styles.look import Look
from pleinair.engine.stylizer import Stylizer
from tests.engine.live.test_pipeline import wait_for


class Unplugged:
    """The pattern, until the cable is pulled."""

    live = True
    damaged = 0
    notice: str | None = None
    playback: Playback | None = None
    name = "camera 0"

    def __init__(self, after: int) -> None:
        self._inner = PatternSource(320, 240)
        self.format = self._inner.format
        self._left = after
        self.closed = False

    def read(self) -> Frame | None:
        self._left -= 1
        if self._left < 0:
            raise SourceLost("The picture from camera 0 has stopped; check its cable.")
        return self._inner.read()

    def close(self) -> None:
        self.closed = True


def test_a_camera_that_goes_away_comes_back(stylizer: Stylizer, look: Look) -> None:
    opened: list[Unplugged] = []
    notices: list[Notice] = []

    def plug() -> Source:
        if len(opened) == 1 and not getattr(plug, "waited", False):
            plug.waited = True  # type: ignore[attr-defined]
            raise SourceNotFound("not yet")
        opened.append(Unplugged(10 if not opened else 10_000))
        return opened[-1]

    live = LivePipeline(plug, stylizer, look, notices.append)
    live.start()
    try:
        wait_for(lambda: live.stats.captured >= 15)
    finally:
        live.stop()
    assert [n.kind for n in notices if "keeps up" not in n.text] == ["lost", "back"]
    assert len(opened) == 2 and all(source.closed for source in opened)


def refused() -> Source:
    raise SourceNotFound("It is not there.")


def test_a_new_size_that_was_meant_for_a_lost_source_leaves_the_next_one_alone() -> None:
    source = ReconnectingSource(lambda: Unplugged(0), LiveState(lambda notice: None))
    source.reopen(refused)
    source.replace(lambda: PatternSource(64, 48))
    assert source.read() is not None and isinstance(source.current, PatternSource)
    assert source.read() is not None
    source.close()


def test_a_new_size_is_asked_for_though_the_old_one_cannot_be_opened() -> None:
    opened: list[Unplugged] = []

    def once() -> Source:
        if opened:
            return refused()
        opened.append(Unplugged(0))
        return opened[0]

    source = ReconnectingSource(once, LiveState(lambda notice: None))
    asking = threading.Timer(0.3, lambda: source.reopen(lambda: PatternSource(64, 48)))
    asking.start()
    assert source.read() is None  # lost, and tried again until the size is asked for
    while source.read() is None:
        pass
    assert isinstance(source.current, PatternSource)
    asking.join()
    source.close()

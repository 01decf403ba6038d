"""What every source must do: those that ship, and a dummy one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from pleinair.app.cli import main
from pleinair.engine.clock import now
from pleinair.engine.errors import SourceLost, SourceNotFound
from pleinair.engine.files import asset
from pleinair.engine.frame import Frame
from pleinair.engine.sources import Source, SourceFormat, open_source
from pleinair.engine.sources.base import Pace, SourceEnded
from pleinair.engine.sources.pattern import draw
from pleinair.engine.sources.playback import Playback
from pleinair.engine.sources.registry import SourceKind, SourceRequest, find_source, register_source
from tests.engine.sources.broadcast import broadcast, serve
from tests.engine.sources.reading import read, read_all
from tests.support.cameras import Cameras
from tests.support.pictures import write_clip


class DummySource:
    """A source of one file: grey pictures that grow lighter, ``dummy:N`` of them."""

    live = False
    damaged = 0
    notice: str | None = None
    playback: Playback | None = None

    def __init__(self, request: SourceRequest) -> None:
        self.name = request.spec
        self.format = SourceFormat(*request.size, 100.0)
        self._left = int(request.spec.partition(":")[2])
        if not self._left:
            raise SourceNotFound("There are no pictures in 'dummy:0'; ask for more.")
        self._pace, self._index = Pace(), 0

    def read(self) -> Frame | None:
        if self._index == self._left:
            raise SourceEnded
        due = self._pace.wait(self._index / self.format.fps)
        if due is None:
            return None
        shape = (self.format.height, self.format.width, 3)
        frame = Frame(np.full(shape, self._index % 256, np.uint8), self._index, due)
        self._index += 1
        return frame

    def close(self) -> None:
        pass


DUMMY = SourceKind("dummy", lambda spec: spec.startswith("dummy:"), DummySource)


@pytest.fixture(autouse=True)
def with_dummy(monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_source("demo") is not None  # registers those that ship
    from pleinair.engine.sources import registry

    monkeypatch.setattr(registry, "_registered", dict(registry._registered))
    register_source(DUMMY)


@pytest.fixture(params=["camera", "demo", "dummy", "pattern", "still", "stream", "video", "video-address"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def opener(kind: str, tmp_path: Path, cameras: Cameras) -> Iterator[Callable[[], Source]]:
    """Opens a source of each kind."""
    photo = tmp_path / "photo.png"
    cv2.imwrite(str(photo), draw(3, 160, 48))
    specs = {"dummy": "dummy:8", "still": str(photo), "video": str(asset("demo.mp4"))}
    if kind == "camera":
        cameras.plug_in()
    if kind == "stream":
        with broadcast(frames=30) as address:
            yield lambda: open_source(address)
    elif kind == "video-address":
        write_clip(tmp_path / "clip.mp4")
        with serve(tmp_path) as address:
            yield lambda: open_source(f"{address}/clip.mp4")
    else:
        yield lambda: open_source(specs.get(kind, kind))


@pytest.fixture
def source(opener: Callable[[], Source]) -> Iterator[Source]:
    opened = opener()
    yield opened
    opened.close()


def test_it_tells_what_it_is(source: Source, kind: str) -> None:
    assert source.name
    assert source.live == (kind in ("camera", "stream", "video-address"))
    assert source.format.width > 0 and source.format.height > 0 and source.format.fps >= 0


def test_frames_come_as_promised(source: Source) -> None:
    last = 0.0
    for index in range(6):
        frame = read(source)
        assert frame.index == index
        assert frame.pixels.shape == (source.format.height, source.format.width, 3)
        assert frame.pixels.dtype == np.uint8
        assert frame.pixels.flags.c_contiguous and not frame.pixels.flags.writeable
        assert last < frame.captured_at <= now()
        last = frame.captured_at


def test_what_was_read_stays_as_it_is(source: Source) -> None:
    first = read(source)
    kept = first.pixels.copy()
    for _ in range(3):
        read(source)
    np.testing.assert_array_equal(first.pixels, kept)


def test_it_can_be_closed_twice_and_opened_again(opener: Callable[[], Source]) -> None:
    for _ in range(2):
        source = opener()
        assert read(source) is not None
        source.close()
        source.close()


@pytest.mark.parametrize("kind", ["camera", "stream"], indirect=True)
def test_a_live_source_that_stops_is_lost(source: Source) -> None:
    with pytest.raises(SourceLost, match="has stopped"):
        while True:
            read(source)


@pytest.mark.parametrize("kind", ["dummy"], indirect=True)
def test_a_file_ends(source: Source) -> None:
    assert [frame.index for frame in read_all(source)] == list(range(8))
    with pytest.raises(SourceEnded):
        source.read()


@pytest.mark.parametrize(
    "spec", ["camera:97", "dummy:0", "http://127.0.0.1:9/", "nowhere.mp4", "nowhere.png"]
)
def test_what_is_not_there_ends_in_a_sentence(spec: str) -> None:
    with pytest.raises(SourceNotFound, match=r"; .+\.$"):
        open_source(spec)


def test_a_registered_source_is_a_source_of_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["live", "--headless", "--source", "dummy:12", "--style", "udnie", "--json"]) == 0
    assert '"source": "dummy:12"' in capsys.readouterr().out

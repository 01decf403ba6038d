"""Pausing clips, and moving within them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pleinair.engine.media.kinds import open_clip
from pleinair.engine.sources.pattern import draw, read_number
from pleinair.engine.sources.video import STANDING, ClipSource
from tests.engine.sources.reading import read
from tests.support.clock import ManualClock

FRAMES = 60
FPS = 25


def write_numbered(path: Path) -> None:
    """Pictures that carry their number, 25 a second; one key frame in a video."""
    pictures = [draw(number, 160, 64) for number in range(FRAMES)]
    if path.suffix == ".gif":
        first, *others = [Image.fromarray(picture[..., ::-1]) for picture in pictures]
        first.save(path, save_all=True, append_images=others, duration=1000 // FPS)
        return
    import av

    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=FPS, options={"g": "1000", "bf": "2"})
        stream.width, stream.height, stream.pix_fmt = 160, 64, "yuv420p"
        for picture in pictures:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        out.mux(stream.encode(None))


@pytest.fixture(params=["mp4", "mkv", "ts", "gif"])
def source(request: pytest.FixtureRequest, tmp_path: Path, clock: ManualClock) -> Iterator[ClipSource]:
    path = tmp_path / f"clip.{request.param}"
    write_numbered(path)
    opened = ClipSource(path.name, lambda: open_clip(path), loop=True, clock=clock)
    yield opened
    opened.close()


def number(source: ClipSource) -> int:
    return read_number(read(source).pixels)


def test_a_clip_knows_its_length_and_where_it_is(source: ClipSource) -> None:
    assert source.playback.duration == pytest.approx(FRAMES / FPS, abs=0.05)
    for _ in range(5):
        read(source)
    assert source.playback.position == pytest.approx(4 / FPS, abs=0.011)


@pytest.mark.parametrize("wanted", [0, 1, 17, 43, FRAMES - 1])
def test_it_goes_on_from_where_it_is_moved_to(source: ClipSource, wanted: int) -> None:
    assert number(source) == 0
    source.playback.seek((wanted + 0.5) / FPS)
    assert [number(source) for _ in range(3)] == [(wanted + step) % FRAMES for step in range(3)]


def test_at_its_very_end_it_begins_again(source: ClipSource) -> None:
    read(source)
    source.playback.seek(1e9)
    assert number(source) in (0, FRAMES - 1)


def test_while_it_is_paused_the_same_picture_comes_at_a_steady_pace(
    source: ClipSource, clock: ManualClock
) -> None:
    frames = [read(source) for _ in range(3)]
    source.playback.paused = True
    frames += [read(source) for _ in range(10)]
    assert all(np.array_equal(frame.pixels, frames[2].pixels) for frame in frames[3:])
    assert [frame.index for frame in frames] == list(range(13))
    steps = np.diff([frame.captured_at for frame in frames[2:]])
    np.testing.assert_allclose(steps, float(STANDING), atol=1e-6)
    source.playback.paused = False
    before = clock.now()
    assert [number(source) for _ in range(3)] == [3, 4, 5]
    assert clock.now() - before == pytest.approx(3 / FPS, abs=0.011)


def test_a_paused_clip_can_be_moved_within(source: ClipSource) -> None:
    read(source)
    source.playback.paused = True
    source.playback.seek(30.5 / FPS)
    assert [number(source) for _ in range(3)] == [30, 30, 30]

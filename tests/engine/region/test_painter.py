"""The person or the background is painted, before what lies behind the person."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest

from pleinair.app.studio import Studio
from pleinair.engine.errors import BackendError
from pleinair.engine.files import asset
from pleinair.engine.frame import Paint, Pixels
from pleinair.engine.live.pipeline import LivePipeline
from pleinair.engine.region import layers, person, segmentation
from pleinair.engine.region.backdrop import blurred, cover, read_backdrop
from pleinair.engine.region.painter import RegionPainter
from pleinair.engine.region.segmentation import Segmenter, reduced
from pleinair.engine.sources import open_source
from pleinair.engine.sources.pattern import draw
from pleinair.engine.styles.look import Look
from pleinair.engine.styles.region import Region
from pleinair.engine.stylizer import Stylizer
from tests.engine.live.test_pipeline import wait_for
from tests.region import flickers, frames_of, mask_of
from tests.support.golden import GoldenPictures
from tests.support.pictures import demo_frame

COLOR = "#204060"
FRAME = demo_frame(320, 240)


def look_at(region: str, backdrop: str) -> Look:
    return Look((), region=Region(region), backdrop=read_backdrop(backdrop))


def inverted(pixels: Pixels) -> Pixels:
    return 255 - pixels


def paint(region: str, backdrop: str, frame: Pixels = FRAME) -> Pixels:
    return composed(look_at(region, backdrop), frame.copy())


def composed(look: Look, frame: Pixels, paint: Paint = inverted) -> Pixels:
    """By a painter without frames before."""
    with closing(RegionPainter()) as one:
        return one.paint(frame, look, paint)


@pytest.fixture
def one() -> Iterator[RegionPainter]:
    with closing(RegionPainter()) as painter:
        yield painter


@pytest.fixture
def photo(tmp_path: Path) -> str:
    path = tmp_path / "beach.png"
    cv2.imwrite(str(path), draw(3, 500, 200))
    return str(path)


def test_each_region_before_each_backdrop(photo: str) -> None:
    mask = mask_of(FRAME)
    person, background = mask == 255, mask == 0
    assert person.mean() > 0.3 and background.mean() > 0.3
    beach, color = cover(draw(3, 500, 200), 320, 240), np.full_like(FRAME, (0x60, 0x40, 0x20))
    for backdrop, behind in (("filmed", FRAME), (COLOR, color), (photo, beach)):
        for region in Region:
            picture = paint(region, backdrop)
            painted = [region in (Region.ALL, part) for part in (Region.PERSON, Region.BACKGROUND)]
            for where, layer, is_painted in zip((person, background), (FRAME, behind), painted, strict=True):
                np.testing.assert_array_equal(
                    picture[where], (inverted(layer) if is_painted else layer)[where]
                )


def test_the_blur_has_a_tenth_of_the_person() -> None:
    """A person, red as nothing else here, leaves little red beside them."""
    outside = mask_of(FRAME) == 0
    red = np.asarray(cv2.cvtColor(cv2.cvtColor(FRAME, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR), np.uint8)
    red[~outside] = (0, 0, 255)
    blur = blurred(reduced(red), Segmenter().mask(reduced(FRAME)), 320, 240)
    simple = cv2.GaussianBlur(red, (0, 0), 0.03 * 240)
    tinge, of_simple = (
        (picture[..., 2].astype(int) - picture[..., 0])[outside].mean()
        for picture in (cv2.resize(blur, (320, 240)), simple)
    )
    assert tinge < of_simple / 10


def test_without_a_person_all_is_background(photo: str) -> None:
    scene = draw(7, 320, 240)
    np.testing.assert_array_equal(paint("person", "filmed", scene), scene)
    np.testing.assert_array_equal(paint("background", "filmed", scene), inverted(scene))
    np.testing.assert_array_equal(paint("all", photo, scene), inverted(cover(draw(3, 500, 200), 320, 240)))


def test_nothing_is_searched_where_all_is_painted_as_filmed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segmentation, "asset", lambda *parts: Path("nowhere.onnx"))
    np.testing.assert_array_equal(paint("all", "filmed"), inverted(FRAME))
    with pytest.raises(BackendError, match="install Plein Air again"):
        paint("person", "filmed")


def test_the_edge_flickers_less_than_half_as_much() -> None:
    network, refined = flickers(islice(frames_of(asset("demo.mp4")), 30))
    assert network > 5  # there is something to be calmed
    assert refined < network / 2


def test_the_mask_stays_with_the_network(one: RegionPainter) -> None:
    """Calm is no excuse for staying behind: two seconds of a moving man are where the network sees him."""
    segmenter, shares = Segmenter(), []
    for frame in islice(frames_of(asset("demo.mp4"), (320, 240)), 60):
        mask = mask_of(frame, one) > 127
        network = cv2.resize(segmenter.mask(reduced(frame)), (320, 240)) > 0.5
        shares.append((mask & network).sum() / (mask | network).sum())
    assert np.mean(shares) > 0.95


@pytest.mark.parametrize("next_clip", ["restart", "size", "cut"])
def test_another_clip_inherits_nothing(one: RegionPainter, next_clip: str) -> None:
    other = FRAME[:, ::-1].copy() if next_clip == "restart" else draw(1, 320, 240)
    if next_clip == "size":
        other = demo_frame(240, 320)
    for frame in islice(frames_of(asset("demo.mp4"), (320, 240)), 4):
        mask_of(frame, one)
    if next_clip == "restart":
        one.restart()
    np.testing.assert_array_equal(mask_of(other, one), mask_of(other))


def test_a_large_picture_is_composed_in_strips_and_in_its_own_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = demo_frame(640, 480)
    looks = [look_at(*words) for words in (("person", "filmed"), ("background", COLOR), ("all", "blurred"))]
    wanted = [composed(look, frame.copy()) for look in looks]
    monkeypatch.setattr(person, "LARGE", 640 * 480 // 2)
    monkeypatch.setattr(layers, "LARGE", 640 * 480 // 2)
    monkeypatch.setattr(layers, "STRIP", 100)

    def in_place(pixels: Pixels) -> Pixels:
        result = pixels if pixels.flags.writeable else np.empty_like(pixels)
        np.subtract(255, pixels, out=result)
        return result

    for look, whole in zip(looks, wanted, strict=True):
        given = frame.copy()
        picture = composed(look, given, in_place)
        difference = np.abs(picture.astype(int) - whole)
        assert difference.mean() < 0.5 and np.quantile(difference, 0.999) < 40  # the mask has half the lines
        np.testing.assert_array_equal(given, frame)


def test_frames_go_on_as_they_were_until_the_network_is_there(
    one: RegionPainter, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    class Slow(Segmenter):
        def __init__(self) -> None:
            assert go_on.wait(5)
            super().__init__()

    monkeypatch.setattr(person, "Segmenter", Slow)
    one.paint(FRAME, look_at("all", "filmed"), inverted)
    np.testing.assert_array_equal(one.paint(FRAME, look_at("person", COLOR), inverted), inverted(FRAME))
    go_on.set()
    paint = partial(one.paint, FRAME, look_at("person", COLOR), inverted)
    wait_for(lambda: tuple(paint()[5, 300]) == (0x60, 0x40, 0x20))


def test_a_network_that_does_not_answer_is_told(one: RegionPainter, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()
    monkeypatch.setattr(Segmenter, "mask", lambda self, small: go_on.wait(10))
    monkeypatch.setattr(person, "ANSWER_SECONDS", 0.3)
    one.paint(FRAME, look_at("all", "filmed"), inverted)
    try:
        with pytest.raises(BackendError, match="does not answer"):
            wait_for(lambda: one.paint(FRAME, look_at("person", COLOR), inverted) is None)
    finally:
        go_on.set()
    monkeypatch.undo()
    wait_for(
        lambda: tuple(one.paint(FRAME, look_at("person", COLOR), inverted)[5, 300]) == (0x60, 0x40, 0x20)
    )


def test_the_first_frame_waits_for_the_network() -> None:
    """Who asks for another backdrop does not want to be seen before their own, not even once."""
    assert tuple(paint("person", COLOR)[5, 300]) == (0x60, 0x40, 0x20)


def test_the_person_is_cut_out_as_before(update_golden: bool) -> None:
    golden = GoldenPictures(Path(__file__).parent.parent / "golden" / "region", update_golden)
    golden.check("person", composed(look_at("person", "#20d080"), FRAME, lambda pixels: pixels))


def test_live(studio: Studio, stylizer: Stylizer) -> None:
    look = studio.look("ink", region="person", backdrop=COLOR)
    with LivePipeline(lambda: open_source("demo", loop=True), stylizer, look) as live:
        newer = live.painted.get_newer(0, timeout=20)
    assert newer is not None
    painted = newer[1]
    mask = mask_of(painted.frame.pixels)
    assert (np.abs(painted.pixels[mask == 0].astype(int) - (0x60, 0x40, 0x20)) <= 1).all()
    assert not np.array_equal(painted.pixels[mask == 255], painted.frame.pixels[mask == 255])

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from pleinair.engine.errors import OutputExists, PictureError
from pleinair.engine.frame import Begin
from pleinair.engine.offline import stylize_file, stylize_folder
from pleinair.engine.sources.pattern import draw, read_number
from pleinair.engine.styles.look import Look
from pleinair.engine.stylizer import Stylizer
from tests.support.pictures import read_video


@pytest.fixture
def begin(stylizer: Stylizer, look: Look) -> Begin:
    return lambda: lambda pixels: stylizer.stylize(pixels, look)


def ignore(done: int, total: int) -> None:
    assert done >= 1


def film(path: Path, count: int = 20, sound: bool = True) -> None:
    """A video with uneven time stamps and a tone."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        audio = out.add_stream("aac", rate=48_000, layout="mono") if sound else None
        for number in range(count):
            frame = av.VideoFrame.from_ndarray(draw(number, 320, 240), format="bgr24")
            frame.pts, frame.time_base = number * 40 + (number % 3) * 5, Fraction(1, 1000)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
        if audio is not None:
            tone = np.sin(np.arange(48_000 * count // 25) * 0.06).astype(np.float32)[None]
            piece = av.AudioFrame.from_ndarray(tone, format="fltp", layout="mono")
            piece.sample_rate, piece.pts = 48_000, 0
            out.mux(audio.encode(piece))
            out.mux(audio.encode(None))


def stamps(path: Path, kind: str) -> list[float]:
    with av.open(str(path)) as file:
        packets = file.demux(file.streams.video[0] if kind == "video" else file.streams.audio[0])
        return sorted(float(packet.pts * packet.time_base) for packet in packets if packet.pts is not None)


def test_a_video_keeps_its_time_stamps_and_its_sound(begin: Begin, tmp_path: Path) -> None:
    source, target = tmp_path / "in.mp4", tmp_path / "out.mp4"
    film(source)
    seen: list[tuple[int, int]] = []
    result = stylize_file(source, target, begin, False, lambda done, total: seen.append((done, total)))
    assert (result.pictures, seen[-1]) == (20, (20, 20))
    np.testing.assert_allclose(stamps(target, "video"), stamps(source, "video"), atol=0.001)
    with av.open(str(source)) as one, av.open(str(target)) as other:
        sound = [[bytes(p) for p in f.demux(audio=0) if p.size] for f in (one, other)]
    assert sound[0] == sound[1] and len(sound[0]) > 10
    assert sorted(p.name for p in tmp_path.glob("*.mp4")) == ["in.mp4", "out.mp4"]


def test_a_silent_video_that_stays_as_it_is(tmp_path: Path) -> None:
    source, target = tmp_path / "in.mp4", tmp_path / "out.mp4"
    film(source, 8, sound=False)
    stylize_file(source, target, lambda: lambda pixels: pixels, False, ignore)
    assert [read_number(picture) for picture in read_video(target)[1]] == list(range(8))
    with av.open(str(target)) as file:
        assert not file.streams.audio


def test_a_photo_is_painted_and_an_old_file_kept(begin: Begin, tmp_path: Path) -> None:
    source, target = tmp_path / "in.png", tmp_path / "out.png"
    cv2.imwrite(str(source), draw(5, 200, 120))
    stylize_file(source, target, begin, False, ignore)
    first = target.read_bytes()
    painted = cv2.imread(str(target))
    np.testing.assert_array_equal(painted, begin()(draw(5, 200, 120)))
    with pytest.raises(OutputExists):
        stylize_file(source, target, begin, False, ignore)
    assert target.read_bytes() == first
    stylize_file(source, target, begin, True, ignore)


def test_a_folder_goes_on_past_broken_files(begin: Begin, tmp_path: Path) -> None:
    source, target = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    cv2.imwrite(str(source / "a.jpg"), draw(1, 100, 80))
    (source / "b.jpg").write_bytes(b"not a photo")
    (source / "c.mp4").write_bytes(b"not a video" * 99)
    (source / "notes.txt").write_text("left alone")
    film(source / "d.mov", 5)
    result = stylize_folder(source, target, begin, False, False, ignore)
    assert sorted(p.name for p in target.iterdir()) == ["a.jpg", "d.mp4"]
    assert (result.files, sorted(result.skipped)) == (2, ["b.jpg", "c.mp4", "notes.txt"])
    assert sorted(result.failed) == ["b.jpg", "c.mp4"]
    assert all(reason.endswith(".") for reason in result.skipped.values())


@pytest.mark.parametrize("name", ["out.avi", "out", "out.jpg"])
def test_videos_are_written_as_mp4(begin: Begin, tmp_path: Path, name: str) -> None:
    film(tmp_path / "in.mp4", 3)
    with pytest.raises(PictureError, match=r"out\.mp4"):
        stylize_file(tmp_path / "in.mp4", tmp_path / name, begin, False, ignore)


def test_unreadable_input_leaves_nothing_behind(begin: Begin, tmp_path: Path) -> None:
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(b"\0" * 5000)
    with pytest.raises(PictureError, match=r"bad\.mp4"):
        stylize_file(bad, tmp_path / "out.mp4", begin, False, ignore)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(PictureError, match="no photos or videos"):
        stylize_folder(empty, tmp_path / "out", begin, False, False, ignore)
    assert [p.name for p in tmp_path.iterdir() if p.name not in ("home", "empty")] == ["bad.mp4"]

"""Time stamps, damage, shapes and colours of videos."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from pleinair.engine.errors import PictureError
from pleinair.engine.files import asset
from pleinair.engine.frame import Pixels
from pleinair.engine.media.films import Film as OpenFilm
from pleinair.engine.media.kinds import Kind, kind_of
from pleinair.engine.media.pictures import Picture
from pleinair.engine.media.tone_mapping import HLG, PQ, hlg_to_light, light_to_srgb, pq_to_light, table
from pleinair.engine.sources.pattern import draw, read_number
from tests.support.films import RATE, Film, Sound, remux


def read(path: Path) -> tuple[list[Picture], int]:
    """All pictures, and how many places were damaged."""
    with closing(OpenFilm(path)) as film:
        return list(film.pictures()), film.damaged


def numbers(pictures: list[Picture]) -> list[int]:
    return [read_number(picture.pixels) for picture in pictures]


def times(pictures: list[Picture]) -> list[float]:
    return [float(picture.seconds or 0) for picture in pictures]


def every(ticks: int) -> list[float]:
    return [number / RATE for number in range(ticks)]


@pytest.mark.parametrize("seconds", [3600, 95_443, -2])
def test_a_clock_that_does_not_start_at_zero(tmp_path: Path, seconds: int) -> None:
    """95,443 s: where the 33 bits of a transport stream's clock start over."""
    path = Film(40, sounds=[Sound()], seconds=Fraction(seconds), format="mpegts").write(tmp_path / "a.ts")
    pictures, damaged = read(path)
    assert (numbers(pictures), damaged) == (list(range(40)), 0)
    first = times(pictures)[0]
    assert first < 0.1
    assert times(pictures) == pytest.approx([first + one for one in every(40)], abs=0.001)


def test_a_clock_that_starts_over_goes_on(tmp_path: Path) -> None:
    """As where two recordings were joined."""
    path = Film(40, sounds=[Sound()], format="mpegts").write(tmp_path / "a.ts")
    path.write_bytes(path.read_bytes() * 2)
    pictures, _ = read(path)
    assert numbers(pictures) == [*range(40), *range(40)]
    steps = np.diff(times(pictures))
    assert steps.min() > 0 and steps.max() < 0.25
    assert times(pictures)[-1] == pytest.approx(79 / RATE, abs=0.15)


def test_a_gap_of_hours_in_a_broadcast_is_none(tmp_path: Path) -> None:
    path = Film(20, format="mpegts").write(tmp_path / "a.ts")
    later = Film(20, seconds=Fraction(5000), format="mpegts").write(tmp_path / "b.ts")
    path.write_bytes(path.read_bytes() + later.read_bytes())
    pictures, _ = read(path)
    assert len(pictures) == 40 and times(pictures)[-1] < 3


def test_a_long_gap_in_the_sound_of_a_broadcast_stays_one(tmp_path: Path) -> None:
    """The picture went on meanwhile, so the clock has not jumped."""
    slow = Film(40, options={"bf": "0"}, sounds=[Sound("mp2")]).write(tmp_path / "a.mkv")

    def stretched(number: int, packet: Any) -> list[Any]:
        packet.pts *= 20  # 1.6 s become 32 s
        packet.dts = packet.pts
        quiet = packet.stream.type == "audio" and 8 < packet.pts * packet.time_base < 24
        return [] if quiet else [packet]

    path = remux(slow, tmp_path / "gap.ts", stretched, format="mpegts")
    with closing(OpenFilm(path)) as film:
        items = list(film.read(film.others))
    sound = [float((item.pts or 0) * item.time_base) for item in items if isinstance(item, av.Packet)]
    assert max(sound) == pytest.approx(32, abs=1) and max(np.diff(sound)) == pytest.approx(16, abs=1)


def test_a_gap_in_a_film_is_one(tmp_path: Path) -> None:
    """Slides and surveillance have pictures that stand for minutes."""

    def later(number: int, packet: Any) -> Iterator[Any]:
        if number >= 5:
            packet.pts += 20 / packet.time_base
            packet.dts += 20 / packet.time_base
        yield packet

    path = remux(Film(10, options={"bf": "0"}).write(tmp_path / "a.mp4"), tmp_path / "gap.mkv", later)
    pictures, _ = read(path)
    assert times(pictures)[5] - times(pictures)[4] == pytest.approx(20.04, abs=0.01)


def test_stamps_that_repeat_or_are_missing_still_run_forward(tmp_path: Path) -> None:
    whole = Film(20, options={"bf": "0"}).write(tmp_path / "a.mp4")
    raw = tmp_path / "raw.264"  # has no time stamps at all
    with av.open(str(whole)) as file, av.open(str(raw), "w", format="h264") as out:
        stream = out.add_stream_from_template(file.streams.video[0])
        for packet in file.demux():
            if packet.size:
                packet.stream = stream
                out.mux(packet)
    pictures, damaged = read(raw)
    assert (numbers(pictures), damaged) == (list(range(20)), 0)
    assert np.diff(times(pictures)).min() > 0
    assert times(pictures)[-1] == pytest.approx(19 / RATE, abs=0.05)


def test_sound_and_picture_jump_together(tmp_path: Path) -> None:
    path = Film(40, sounds=[Sound()], format="mpegts").write(tmp_path / "a.ts")
    path.write_bytes(path.read_bytes() * 2)
    with closing(OpenFilm(path)) as film:
        items = list(film.read(film.others))
    sound = [float((item.pts or 0) * item.time_base) for item in items if isinstance(item, av.Packet)]
    shown = times([item for item in items if isinstance(item, Picture)])
    assert max(sound) == pytest.approx(max(shown), abs=0.15)
    assert sound == sorted(sound)


def damage(path: Path, packet_number: int) -> None:
    """Overwrite the inside of one packet."""
    with av.open(str(path)) as file:
        packet = [packet for packet in file.demux(video=0) if packet.size][packet_number]
        start, size = packet.pos or 0, packet.size
    content = bytearray(path.read_bytes())
    content[start + 24 : start + size] = np.random.default_rng(1).bytes(size - 24)
    path.write_bytes(content)


@pytest.mark.parametrize(("ending", "codec"), [("avi", "mjpeg"), ("mkv", "libx264"), ("avi", "mpeg4")])
def test_a_damaged_packet_costs_a_picture_and_is_counted(tmp_path: Path, ending: str, codec: str) -> None:
    pixel_format = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    path = Film(40, codec=codec, pixel_format=pixel_format).write(tmp_path / f"a.{ending}")
    damage(path, 20)
    pictures, damaged = read(path)
    assert len(pictures) >= 38 and damaged >= 1
    assert numbers(pictures)[-1] == 39 or codec != "mjpeg"


def test_a_torn_film_is_read_to_its_end(tmp_path: Path) -> None:
    path = Film(40).write(tmp_path / "a.mkv")
    path.write_bytes(path.read_bytes()[:-3000])
    pictures, _ = read(path)
    assert 10 < len(pictures) < 40


def test_a_size_that_changes_is_told_by_the_pictures(tmp_path: Path) -> None:
    path = Film(10, format="mpegts").write(tmp_path / "a.ts")
    larger = [draw(number, 640, 480) for number in range(10)]
    other = Film(pictures=larger, seconds=Fraction(10, RATE), format="mpegts").write(tmp_path / "b.ts")
    path.write_bytes(path.read_bytes() + other.read_bytes())
    pictures, _ = read(path)
    shapes = [picture.pixels.shape[:2] for picture in pictures]
    assert shapes[0] == (240, 320) and shapes[-1] == (480, 640) and len(shapes) >= 19


def interlace(pictures: list[Pixels]) -> list[Pixels]:
    """Every two pictures as the two fields of one."""
    woven = []
    for one, other in zip(pictures[::2], pictures[1::2], strict=True):
        frame = one.copy()
        frame[1::2] = other[1::2]
        woven.append(frame)
    return woven


def moving_bar(count: int) -> list[Pixels]:
    pictures = []
    for number in range(count):
        pixels = np.full((240, 320, 3), 40, np.uint8)
        pixels[:, 20 + 8 * number : 60 + 8 * number] = 220
        pictures.append(pixels)
    return pictures


def combing(pixels: Pixels) -> float:
    """How much rows differ from the mean of those above and below, in grey levels."""
    rows = pixels[..., 1].astype(float)
    return float(np.abs(rows[1:-1] - (rows[:-2] + rows[2:]) / 2).mean())


def test_fields_are_no_combs(tmp_path: Path) -> None:
    woven = interlace(moving_bar(24))
    options = {"flags": "+ilme+ildct", "qmin": "1", "qmax": "3"}

    def fields(stream: Any) -> None:
        stream.codec_context.flags |= (
            av.codec.context.Flags.interlaced_dct | av.codec.context.Flags.interlaced_me
        )

    path = Film(pictures=woven, codec="mpeg2video", options=options, prepare=fields).write(tmp_path / "a.mpg")
    with av.open(str(path)) as file:
        assert next(file.decode(video=0)).interlaced_frame
    pictures, _ = read(path)
    assert len(pictures) == 12
    assert times(pictures) == pytest.approx([times(pictures)[0] + one for one in every(12)], abs=0.001)
    before = np.mean([combing(frame) for frame in woven])
    after = np.mean([combing(picture.pixels) for picture in pictures])
    assert after < before / 4


def ramp() -> Pixels:
    """Colours of all hues, uint8 (160, 240, 3) BGR."""
    hue, value = np.meshgrid(np.arange(240) * 179 // 239, 60 + np.arange(160) * 160 // 159)
    hsv = np.stack([hue, np.full_like(hue, 150), value], axis=-1).astype(np.uint8)
    return np.asarray(cv2.cvtColor(cv2.resize(hsv, (240, 160)), cv2.COLOR_HSV2BGR), np.uint8)


def test_hd_that_names_no_matrix_is_bt709(tmp_path: Path) -> None:
    small = ramp()
    large = np.asarray(cv2.resize(small, (1280, 720), interpolation=cv2.INTER_NEAREST), np.uint8)
    frame = av.VideoFrame.from_ndarray(large, format="bgr24").reformat(
        format="yuv444p", dst_colorspace="ITU709"
    )
    frame.colorspace = 2
    path = tmp_path / "a.mkv"
    with av.open(str(path), "w") as out:
        stream: Any = out.add_stream("ffv1", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuv444p"
        frame.pts, frame.time_base = 0, Fraction(1, RATE)
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    pictures, _ = read(path)
    assert np.abs(pictures[0].pixels.astype(int) - large).mean() < 1.5


Encode = Callable[[Any], Any]


@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_hdr_becomes_what_it_was_made_from(tmp_path: Path, transfer: int) -> None:
    """A picture in sRGB is put into HDR at reference white, and comes back."""
    rgb = ramp()[..., ::-1] / 255.0
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    wide = linear @ np.linalg.inv(TO_BT709).T
    signal = light_to_pq(wide) if transfer == PQ else light_to_hlg(wide)
    raw = np.round(np.clip(signal, 0, 1) * 65535).astype(np.uint16)
    frame = av.VideoFrame.from_ndarray(raw, format="rgb48le")
    frame = frame.reformat(format="yuv444p10le", dst_colorspace="BT2020")
    path = tmp_path / "a.mkv"
    with av.open(str(path), "w") as out:
        stream: Any = out.add_stream("ffv1", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = 240, 160, "yuv444p10le"
        context = stream.codec_context
        context.color_trc, context.color_primaries, context.colorspace, context.color_range = (
            transfer,
            9,
            9,
            1,
        )
        frame.pts, frame.time_base = 0, Fraction(1, RATE)
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    pictures, _ = read(path)
    assert np.abs(pictures[0].pixels.astype(int) - ramp()).mean() < 4


TO_BT709 = np.array([[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]])


def light_to_pq(light: Any) -> Any:
    """Units of 203 cd/m2; the inverse of what is tested, from BT.2100."""
    power = (np.clip(light, 0, None) * 203 / 10_000) ** 0.1593017578125
    return ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375


def light_to_hlg(light: Any) -> Any:
    shown = np.clip(light, 1e-9, None) * 203 / 1000
    luminance = shown @ np.array([0.2627, 0.6780, 0.0593])
    scene = shown * luminance[..., None] ** (1 / 1.2 - 1)
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    return np.where(scene <= 1 / 12, np.sqrt(3 * scene), a * np.log(np.maximum(12 * scene - b, 1e-9)) + c)


def test_light_is_mapped_without_a_break() -> None:
    signal = np.linspace(0, 1, 500)[:, None].repeat(3, axis=1)
    for to_light in (pq_to_light, hlg_to_light):
        grey = light_to_srgb(to_light(signal))[:, 1]
        assert (np.diff(grey) >= -1e-9).all() and grey[0] == 0 and 0.97 < grey[-1] <= 1
        assert np.diff(grey).max() < 0.02
    assert table(PQ).shape == (33, 33, 33, 3)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1,\n{clip}\n#EXT-X-ENDLIST\n", "playlist"),
        ("list.mp4", "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1,\n{clip}\n#EXT-X-ENDLIST\n", "list.mp4"),
        ("a.mp4", "ffconcat version 1.0\nfile {clip}\n", "a.mp4"),
        (
            "a.sdp",
            "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n",
            "a.sdp",
        ),
        ("a.txt", "just words\n" * 100, "a.txt"),
        ("a.mp4", "", "empty"),
    ],
)
def test_what_is_no_film_is_refused_and_names_no_other_file(
    tmp_path: Path, name: str, content: str, reason: str
) -> None:
    path = tmp_path / name
    path.write_text(content.replace("{clip}", str(asset("demo.mp4"))))
    with pytest.raises(PictureError, match=reason):
        kind_of(path)


def test_a_song_with_a_cover_is_no_film(tmp_path: Path) -> None:
    path = tmp_path / "song.mp3"
    cover = cv2.imencode(".jpg", draw(1, 160, 120))[1].tobytes()
    with av.open(str(path), "w") as out:
        sound: Any = out.add_stream("mp3", rate=44_100)
        picture: Any = out.add_stream("mjpeg", rate=1)
        picture.width, picture.height, picture.pix_fmt = 160, 120, "yuvj420p"
        picture.disposition = av.stream.Disposition.attached_pic
        packet = av.Packet(cover)
        packet.stream, packet.pts, packet.dts, packet.time_base = picture, 0, 0, Fraction(1, 90_000)
        out.start_encoding()
        out.mux(packet)
        frame = av.AudioFrame.from_ndarray(np.zeros((2, 44_100), np.float32), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts = 44_100, 0
        out.mux(sound.encode(frame))
        out.mux(sound.encode(None))
    with pytest.raises(PictureError, match="song with a cover"):
        kind_of(path)


@pytest.mark.parametrize(
    "name", ["2024-05-01T12:30:00.mp4", "100%d done?.mp4", "tcp:127.0.0.1:1.mp4", "写真 #1.mp4"]
)
def test_a_path_is_a_path_whatever_it_contains(tmp_path: Path, name: str) -> None:
    path = Film(3).write(tmp_path / "a.mp4").rename(tmp_path / name)
    assert kind_of(path) is Kind.VIDEO
    assert numbers(read(path)[0]) == [0, 1, 2]

"""What people have goes in, and comes out whole: containers, codecs and sound."""

from __future__ import annotations

from contextlib import closing
from fractions import Fraction
from pathlib import Path

import av
import pytest

from pleinair.engine.media.containers import CONTAINERS
from pleinair.engine.media.kinds import open_clip
from pleinair.engine.offline import stylize_file
from pleinair.engine.sources.pattern import read_number
from tests.support.films import Film, Sound, look_into

INPUTS = [
    ("mp4", "libx264", "aac"),
    ("mov", "prores_ks", "pcm_s16le"),
    ("mov", "mjpeg", "pcm_alaw"),
    ("mkv", "libx265", "flac"),
    ("mkv", "ffv1", "pcm_s24le"),
    ("mkv", "libvpx-vp9", "libopus"),
    ("webm", "libvpx-vp9", "libopus"),
    ("avi", "mjpeg", "pcm_s16le"),
    ("avi", "mjpeg", "pcm_mulaw"),
    ("avi", "mpeg4", "mp2"),
    ("wmv", "wmv2", "wmav2"),
    ("flv", "flv", "adpcm_swf"),
    ("flv", "libx264", "aac"),
    ("ts", "mpeg2video", "mp2"),
    ("mts", "libx264", "ac3"),
    ("m2ts", "libx264", "ac3"),
    ("vob", "mpeg2video", "ac3"),
    ("mpg", "mpeg1video", "mp2"),
    ("3gp", "libx264", "aac"),
    ("nut", "mpeg4", "pcm_s16be"),
]
"""Container, codec of the pictures, codec of the sound."""
FORMATS = {"mts": "mpegts", "m2ts": "mpegts", "wmv": "asf"}


def ignore(done: int, total: int) -> None:
    assert done >= 1


def write(path: Path, ending: str, video: str, sound: str) -> Path:
    pixel_format = {
        "mjpeg": "yuvj420p",
        "prores_ks": "yuv422p10le",
        "libx265": "yuv420p10le",
    }.get(video, "yuv420p")
    options = {"libx265": {"x265-params": "log-level=none"}, "libvpx-vp9": {"deadline": "realtime"}}.get(
        video, {}
    )
    return Film(
        codec=video,
        pixel_format=pixel_format,
        options=options,
        sounds=[Sound(sound, rate=48_000 if sound == "libopus" else 44_100)],
        format=FORMATS.get(ending),
    ).write(path.with_suffix(f".{ending}"))


@pytest.mark.parametrize(("ending", "video", "sound"), INPUTS)
def test_every_picture_and_the_sound_come_through(
    tmp_path: Path, ending: str, video: str, sound: str
) -> None:
    source = write(tmp_path / "in", ending, video, sound)
    target = tmp_path / "out.mp4"
    result = stylize_file(source, target, lambda: lambda pixels: pixels, False, ignore)
    assert (result.pictures, result.notes) == (20, [])
    before, after = look_into(source), look_into(target)
    assert [read_number(picture) for picture in after.pictures] == list(range(20))
    kinds = [(kind, codec) for kind, codec, _ in after.streams]
    copied = next(codec for kind, codec, _ in before.streams if kind == "audio") in CONTAINERS[".mp4"].sound
    codec = next(codec for kind, codec, _ in before.streams if kind == "audio") if copied else "aac"
    assert kinds == [("video", "h264"), ("audio", codec)]
    assert after.seconds == pytest.approx(0.8, abs=0.08)
    assert max(abs(one - number / 25 - after.times[0]) for number, one in enumerate(after.times)) < 0.021
    assert after.times[0] <= 0.08


@pytest.mark.parametrize("ending", sorted(CONTAINERS))
def test_every_format_is_written(tmp_path: Path, ending: str) -> None:
    source = Film(count=8, sounds=[Sound()]).write(tmp_path / "in.mp4")
    target = tmp_path / f"out{ending}"
    result = stylize_file(source, target, lambda: lambda pixels: pixels, False, ignore)
    assert result.pictures == 8
    container = CONTAINERS[ending]
    if container.sound_encoder is None:
        assert result.notes == [f"Sound track 1 of {source} was left out: the format has no sound."]
        with closing(open_clip(target)) as clip:
            pictures = list(clip.pictures())
        assert [float(picture.seconds or 0) for picture in pictures] == pytest.approx(
            [n * 0.04 for n in range(8)]
        )
        assert [read_number(picture.pixels) for picture in pictures] == list(range(8))
    else:
        assert result.notes == []
        told = look_into(target)
        assert [read_number(picture) for picture in told.pictures] == list(range(8))
        assert [kind for kind, _, _ in told.streams] == ["video", "audio"]


def test_all_tracks_are_kept_with_their_languages(tmp_path: Path) -> None:
    sounds = [
        Sound("aac", language="deu"),
        Sound("libopus", 48_000, "5.1", "eng", False),
        Sound("pcm_s16le", 8_000, "mono"),
    ]
    source = Film(sounds=sounds, tags={"title": "Höhe", "date": "2020"}).write(tmp_path / "in.mkv")
    target = tmp_path / "out.mp4"
    stylize_file(source, target, lambda: lambda pixels: pixels, False, ignore)
    told = look_into(target)
    assert told.streams[1:] == [("audio", "aac", "deu"), ("audio", "opus", "eng"), ("audio", "aac", "und")]
    assert (told.tags["title"], told.tags["date"]) == ("Höhe", "2020")
    with av.open(str(target)) as file:
        assert [bool(s.disposition & av.stream.Disposition.default) for s in file.streams.audio][:2] == [
            True,
            False,
        ]
        assert [s.codec_context.channels for s in file.streams.audio] == [2, 6, 1]
        assert file.streams.audio[2].rate == 8_000


@pytest.mark.parametrize("aspect", [Fraction(32, 27), Fraction(8, 9)])
def test_pixels_that_are_not_square_become_so(tmp_path: Path, aspect: Fraction) -> None:
    source = Film(4, aspect=aspect).write(tmp_path / "in.mp4")
    stylize_file(source, tmp_path / "out.mp4", lambda: lambda pixels: pixels, False, ignore)
    height, width = look_into(tmp_path / "out.mp4").pictures[0].shape[:2]
    assert width / height == pytest.approx(320 / 240 * aspect, rel=0.02)
    assert width >= 320 and height >= 240

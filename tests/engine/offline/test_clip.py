"""Clips: sound stays with the picture, and what was painted is never thrown away."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from pleinair.engine.errors import PictureError
from pleinair.engine.frame import Paint, Pixels
from pleinair.engine.media.containers import CONTAINERS
from pleinair.engine.media.writer import VideoWriter
from pleinair.engine.offline import stylize_file
from pleinair.engine.outputs import GrowingFile
from pleinair.engine.sources.pattern import draw, read_number
from tests.support.films import RATE, Film, Sound, look_into, remux

FLASH = 25
"""The picture that is white while there is a beep."""


def as_it_is() -> Paint:
    return lambda pixels: pixels


def ignore(done: int, total: int) -> None:
    assert done >= 1


def flash_and_beep(path: Path, codec: str, shift: float, format: str | None = None) -> Path:
    """Dark and silent but for one picture, while there is a tone; all stamps are ``shift`` seconds later."""
    pictures = [np.full((120, 160, 3), 255 if number == FLASH else 16, np.uint8) for number in range(50)]
    rate = 44_100
    with av.open(str(path), "w", format=format) as out:
        video: Any = out.add_stream("libx264", rate=RATE)
        video.width, video.height, video.pix_fmt = 160, 120, "yuv420p"
        sound: Any = out.add_stream(codec, rate=rate, layout="mono")
        times = np.arange(2 * rate) / rate
        wave = np.sin(times * 1000 * 2 * np.pi) * (np.abs(times - (FLASH + 0.5) / RATE) < 0.5 / RATE) * 20_000
        for start in range(0, len(wave), 1024):
            piece = av.AudioFrame.from_ndarray(
                wave[None, start : start + 1024].astype(np.int16), "s16p", "mono"
            )
            piece.sample_rate, piece.pts = rate, start + round(shift * rate)
            piece.time_base = Fraction(1, rate)
            out.mux(sound.encode(piece))
        for number, pixels in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(pixels, format="bgr24")
            frame.pts, frame.time_base = number + round(shift * RATE), Fraction(1, RATE)
            out.mux(video.encode(frame))
        out.mux(sound.encode(None))
        out.mux(video.encode(None))
    return path


def flash_to_beep(path: Path) -> float:
    """Seconds from the flash to the beep, as a player would show them."""
    with av.open(str(path)) as file:
        flash = next(f.time for f in file.decode(video=0) if f.to_ndarray(format="gray").mean() > 128)
    loud: list[float] = []
    with av.open(str(path)) as file:
        for frame in file.decode(audio=0):
            wave = np.abs(frame.to_ndarray().astype(float)).max(axis=0)
            wave = wave / (1.0 if "flt" in frame.format.name else 32768.0)
            assert frame.time is not None
            loud += [frame.time + float(place) / frame.sample_rate for place in np.flatnonzero(wave > 0.2)]
    assert flash is not None
    return float(min(loud) - flash)


@pytest.mark.parametrize(
    ("ending", "codec", "shift", "format"),
    [
        ("mp4", "aac", 0, None),
        ("ts", "aac", 3600, "mpegts"),
        ("ts", "mp2", -1, "mpegts"),
        ("mkv", "pcm_s16le", 7, None),
        ("mkv", "aac", 0, None),
    ],
)
@pytest.mark.parametrize("target", ["out.mp4", "out.mkv", "out.webm", "out.mov"])
def test_flash_and_beep_stay_together(
    tmp_path: Path, ending: str, codec: str, shift: float, format: str | None, target: str
) -> None:
    source = flash_and_beep(tmp_path / f"in.{ending}", codec, shift, format)
    stylize_file(source, tmp_path / target, as_it_is, False, ignore)
    assert abs(flash_to_beep(tmp_path / target) - flash_to_beep(source)) < 1 / RATE
    assert abs(flash_to_beep(tmp_path / target)) < 1 / RATE + 0.03


def test_a_lost_piece_of_sound_is_silent_and_the_rest_stays_in_time(tmp_path: Path) -> None:
    whole = flash_and_beep(tmp_path / "whole.mkv", "pcm_s16le", 0)

    def without(number: int, packet: Any) -> list[Any]:
        lost = packet.stream.type == "audio" and 0.3 < packet.pts * packet.time_base < 0.7
        return [] if lost else [packet]

    source = remux(whole, tmp_path / "in.mkv", without)
    stylize_file(source, tmp_path / "out.mp4", as_it_is, False, ignore)
    assert abs(flash_to_beep(tmp_path / "out.mp4")) < 1 / RATE


def test_two_packets_with_one_stamp(tmp_path: Path) -> None:
    whole = Film(40, sounds=[Sound()]).write(tmp_path / "whole.mp4")
    last: dict[str, int] = {}

    def repeat(number: int, packet: Any) -> list[Any]:
        if packet.stream.type == "audio":
            if number % 9 == 0 and last:
                packet.pts = packet.dts = last["pts"]
            last["pts"] = packet.dts
        return [packet]

    source = remux(whole, tmp_path / "in.mkv", repeat)
    result = stylize_file(source, tmp_path / "out.mp4", as_it_is, False, ignore)
    assert result.pictures == 40
    assert len(look_into(tmp_path / "out.mp4").pictures) == 40


def test_a_track_that_cannot_be_decoded_costs_only_itself(tmp_path: Path) -> None:
    whole = Film(30, sounds=[Sound("mp2"), Sound("aac", language="eng")]).write(tmp_path / "whole.mkv")

    def garble(number: int, packet: Any) -> list[Any]:
        if packet.stream.index != 1:
            return [packet]
        garbled = av.Packet(b"\x00" * packet.size)
        garbled.pts, garbled.dts, garbled.time_base = packet.pts, packet.dts, packet.time_base
        garbled.stream = packet.stream
        return [garbled]

    source = remux(whole, tmp_path / "in.mkv", garble)
    result = stylize_file(source, tmp_path / "out.mp4", as_it_is, False, ignore)
    assert result.pictures == 30
    assert any("damaged places" in note for note in result.notes)
    assert loudness(tmp_path / "out.mp4", 1) > 0.05


def loudness(path: Path, track: int) -> float:
    with av.open(str(path)) as file:
        return float(
            max(np.abs(frame.to_ndarray()).max() for frame in file.decode(file.streams.audio[track]))
        )


def test_a_size_that_changes_midway_fits_the_first(tmp_path: Path) -> None:
    source = Film(10, format="mpegts").write(tmp_path / "a.ts")
    tall = [np.full((480, 240, 3), 200, np.uint8)] * 10
    other = Film(pictures=tall, seconds=Fraction(10, RATE), format="mpegts").write(tmp_path / "b.ts")
    source.write_bytes(source.read_bytes() + other.read_bytes())
    stylize_file(source, tmp_path / "out.mp4", as_it_is, False, ignore)
    last = look_into(tmp_path / "out.mp4").pictures[-1]
    assert last.shape == (240, 320, 3)
    assert last[:, :90].max() < 30 and last[:, 110:210].min() > 180  # whole, between black


def test_slides_last_as_long_as_they_did(tmp_path: Path) -> None:
    def slow(number: int, packet: Any) -> list[Any]:
        packet.pts, packet.dts = packet.pts * 50, packet.dts * 50
        packet.duration *= 50
        return [packet]

    whole = Film(3, options={"bf": "0"}).write(tmp_path / "whole.mp4")
    source = remux(whole, tmp_path / "in.mp4", slow)
    stylize_file(source, tmp_path / "out.mp4", as_it_is, False, ignore)
    told = look_into(tmp_path / "out.mp4")
    assert told.times == pytest.approx([0, 2, 4], abs=0.001)
    assert told.seconds == pytest.approx(look_into(source).seconds, abs=0.02)


class Breaking:
    """Paints until it breaks off."""

    def __init__(self, after: int, error: BaseException) -> None:
        self._left, self._error = after, error

    def __call__(self, pixels: Pixels) -> Pixels:
        self._left -= 1
        if self._left < 0:
            raise self._error
        return pixels


@pytest.mark.parametrize("ending", [".mp4", ".mkv", ".webm", ".mov"])
@pytest.mark.parametrize("error", [PictureError("The device is gone."), KeyboardInterrupt()])
def test_what_was_painted_before_it_broke_off_is_kept_and_plays(
    tmp_path: Path, ending: str, error: BaseException
) -> None:
    source = Film(40, sounds=[Sound()]).write(tmp_path / "in.mp4")
    target = tmp_path / f"out{ending}"
    target.write_bytes(b"old")
    with pytest.raises(type(error)) as raised:
        stylize_file(source, target, lambda: Breaking(25, error), True, ignore)
    assert target.read_bytes() == b"old"
    kept = next(tmp_path.glob("out.unfinished-*"))
    assert [read_number(picture) for picture in look_into(kept).pictures] == list(range(25))
    said = str(raised.value) + " ".join(getattr(raised.value, "__notes__", []))
    assert f"What was painted until then is in {kept}." in said


def test_nothing_painted_leaves_nothing(tmp_path: Path) -> None:
    source = Film(4).write(tmp_path / "in.mp4")
    with pytest.raises(PictureError):
        stylize_file(source, tmp_path / "out.mp4", lambda: Breaking(0, PictureError("No.")), False, ignore)
    assert sorted(p.name for p in tmp_path.iterdir() if p.name != "home") == ["in.mp4"]


FULL = """
import resource, signal, sys
from pathlib import Path
from pleinair.engine.errors import PictureError
from pleinair.engine.offline import stylize_file
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (120_000, 120_000))
try:
    stylize_file(Path(sys.argv[1]), Path(sys.argv[2]), lambda: lambda pixels: pixels, False, lambda *_: None)
except PictureError as error:
    print(error)
"""


@pytest.mark.skipif(os.name == "nt", reason="needs a limit on file sizes, which stands in for a full disk")
def test_a_full_disk_is_told_and_what_was_written_plays(tmp_path: Path) -> None:
    noise = np.random.default_rng(0)
    pictures = [noise.integers(0, 256, (120, 160, 3), np.uint8) for _ in range(60)]
    source = Film(pictures=pictures, sounds=[Sound()]).write(tmp_path / "in.mp4")
    command = [sys.executable, "-c", FULL, str(source), str(tmp_path / "out.mp4")]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert "disk became full" in run.stdout, run.stderr
    assert not (tmp_path / "out.mp4").exists()
    kept = next(tmp_path.glob("out.unfinished-*"))
    assert played_frames(kept) > 3


def played_frames(path: Path) -> int:
    """Up to the torn end."""
    count = 0
    with av.open(str(path)) as file, suppress(av.FFmpegError):
        for _ in file.decode(video=0):
            count += 1
    return count


def test_a_killed_job_leaves_what_plays(tmp_path: Path) -> None:
    """As it is on the disk while the job runs."""
    path = tmp_path / "a.mp4"
    torn = tmp_path / "torn.mp4"
    with GrowingFile(path) as file:
        writer = VideoWriter(file, CONTAINERS[".mp4"], growing=False)
        writer.add_pictures(320, 240, RATE)
        for number in range(50):
            writer.write(draw(number, 320, 240), number * 3600, 3600)
        torn.write_bytes(path.read_bytes())
        writer.finish()
    assert len(look_into(torn).pictures) > 25
    assert len(look_into(path).pictures) == 50

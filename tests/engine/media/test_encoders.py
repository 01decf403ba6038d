"""Encoders are tried with real ones; a graphics card's is stood in for by x264 with other settings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import pytest

from pleinair.engine.errors import PictureError, RecordingError
from pleinair.engine.media.containers import CONTAINERS, VP9, X264_THOROUGH
from pleinair.engine.media.encoders import (
    HARDWARE,
    SOFTWARE,
    X264,
    Encoder,
    choose_encoder,
    choose_software,
    ranking,
    try_encoder,
    try_hardware,
)
from pleinair.engine.media.quality import Quality
from pleinair.engine.sinks import Recorder
from tests.engine.sinks.test_recorder import played, record
from tests.support.clock import ManualClock

QUICK = Encoder("libx264", "a quick one", (("preset", "ultrafast"), ("crf", "18"), ("tune", "zerolatency")))
COARSE = Encoder("libx264", "a coarse one", (("crf", "51"), ("preset", "ultrafast")))
WRONG_SETTING = Encoder("libx264", "one that does not open", (("preset", "nonsense"),))


@pytest.fixture
def without_x264(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As in a bundle whose FFmpeg is not under the GPL."""
    monkeypatch.setattr(av, "codecs_available", av.codecs_available - {"libx264"})
    for choice in (choose_software, ranking):
        choice.cache_clear()
    yield
    for choice in (choose_software, ranking):
        choice.cache_clear()


@pytest.mark.parametrize("encoder", [*HARDWARE, *SOFTWARE, VP9], ids=lambda encoder: encoder.name)
def test_each_encoder_has_three_qualities(encoder: Encoder) -> None:
    small, good, best = (encoder.at(quality) for quality in (Quality.SMALL, Quality.GOOD, Quality.BEST))
    assert good == encoder
    if encoder.quantizers:
        for name in encoder.quantizers:
            values = [int(dict(one.options)[name]) for one in (best, good, small)]
            assert values == sorted(set(values))
    else:
        assert best.bits_a_pixel > good.bits_a_pixel > small.bits_a_pixel


def test_an_encoder_that_works_is_timed() -> None:
    for encoder in (X264, QUICK):
        trial = try_encoder(encoder)
        assert trial.error is None and trial.ms is not None and trial.ms > 0


@pytest.mark.parametrize(
    ("encoder", "reason"), [(COARSE, "grey levels off"), (WRONG_SETTING, "does not work here")]
)
def test_what_records_wrongly_or_not_at_all_is_refused(encoder: Encoder, reason: str) -> None:
    assert reason in (try_encoder(encoder).error or "")
    assert ranking((encoder,)) == (X264,)
    assert choose_encoder(640, 480, (encoder,)) is X264


def test_a_rival_that_works_is_ranked_beside_x264() -> None:
    assert set(ranking((QUICK,))) == {QUICK, X264}


def test_each_encoder_of_a_card_works_or_says_why_not() -> None:
    for trial in try_hardware(HARDWARE):
        assert (trial.ms is None) != (trial.error is None)


def test_a_recording_names_its_encoder(tmp_path: Path, clock: ManualClock) -> None:
    recorder = Recorder(tmp_path / "a.mp4", clock=clock)
    record(recorder, clock, 5)
    assert recorder.encoder == choose_encoder(320, 240).name
    assert played(tmp_path / "a.mp4")[1][0] == 0


def test_what_stands_in_for_x264_is_there_and_works() -> None:
    not_there = Encoder("libnothing", "one that this FFmpeg has not", ())
    assert choose_software((not_there, COARSE, QUICK, X264)) is QUICK
    assert choose_software((not_there, COARSE)) is None
    assert choose_software() is X264


def test_painted_videos_are_encoded_thoroughly_where_x264_is() -> None:
    assert CONTAINERS[".mp4"].encoder_for(320, 240) is X264_THOROUGH


@pytest.mark.skipif(any(one.there for one in SOFTWARE[1:]), reason="this FFmpeg has more than x264")
def test_without_any_encoder_of_h264_it_says_so_and_records_webm(
    tmp_path: Path, clock: ManualClock, without_x264: None
) -> None:
    with pytest.raises(RecordingError, match=r"encodes H\.264.*\.webm"):
        Recorder(tmp_path / "a.mp4", clock=clock)
    with pytest.raises(PictureError, match=r"encodes H\.264.*\.webm"):
        CONTAINERS[".mov"].encoder_for(320, 240)
    assert not list(tmp_path.glob("a.*"))
    recorder = Recorder(tmp_path / "a.webm", clock=clock)
    record(recorder, clock, 5)
    with av.open(str(tmp_path / "a.webm")) as file:
        assert (file.streams.video[0].name, len(list(file.decode(video=0)))) == ("vp9", 5)


@pytest.mark.skipif(not SOFTWARE[1].there, reason="PyAV's wheels from 17 on come without OpenH264")
def test_openh264_records_where_x264_is_not(tmp_path: Path, clock: ManualClock, without_x264: None) -> None:
    recorder = Recorder(tmp_path / "a.mp4", clock=clock)
    record(recorder, clock, 5)
    assert recorder.encoder == CONTAINERS[".mp4"].encoder_for(320, 240).name == "libopenh264"
    assert played(tmp_path / "a.mp4")[1] == [*range(5)]

"""Encoders are tried with real ones; a graphics card's is stood in for by x264 with other settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from pleinair.engine.media.containers import VP9
from pleinair.engine.media.encoders import (
    HARDWARE,
    X264,
    Encoder,
    choose_encoder,
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


@pytest.mark.parametrize("encoder", [*HARDWARE, X264, VP9], ids=lambda encoder: encoder.name)
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

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from pleinair.engine.clock import now
from pleinair.engine.errors import SourceLost, SourceNotFound
from pleinair.engine.frame import SOUND_RATE, Sound
from pleinair.engine.sound import Microphone, open_sound
from pleinair.engine.sound.arrival import ArrivalTimes
from pleinair.engine.sound.base import PIECE, SoundSource
from pleinair.engine.sound.pattern import BEEP_SECONDS, PatternSound, beeps
from pleinair.engine.sound.registry import register_sound
from tests.support.clock import ManualClock


class Unplugged:
    """A microphone that is unplugged after ``pieces``, as a test may plug in."""

    name = "wobbly"

    def __init__(self, pieces: int) -> None:
        self._pieces = pieces
        self._sound = PatternSound()

    def read(self) -> Sound | None:
        if self._pieces == 0:
            raise SourceLost("The microphone 'wobbly' has stopped; check its cable.")
        self._pieces -= 1
        return self._sound.read()

    def close(self) -> None:
        self._pieces = 0


def wait_for(happened: Callable[[], object]) -> None:
    end = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_it_beeps_at_each_whole_second_without_gaps() -> None:
    clock = ManualClock(1000.3)
    sound = PatternSound(clock)
    pieces = [piece for _ in range(150) if (piece := sound.read()) is not None]
    assert clock.now() == pytest.approx(1000.3 + 150 * PIECE / SOUND_RATE)
    for one, other in pairwise(pieces):
        assert one.ended_at == pytest.approx(other.captured_at)
    samples = np.concatenate([piece.samples for piece in pieces])
    times = pieces[0].captured_at + np.arange(len(samples)) / SOUND_RATE
    loud = times[np.abs(samples) > 0.1]
    starts = loud[np.flatnonzero(np.diff(loud, prepend=0.0) > 0.5)]
    np.testing.assert_allclose(starts, [1001, 1002, 1003], atol=0.001)
    assert (loud % 1 < BEEP_SECONDS).all()


def test_the_level_is_told_in_decibels_and_a_muted_microphone_is_silent() -> None:
    class Tone(PatternSound):
        def read(self) -> Sound | None:
            sound = super().read()
            assert sound is not None
            return Sound(beeps(np.arange(PIECE) / SOUND_RATE % 0.02), sound.captured_at)

    heard: list[Sound] = []
    microphone = Microphone(Tone)
    assert microphone.level.peak == -96
    microphone.add_listener(heard.append)
    microphone.start()
    try:
        wait_for(lambda: len(heard) > 6)
        assert microphone.level.peak == pytest.approx(-6.0, abs=0.1)
        assert microphone.level.rms == pytest.approx(-9.0, abs=0.1)
        microphone.muted = True
        wait_for(lambda: microphone.level.peak == -96)
        heard.clear()
        wait_for(lambda: len(heard) > 2)
        assert not any(sound.samples.any() for sound in heard)
        microphone.muted = False
        wait_for(lambda: microphone.level.peak > -7)
        microphone.remove_listener(heard.append)
    finally:
        microphone.stop()


def test_a_microphone_that_is_lost_is_told_once_and_comes_back() -> None:
    told: list[str] = []
    heard: list[Sound] = []
    tries = 0

    def plug() -> SoundSource:
        nonlocal tries
        tries += 1
        if tries == 2:
            raise SourceNotFound("Nothing is heard.")
        return Unplugged(5 if tries == 1 else 1000)

    microphone = Microphone(plug, told.append)
    microphone.add_listener(heard.append)
    microphone.start()
    try:
        wait_for(lambda: len(heard) > 8)
        assert told[0].endswith("goes on without sound.") and told[1:] == ["The microphone 'wobbly' is back."]
        assert heard[5].captured_at - heard[4].captured_at > 1.0
    finally:
        microphone.stop()


def test_a_kind_that_registers_is_opened_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    from pleinair.engine.sound import registry

    monkeypatch.setattr(registry, "_registered", dict(registry._registered))
    register_sound("wobbly", lambda spec: Unplugged(1))
    assert open_sound("wobbly").name == "wobbly"
    assert open_sound("pattern").name == "test pattern"


def test_what_arrives_late_was_not_heard_late() -> None:
    """A sound card 200 ppm fast, threads that are late, and a second in which the card lost sound."""
    rng, times, rate = np.random.default_rng(1), ArrivalTimes(), SOUND_RATE * 1.0002
    lost = 0.0
    for number in range(50 * 120):
        if number == 50 * 60:
            lost = 0.4
        true = 500 + lost + number * PIECE / rate
        late = rng.exponential(0.004) + (0.2 if rng.random() < 0.01 else 0.0)
        heard_at = times.heard_at(true + PIECE / rate + late - PIECE / SOUND_RATE, PIECE)
        if number > 10 and not 50 * 60 <= number <= 50 * 61 + 10:
            assert abs(heard_at - true) < 0.01, number


def test_pieces_have_the_time_they_were_heard() -> None:
    began = now()
    heard: list[Sound] = []
    microphone = Microphone(lambda: open_sound("pattern"))
    microphone.add_listener(heard.append)
    microphone.start()
    wait_for(lambda: len(heard) > 10)
    microphone.stop()
    assert began <= heard[0].captured_at < heard[-1].ended_at <= now()

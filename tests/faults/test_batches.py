"""What goes wrong in a child is told of, and costs no other injection."""

from __future__ import annotations

import ctypes
import random
import sys
import time
from pathlib import Path

import pytest

from tests.faults.batches import main, run_batch

FINE, RAISE, HANG, CRASH, GROW = range(5)


def misbehave(rng: random.Random, folder: Path) -> str | None:
    """What the first number of ``rng`` says."""
    what = rng.randrange(5)
    if what == RAISE:
        raise RecursionError("too deep")
    if what == HANG:
        time.sleep(60)
    if what == CRASH:
        ctypes.string_at(0)
    if what == GROW:
        assert len(b"a" * (60 << 20))
    return None


def seed_for(what: int) -> int:
    return next(seed for seed in range(1000) if random.Random(seed).randrange(5) == what)


@pytest.mark.skipif(sys.platform != "linux", reason="no other system tells of the peak of one injection")
def test_each_ending_is_told_of_with_what_repeats_it() -> None:
    seeds = [seed_for(what) for what in (FINE, RAISE, FINE, HANG, CRASH, GROW, FINE)]
    outcome = run_batch(misbehave, seeds, seconds=1.0, memory=50 << 20)
    assert outcome.count == 7
    raised, hung, crashed, grew = outcome.wrong
    assert "RecursionError: too deep" in raised
    assert "Timeout" in hung and "misbehave" in hung and f"misbehave {seed_for(HANG)}]" in hung
    assert "Segmentation fault" in crashed and "misbehave" in crashed
    assert "MB" in grew
    assert outcome.figures["MB"] > 50


def test_a_single_one_can_be_repeated_in_the_process(capsys: pytest.CaptureFixture[str]) -> None:
    words = [__name__, "misbehave", str(seed_for(FINE)), str(seed_for(RAISE))]
    assert main(words) == 1
    assert "as it should be" in capsys.readouterr().out

import pytest

from pleinair.engine.timing import Rate, Timings


def test_percentiles_are_in_milliseconds_and_can_look_at_the_newest() -> None:
    timings = Timings()
    assert timings.percentiles() is None
    for ms in (100, 1, 2, 3):
        timings.add(ms / 1000)
    for newest, wanted in ((None, (2.5, 85.45)), (3, (2.0, 2.9))):
        found = timings.percentiles(newest)
        assert found is not None and (found.p50, found.p95) == pytest.approx(wanted)


def test_the_rate_counts_intervals_in_the_window_only() -> None:
    rate = Rate(window=2.0)
    assert rate.per_second(0.0) == 0.0
    for tick in range(100):
        rate.tick(tick / 25)
    assert rate.per_second(99 / 25) == pytest.approx(25)
    assert rate.per_second(50.0) == 0.0

import pytest

from pleinair.engine.timing import Percentiles, Rate, Timings


def test_percentiles_are_in_milliseconds_and_can_look_at_the_newest() -> None:
    timings = Timings()
    assert timings.percentiles() is None
    for ms in (100, 1, 2, 3):
        timings.add(ms / 1000)
    assert timings.percentiles() == Percentiles(p50=pytest.approx(2.5), p95=pytest.approx(85.45))
    assert timings.percentiles(newest=3) == Percentiles(p50=pytest.approx(2), p95=pytest.approx(2.9))


def test_the_rate_counts_intervals_in_the_window_only() -> None:
    rate = Rate(window=2.0)
    assert rate.per_second(0.0) == 0.0
    for tick in range(100):
        rate.tick(tick / 25)
    assert rate.per_second(99 / 25) == pytest.approx(25)
    assert rate.per_second(50.0) == 0.0

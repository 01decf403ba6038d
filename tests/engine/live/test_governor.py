from itertools import pairwise

import pytest

from pleinair.engine.live.governor import LONGEST, PATIENCE, Governor, Target

FRAME = 1 / 30


def run(
    governor: Governor, seconds: float, cost: float, start: float = 0.0, wait: float = 0.004
) -> list[int]:
    """Paint on a machine where 480 lines of a 640x480 frame cost ``cost`` seconds; the sizes painted at."""
    at, sizes = start, []
    while at < start + seconds:
        size = governor.rung.work_size
        took = cost * (size / 480) ** 2
        at += max(FRAME, took)
        governor.observe(took, took + wait, 30.0, at)
        sizes.append(size)
    return sizes


def started(target: Target | None = None, pinned: int | None = None) -> Governor:
    governor = Governor(target or Target(), pinned)
    governor.start(640, 480, {"fast": None})
    governor.allow(governor.ladder)
    return governor


def changes(sizes: list[int]) -> int:
    return sum(one != other for one, other in pairwise(sizes))


def test_a_fast_machine_paints_at_the_frames_own_size() -> None:
    governor = started()
    assert set(run(governor, 20, 0.010)) == {480}


def test_a_slow_machine_paints_smaller_and_stays_there() -> None:
    governor = started()
    sizes = run(governor, 60, 0.060)
    assert sizes[0] == 480 and sizes[-1] < 480
    assert 0.060 * (sizes[-1] / 480) ** 2 < FRAME
    assert changes(sizes) <= 2
    # Within a second of the start.
    assert sizes[30] == sizes[-1]


def test_it_comes_back_when_the_machine_is_free_again() -> None:
    governor = started()
    assert run(governor, 5, 0.070)[-1] < 480
    assert run(governor, 60, 0.008, start=5.0)[-1] == 480


def test_it_does_not_swing() -> None:
    """A machine whose time does not fall with the size as expected lures it up again and again."""
    governor = started()
    at, sizes = 0.0, []
    while at < 300:
        size = governor.rung.work_size
        took = 0.040 if size == 480 else 0.012
        at += max(FRAME, took)
        governor.observe(took, took, 30.0, at)
        sizes.append(size)
    mistakes = sum(one < 480 == other for one, other in pairwise(sizes))
    # After 3, 6, 12, 24, 48 seconds, and then every 60: not every 3.
    waits = [PATIENCE * 2**n for n in range(5)]
    assert mistakes <= len(waits) + (300 - sum(waits)) / LONGEST


def test_a_slower_source_leaves_more_time() -> None:
    governor = started()
    for number in range(200):
        governor.observe(0.060, 0.060, 12.0, number / 12)
    assert governor.rung.work_size == 480


def test_a_delay_can_be_the_target() -> None:
    governor = started(Target(latency_ms=25))
    sizes = run(governor, 30, 0.030, wait=0.008)
    assert 0.030 * (sizes[-1] / 480) ** 2 + 0.008 <= 0.025


def test_a_pinned_size_stays() -> None:
    governor = started(pinned=360)
    assert set(run(governor, 20, 0.200)) == {360}


def test_only_sizes_that_are_ready_are_chosen() -> None:
    governor = Governor(Target())
    governor.start(640, 480, {"fast": None})
    assert set(run(governor, 5, 0.060)) == {480}
    governor.allow(rung for rung in governor.ladder if rung.work_size == 240)
    assert run(governor, 5, 0.060, start=5.0)[-1] == 240


def test_too_little_memory_takes_it_down_for_good() -> None:
    governor = started()
    assert governor.shrink() == 400
    assert max(run(governor, 60, 0.005)) == 400
    assert started(pinned=8192).shrink() == 400  # more than the frame has
    pinned = started(pinned=480)
    assert pinned.shrink() == 400 and pinned.rung.work_size == 400
    while pinned.shrink() is not None:
        pass
    assert pinned.rung.work_size == 200


TWO = {"fine": 0.075, "fast": 0.025}
"""Seconds for a million pixels: 23 ms and 8 ms for 640x480."""


def paint(governor: Governor, seconds: float, slower: float, at: float = 0.0) -> list[tuple[str, int]]:
    """Paint 640x480 on a machine ``slower`` times slower than measured; the rungs in use."""
    rungs, end = [], at + seconds
    while at < end:
        rung = governor.rung
        took = slower * TWO[rung.generator] * 0.3072 * (rung.work_size / 480) ** 2
        at += max(FRAME, took)
        governor.observe(took, took, 30.0, at)
        rungs.append((rung.generator, rung.work_size))
    return rungs


def test_the_ladder_goes_from_fine_at_smaller_sizes_to_fast() -> None:
    governor = Governor(Target())
    governor.start(640, 480, TWO)
    ladder = [(rung.generator, rung.work_size) for rung in governor.ladder]
    assert ladder[:5] == [("fine", 480), ("fine", 400), ("fine", 336), ("fine", 280), ("fast", 480)]
    assert ladder[-1] == ("fast", 200)
    costs = [rung.cost for rung in governor.ladder]
    assert costs == sorted(costs, reverse=True)
    governor.start(640, 480, {"fine": 0.075})  # nothing else may paint
    assert [rung.work_size for rung in governor.ladder] == [480, 400, 336, 280, 240, 200]


def test_it_starts_with_the_best_that_is_expected_to_keep_up() -> None:
    governor = Governor(Target())
    for fps, expected in ((30.0, ("fine", 480)), (60.0, ("fine", 336)), (130.0, ("fast", 400))):
        governor.target = Target(fps)
        governor.start(640, 480, TWO, fps)
        assert (governor.rung.generator, governor.rung.work_size) == expected
    governor = Governor(Target())
    governor.start(1920, 1080, {"fine": 0.9, "fast": 0.3})  # a slow machine
    assert governor.rung.generator == "fast" and governor.rung.work_size < 280


def test_a_busy_machine_falls_to_fast_and_comes_back() -> None:
    governor = Governor(Target())
    governor.start(640, 480, TWO)
    governor.allow(governor.ladder)
    assert set(paint(governor, 5, 1.0)) == {("fine", 480)}
    busy = paint(governor, 10, 4.0, at=5.0)
    assert busy[-1][0] == "fast" and len(set(busy)) <= 3
    assert paint(governor, 60, 1.0, at=15.0)[-1] == ("fine", 480)


def test_a_pinned_size_still_chooses_the_generator() -> None:
    governor = Governor(Target(), pinned=400)
    governor.start(640, 480, TWO)
    governor.allow(governor.ladder)
    assert set(paint(governor, 5, 4.0)) == {("fine", 400), ("fast", 400)}


def seconds_until_down(fps: float, slower: float, before: float = 5.0) -> float:
    """From the moment on when painting takes ``slower`` times the time it may, on a source of so many frames a second
    that was kept up with ``before``."""
    governor = Governor(Target())
    governor.start(640, 480, {"fast": None}, fps)
    governor.allow(governor.ladder)
    budget = 1 / min(30.0, fps)
    at = 0.0
    while at < before:
        at += 1 / fps
        governor.observe(budget / 3, budget / 3, fps, at)
    began = at
    while governor.rung == governor.ladder[0]:
        assert at < began + 10
        at += slower * budget
        governor.observe(slower * budget, slower * budget, fps, at)
    return at - began


@pytest.mark.parametrize("fps", [3, 5, 10, 15, 30, 60, 120])
@pytest.mark.parametrize("before", [0.0, 5.0], ids=["at once", "after a while"])
def test_it_steps_down_within_a_second_whatever_the_rate(fps: float, before: float) -> None:
    for slower in (2.0, 3.0) if fps > 3 else (2.0,):  # at 3 a second, one frame takes the whole second
        assert seconds_until_down(fps, slower, before) <= 1.0


def test_what_takes_half_a_second_is_painted_smaller_after_two() -> None:
    assert seconds_until_down(30, 15.0) <= 1.01


@pytest.mark.parametrize("stood", [0.1, 0.3, 0.7])
def test_a_single_slow_frame_changes_nothing(stood: float) -> None:
    for before in range(1, 40):
        governor = started()
        run(governor, before / 30, 0.010)
        at = before / 30 + stood
        governor.observe(stood, stood, 30.0, at)
        assert set(run(governor, 3, 0.010, start=at)) == {480}


def test_each_size_is_taken_as_soon_as_it_is_ready() -> None:
    governor = Governor(Target())
    governor.start(640, 480, {"fast": None})
    governor.disturb()
    assert set(run(governor, 1, 0.120)) == {480}
    # Expected to keep up is a fifth of the pixels; that one is prepared first, and then those next to it.
    assert [rung.work_size for rung in governor.missing()] == [200, 240]
    governor.allow(rung for rung in governor.ladder if rung.work_size == 336)
    assert run(governor, 0.3, 0.120, start=1.0)[-1] == 336
    governor.allow(rung for rung in governor.ladder if rung.work_size == 200)
    assert run(governor, 1, 0.120, start=1.3)[-1] == 200


def test_preparing_throws_nothing_down_that_keeps_up() -> None:
    governor = started()
    governor.disturb()
    assert set(run(governor, 5, 0.048)) == {480}  # 26 ms by themselves
    governor.settle()
    assert set(run(governor, 5, 0.026, start=5.0)) == {480}


def test_what_preparing_throws_down_comes_back_soon() -> None:
    governor = started()
    governor.disturb()
    assert run(governor, 3, 0.080)[-1] < 480
    governor.settle()
    sizes = run(governor, 1.5, 0.020, start=3.0)
    assert sizes[-1] == 480
    governor.disturb()  # again, as when the picture is turned
    assert run(governor, 3, 0.080, start=8.0)[-1] < 480
    governor.settle()
    assert run(governor, 1.5, 0.020, start=11.0)[-1] == 480  # no mistake that costs more patience

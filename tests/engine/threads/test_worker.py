"""What never returns is left behind."""

from __future__ import annotations

import threading
import time

import pytest

from pleinair.engine.threads.opening import open_unless
from pleinair.engine.threads.worker import Worker


class Opened:
    closed = False

    def close(self) -> None:
        self.closed = True


def test_a_worker_does_one_job_after_the_other_and_tells_what_came_of_it() -> None:
    worker = Worker("work")
    first, second = worker.begin(lambda: threading.current_thread().name), worker.begin(lambda: 1 / 0)
    assert first.wait(5) and first.result() == "work"
    assert second.wait(5) and isinstance(second.error, ZeroDivisionError)
    with pytest.raises(ZeroDivisionError):
        second.result()
    assert worker.leave(5)
    assert Worker("never begun").leave()


def test_what_does_not_return_is_left_and_its_result_goes_elsewhere() -> None:
    stands, opened = threading.Event(), Opened()

    def hang() -> Opened:
        stands.wait()
        return opened

    worker = Worker("hanging")
    job = worker.begin(hang)
    began = time.monotonic()
    assert not job.wait(0.05) and not worker.leave(0.05)
    assert time.monotonic() - began < 1
    job.forsake(Opened.close)
    assert not opened.closed
    stands.set()
    end = time.monotonic() + 5
    while not opened.closed:
        assert time.monotonic() < end
        time.sleep(0.005)


def test_a_result_that_is_there_already_goes_elsewhere_too() -> None:
    worker, opened = Worker("quick"), Opened()
    job = worker.begin(lambda: opened)
    assert job.wait(5)
    job.forsake(Opened.close)
    assert opened.closed and worker.leave(5)


def test_opening_is_given_up_and_what_comes_later_is_closed() -> None:
    stands, opened = threading.Event(), Opened()

    def open_slowly() -> Opened:
        stands.wait()
        return opened

    assert open_unless(lambda: True, open_slowly) is None
    stands.set()
    end = time.monotonic() + 5
    while not opened.closed:
        assert time.monotonic() < end
        time.sleep(0.005)
    other = Opened()
    assert open_unless(lambda: False, lambda: other) is other and not other.closed

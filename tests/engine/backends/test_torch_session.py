"""What a session in torch does with a GPU, without one: CUDA's part is played by the processor."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest
import torch
from onnx import helper

from pleinair.engine.backends.torch_session import Compiler, Function, Runner, TorchSession
from tests.engine.backends.test_torch_graph import network

RELU = network(helper.make_node("Relu", ["x"], ["y"]))
WAIT = 20.0


class Gpu:
    """Notes what is captured, and fails where two threads want it for themselves at once. A compilation lasts until
    ``go`` is set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.captured: list[tuple[int, str]] = []
        """The height of a runner's input, and what was captured."""
        self.compiling, self.go = threading.Event(), threading.Event()
        self.errors: dict[int, Exception] = {}
        """What compiling an input of this height raises."""
        self.overlaps = 0
        self._alone = threading.Lock()
        self._runners: set[Runner] = set()
        monkeypatch.setattr(Runner, "warm_up", lambda runner, function: function(runner._inputs))
        monkeypatch.setattr(Runner, "capture", self._capture)
        monkeypatch.setattr(Runner, "compile", self._compile)
        monkeypatch.setattr(Runner, "captured", property(self._runners.__contains__))

    @contextmanager
    def _held(self) -> Iterator[None]:
        if not self._alone.acquire(blocking=False):
            self.overlaps += 1
            yield
            return
        try:
            yield
        finally:
            self._alone.release()

    # Runner's methods, so these take the runner.
    @property
    def _capture(self) -> Callable[[Runner, Function], None]:
        def capture(runner: Runner, function: Function) -> None:
            with self._held():
                self._runners.add(runner)
                self.captured.append((height(runner), "plain" if function is runner.function else "compiled"))

        return capture

    @property
    def _compile(self) -> Callable[[Runner], Function]:
        def compile_runner(runner: Runner) -> Function:
            with self._held():
                self.compiling.set()
                assert self.go.wait(WAIT)
                if height(runner) in self.errors:
                    raise self.errors[height(runner)]
                return lambda inputs: runner.function(inputs)

        return compile_runner


def height(runner: Runner) -> int:
    return runner._inputs["x"].shape[2]


@pytest.fixture
def gpu(monkeypatch: pytest.MonkeyPatch) -> Gpu:
    return Gpu(monkeypatch)


@pytest.fixture
def open_session() -> Iterator[Callable[[], TorchSession]]:
    opened = []

    def open_one() -> TorchSession:
        session = TorchSession(RELU, "torch", "cpu")
        session._compiler = Compiler(session._running, session._next, session._plain)
        opened.append(session)
        return session

    yield open_one
    for session in opened:
        session.close()


def paint(session: TorchSession, height: int) -> None:
    found = session.run({"x": np.full((1, 2, height, 4), -1.0, np.float32)})["y"]
    assert found.shape == (1, 2, height, 4) and not found.any()


def test_nobody_waits_for_the_compiler_and_nothing_is_captured_beside_it(
    gpu: Gpu, open_session: Callable[[], TorchSession]
) -> None:
    one, other = open_session(), open_session()
    paint(one, 3)
    assert gpu.compiling.wait(WAIT)
    for session in (one, other):  # captures of one session break what another one does
        session.prepare({"x": (1, 2, 5, 4)})
        paint(session, 5)
        paint(session, 7)
    assert gpu.captured == [(3, "plain")]
    gpu.go.set()
    one.settle()
    other.settle()
    assert gpu.overlaps == 0
    heights = [3, 5, 7, 5, 7]
    assert sorted(gpu.captured) == sorted((h, kind) for h in heights for kind in ("plain", "compiled"))


def test_what_ran_last_is_compiled_first(gpu: Gpu, open_session: Callable[[], TorchSession]) -> None:
    session = open_session()
    paint(session, 3)
    assert gpu.compiling.wait(WAIT)
    for size in (5, 7, 9):
        session.prepare({"x": (1, 2, size, 4)})
    paint(session, 7)
    gpu.go.set()
    session.settle()
    assert [size for size, kind in gpu.captured if kind == "compiled"] == [3, 7, 9, 5]


def test_shapes_that_are_not_kept_are_not_compiled(
    gpu: Gpu, open_session: Callable[[], TorchSession]
) -> None:
    session = open_session()
    paint(session, 3)
    assert gpu.compiling.wait(WAIT)
    for size in range(4, 18):
        paint(session, size)
    gpu.go.set()
    session.settle()
    assert sorted(size for size, kind in gpu.captured if kind == "compiled") == [3, *range(6, 18)]


def test_a_shape_that_is_too_large_to_compile_stops_no_other(
    gpu: Gpu, open_session: Callable[[], TorchSession]
) -> None:
    gpu.errors[3] = torch.OutOfMemoryError("CUDA out of memory")
    gpu.go.set()
    session = open_session()
    paint(session, 3)
    session.settle()
    paint(session, 5)
    session.settle()
    assert gpu.captured == [(3, "plain"), (5, "plain"), (5, "compiled")]
    assert session.device == "CPU"


def test_without_a_compiler_plain_calls_are_captured_and_the_session_tells(
    gpu: Gpu, open_session: Callable[[], TorchSession]
) -> None:
    gpu.errors = dict.fromkeys((3, 5), RuntimeError("Cannot find a working triton installation"))
    session = open_session()
    paint(session, 3)
    assert gpu.compiling.wait(WAIT)
    paint(session, 5)
    gpu.go.set()
    session.settle()
    assert gpu.captured == [(3, "plain"), (5, "plain")]
    assert session.device.count("does not compile here (Cannot find a working triton") == 1


def test_a_session_closes_while_it_compiles(gpu: Gpu, open_session: Callable[[], TorchSession]) -> None:
    session = open_session()
    paint(session, 3)
    assert gpu.compiling.wait(WAIT)
    session.close()
    session.settle()
    gpu.go.set()
    assert session._compiler is not None
    session._compiler._thread.join(WAIT)
    assert not session._compiler._thread.is_alive() and gpu.captured == [(3, "plain")]

"""What every session must do, on every backend that runs here, and on a dummy one."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import pytest
from onnx import TensorProto, helper

from pleinair.app.studio import Studio
from pleinair.engine.backends.registry import BackendSpec, backends, register_backend
from pleinair.engine.backends.selection import automatic_backends
from pleinair.engine.backends.session import InvalidNetwork, Session
from pleinair.engine.errors import BackendError
from pleinair.engine.files import asset
from tests.support.machine import has_bfloat16
from tests.support.pictures import demo_frame

FAST = asset("generators", "fast.onnx").read_bytes()


class DummySession:
    """A backend of one file: borrows the reference's arithmetic, and adds ``error`` grey levels."""

    backend, device, precision = "dummy", "nowhere", "float32"
    error = 0

    def __init__(self, network: bytes) -> None:
        self._session = backends()["cpu"].open(network)
        self.inputs = self._session.inputs

    def run(self, inputs: Mapping[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
        outputs = self._session.run(inputs)
        return {name: output + output.dtype.type(self.error) for name, output in outputs.items()}

    def prepare(self, shapes: Mapping[str, tuple[int, ...]]) -> None:
        self._session.prepare(shapes)

    def forget(self) -> None:
        self._session.forget()

    def settle(self) -> None:
        self._session.settle()

    def close(self) -> None:
        self._session.close()


def open_torch(network: bytes) -> Session:
    """What ``torch-cuda`` opens, but on the processor."""
    from pleinair.engine.backends.torch_session import TorchSession

    return TorchSession(network, "torch", "cpu")


@pytest.fixture(params=[*automatic_backends(), "dummy", "torch"])
def spec(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> BackendSpec:
    if request.param == "openvino-bf16" and not has_bfloat16():
        pytest.skip("this processor has no bfloat16")
    monkeypatch.setattr("pleinair.engine.backends.registry._registered", dict(backends()))
    register_backend(BackendSpec("dummy", "Dummy", (), lambda: None, DummySession))
    register_backend(BackendSpec("torch", "torch", (), lambda: None, open_torch))
    return backends()[request.param]


@pytest.fixture
def session(spec: BackendSpec) -> Iterator[Session]:
    opened = spec.open(FAST)
    yield opened
    opened.close()


@pytest.fixture
def inputs(studio: Studio) -> dict[str, npt.NDArray[Any]]:
    vector = studio.look("starry-night").vector_for(studio.generators[0].digest)
    return {"frame": demo_frame()[None], "style": vector}


def test_it_tells_what_it_is(session: Session, spec: BackendSpec) -> None:
    assert session.backend == spec.name and session.device
    assert session.precision in ("float32", "bfloat16", "float16")
    frame, style = session.inputs["frame"], session.inputs["style"]
    assert (frame[0], frame[3]) == (1, 3) and frame[1] is None and frame[2] is None
    assert style == (103180,)


def test_outputs_stay_as_they_are(session: Session, inputs: dict[str, npt.NDArray[Any]]) -> None:
    first = session.run(inputs)["painted"]
    assert first.shape == inputs["frame"].shape and first.dtype == np.uint8
    kept = first.copy()
    session.run({**inputs, "frame": 255 - inputs["frame"]})
    np.testing.assert_array_equal(first, kept)


def test_shapes_are_prepared_while_another_thread_runs(
    session: Session, inputs: dict[str, npt.NDArray[Any]]
) -> None:
    """More of them than stay compiled."""
    shapes = [(1, 48, 64 + 4 * n, 3) for n in range(14)]

    def prepare() -> None:
        for shape in shapes:
            session.prepare({"frame": shape})

    thread = threading.Thread(target=prepare)
    thread.start()
    pictures = [session.run(inputs)["painted"] for _ in range(12)]
    thread.join()
    for picture in pictures[1:]:
        np.testing.assert_array_equal(picture, pictures[0])


def test_it_paints_the_same_after_it_has_forgotten(
    session: Session, inputs: dict[str, npt.NDArray[Any]]
) -> None:
    """Also where it forgets while another thread runs it."""
    first = session.run(inputs)["painted"]
    pictures: list[npt.NDArray[Any]] = []
    thread = threading.Thread(
        target=lambda: pictures.extend(session.run(inputs)["painted"] for _ in range(6))
    )
    thread.start()
    while thread.is_alive():
        session.forget()
    thread.join()
    for picture in pictures:
        np.testing.assert_array_equal(picture, first)


def test_what_is_no_network_is_refused(spec: BackendSpec) -> None:
    for data in (b"", b"not a network", FAST[:5000]):
        with pytest.raises(InvalidNetwork):
            spec.open(data)


def test_inputs_that_do_not_fit_are_an_error(session: Session, inputs: dict[str, npt.NDArray[Any]]) -> None:
    with pytest.raises(BackendError):
        session.run({**inputs, "style": np.ones(8, np.float32)})
    assert session.run(inputs)["painted"].shape == inputs["frame"].shape


def test_it_runs_any_network_not_only_generators(spec: BackendSpec) -> None:
    shape: list[str | int | None] = [2, "N"]
    a, total = (helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in ("a", "total"))
    graph = helper.make_graph([helper.make_node("Add", ["a", "a"], ["total"])], "sum", [a], [total])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 9
    onnx.checker.check_model(model)
    session = spec.open(model.SerializeToString())
    for columns in (3, 5):
        found = session.run({"a": np.full((2, columns), 1.5, np.float32)})
        np.testing.assert_allclose(found["total"], np.full((2, columns), 3.0))
    session.close()

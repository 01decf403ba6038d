"""Providers in packages of their own: the graph that WebGPU gets, and what is said where one does not load."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import pytest

from pleinair.app.studio import open_studio
from pleinair.engine.backends.onnx import load_onnxruntime
from pleinair.engine.backends.onnx_plugins import add_plugin, pad_inputs
from pleinair.engine.backends.registry import find_backend
from pleinair.engine.backends.session import InvalidNetwork
from pleinair.engine.errors import BackendError
from pleinair.engine.files import asset
from pleinair.engine.system import has_nvidia_driver
from tests.support.pictures import demo_frame


def inputs_of_convolutions(network: bytes) -> list[int]:
    """How many channels go into each convolution, where the graph tells."""
    model = onnx.shape_inference.infer_shapes(onnx.load_from_string(network))
    shapes = {v.name: v.type.tensor_type.shape.dim for v in model.graph.value_info}
    kernels = {c.name: c.dims[1] for c in model.graph.initializer if len(c.dims) == 4}
    kernels |= {name: dims[1].dim_value for name, dims in shapes.items() if len(dims) == 4}
    return [kernels[node.input[1]] for node in model.graph.node if node.op_type == "Conv"]


@pytest.mark.parametrize("name", ["fast", "fine"])
def test_convolutions_of_six_channels_get_eight_and_paint_the_same(name: str) -> None:
    studio = open_studio(name)
    network = asset("generators", f"{name}.onnx").read_bytes()
    padded = pad_inputs(network)
    assert 6 in inputs_of_convolutions(network) and 6 not in inputs_of_convolutions(padded)
    (file,) = studio.generators
    vector = studio.look("starry-night").vector_for(file.digest)
    inputs: dict[str, npt.NDArray[Any]] = {"frame": demo_frame(161, 119)[None], "style": vector}
    pictures = []
    for data in (network, padded):
        session = find_backend("cpu").open(data)
        pictures.append(session.run(inputs)["painted"])
        session.close()
    np.testing.assert_array_equal(pictures[0], pictures[1])


def test_a_graph_without_such_convolutions_stays_as_it_is() -> None:
    network = asset("generators", "johnson-16.onnx").read_bytes()
    assert pad_inputs(network) == network
    with pytest.raises(InvalidNetwork):
        pad_inputs(b"no graph")


def test_a_plugin_that_does_not_load_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    ort = load_onnxruntime()
    with pytest.raises(BackendError, match="run: pip install no-such-plugin"):
        add_plugin(ort, ort.SessionOptions(), "no_such_plugin", "GPU")
    broken: Any = ModuleType("broken_plugin")
    broken.get_library_path = lambda: str(asset("desktop", "256x256", "pleinair.png"))
    monkeypatch.setitem(sys.modules, "broken_plugin", broken)
    with pytest.raises(BackendError, match=r"GPU could not be started \(.+\); install broken-plugin again"):
        add_plugin(ort, ort.SessionOptions(), "broken_plugin", "GPU")


@pytest.mark.skipif(has_nvidia_driver(), reason="there is an NVIDIA GPU, on which they may run")
@pytest.mark.parametrize("backend", ["cuda", "tensorrt"])
def test_a_provider_without_its_libraries_is_one_sentence_and_nothing_else(
    backend: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(BackendError, match="NVIDIA GPU"):
        find_backend(backend).open(asset("generators", "fast.onnx").read_bytes())
    assert capfd.readouterr() == ("", "")

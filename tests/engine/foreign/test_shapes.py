"""What is said about a generator's tensors is what they are."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import onnx
import pytest
from onnx import helper

from pleinair.engine.backends.onnx import load_onnxruntime
from pleinair.engine.backends.session import InvalidNetwork
from pleinair.engine.files import GENERATORS, asset
from pleinair.engine.foreign.check import check_network
from pleinair.engine.foreign.network import TYPES, Node, read_network
from pleinair.engine.foreign.shapes import run_on_sizes


@pytest.mark.parametrize("name", GENERATORS)
def test_all_tensors_have_the_shapes_that_onnx_runtime_gives_them(name: str) -> None:
    path = asset("generators", f"{name}.onnx")
    network, model = read_network(path.read_bytes()), onnx.load(str(path))
    names = [node.output for node in network.nodes]
    every = replace(network, outputs={name: network.outputs["painted"] for name in names})
    del model.graph.output[:]
    model.graph.output.extend(helper.make_empty_tensor_value_info(name) for name in names)
    options = load_onnxruntime().SessionOptions()
    options.log_severity_level = 4
    data = model.SerializeToString()
    session = load_onnxruntime().InferenceSession(data, options, providers=["CPUExecutionProvider"])
    (length,) = network.inputs["style"].shape
    for height, width in ((48, 64), (97, 131)):
        run = run_on_sizes(every, height, width)
        frame = np.zeros((1, height, width, 3), np.uint8)
        real = session.run(names, {"frame": frame, "style": np.ones(length or 0, np.float32)})
        for name, array in zip(names, real, strict=True):
            value = run.outputs[name]
            assert (value.shape, np.dtype(TYPES[value.type])) == (array.shape, array.dtype), name
            assert value.contents is None or value.contents.tolist() == array.tolist(), name
        assert run.elements == sum(array.size for array in real)


def test_what_grows_is_refused() -> None:
    """A tensor of all pixels for each row: beyond all memory at the largest size only."""
    network = read_network(asset("generators", "fast.onnx").read_bytes())
    check_network(network)
    numbers = {f"n{n}": np.array(value, np.int64) for n, value in enumerate(([0], [1], [2], [0] * 8))}
    more = (
        Node("Shape", ("frame",), "s", {}),
        Node("Slice", ("s", "n1", "n2"), "h", {}),
        Node("Concat", ("n0", "n0", "n0", "n0", "h", "n0", "n0", "n0"), "pads", {"axis": 0}),
        *(
            Node("Pad", (f"p{n}" if n else "frame", "pads"), f"p{n + 1}", {"mode": "edge"})
            for n in range(400)
        ),
    )
    grown = replace(network, nodes=network.nodes + more, constants={**network.constants, **numbers})
    with pytest.raises(InvalidNetwork, match="too much memory or time"):
        check_network(grown)
    many = replace(network, constants={**network.constants, "many": np.zeros(8_000_000, np.int64)})
    lists = tuple(Node("Neg", ("many",), f"m{n}", {}) for n in range(800))
    began = time.monotonic()
    with pytest.raises(InvalidNetwork, match="Neg, is not of the form"):
        check_network(replace(many, nodes=lists + network.nodes))
    assert time.monotonic() - began < 5
    with pytest.raises(InvalidNetwork, match="more than 1,000 steps"):
        check_network(replace(network, nodes=network.nodes * 10))

"""Hostile generators: ``fast`` as it ships, with one thing in it that must not be there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from pleinair.engine.files import asset

FAST = asset("generators", "fast.onnx")
HUGE = 1 << 40
LEVELS, STEPS = 10_000, 100_000

Make = Callable[[Path], bytes]
"""Takes the folder that the file will lie in, and returns what is in the file."""


def fast() -> Any:
    """A fresh copy of the model."""
    return onnx.load(str(FAST))


def _const(model: Any, name: str, value: object, dtype: type[np.generic] = np.int64) -> str:
    model.graph.initializer.append(numpy_helper.from_array(np.asarray(value, dtype), name))
    return name


def _after(model: Any, *nodes: Any) -> bytes:
    """The model with ``nodes`` behind it, from ``before`` to ``painted``."""
    model.graph.node[-1].output[0] = "before"
    model.graph.node.extend(nodes)
    return bytes(model.SerializeToString())


def _declared(name: str, kind: int, shape: list[Any] | None) -> Any:
    return helper.make_tensor_value_info(name, kind, shape)


def _loop(*body: Any, shape: list[Any] | None) -> bytes:
    model = fast()
    graph = helper.make_graph(
        [helper.make_node("Identity", ["going"], ["goes_on"]), *body],
        "body",
        [
            _declared("number", TensorProto.INT64, []),
            _declared("going", TensorProto.BOOL, []),
            _declared("x", TensorProto.UINT8, shape),
        ],
        [_declared("goes_on", TensorProto.BOOL, []), _declared("y", TensorProto.UINT8, shape)],
    )
    times = [_const(model, "times", np.iinfo(np.int64).max), _const(model, "yes", True, np.bool_)]
    return _after(model, helper.make_node("Loop", [*times, "before"], ["painted"], body=graph))


def _endless_loop(folder: Path) -> bytes:
    return _loop(helper.make_node("Identity", ["x"], ["y"]), shape=[1, "H", "W", 3])


def _growing_loop(folder: Path) -> bytes:
    return _loop(helper.make_node("Concat", ["x", "x"], ["y"], axis=0), shape=None)


def _scan(folder: Path) -> bytes:
    rows = [_declared(name, TensorProto.UINT8, ["H", "W", 3]) for name in ("x", "y")]
    body = helper.make_graph([helper.make_node("Identity", ["x"], ["y"])], "body", rows[:1], rows[1:])
    return _after(fast(), helper.make_node("Scan", ["before"], ["painted"], body=body, num_scan_inputs=1))


def _other_domain(folder: Path) -> bytes:
    model = fast()
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    relu = next(node for node in model.graph.node if node.op_type == "Relu")
    relu.op_type, relu.domain = "Gelu", "com.microsoft"
    return bytes(model.SerializeToString())


def _function(folder: Path) -> bytes:
    model = fast()
    model.opset_import.append(helper.make_opsetid("own", 1))
    steps = [helper.make_node("Identity", ["x"], ["y"])]
    versions = [helper.make_opsetid("", 17)]
    model.functions.append(helper.make_function("own", "Same", ["x"], ["y"], steps, versions))
    return _after(model, helper.make_node("Same", ["before"], ["painted"], domain="own"))


def _weights_at(folder: Path, location: str) -> bytes:
    model = fast()
    kernels = next(c for c in model.graph.initializer if len(c.dims) == 4)
    (folder / "elsewhere.bin").write_bytes(kernels.raw_data)
    kernels.ClearField("raw_data")
    kernels.data_location = TensorProto.EXTERNAL
    kernels.external_data.add(key="location", value=location)
    return bytes(model.SerializeToString())


def _weights_beside(folder: Path) -> bytes:
    return _weights_at(folder, "elsewhere.bin")


def _weights_anywhere(folder: Path) -> bytes:
    return _weights_at(folder, str(folder / "elsewhere.bin"))


def _scalar_style(folder: Path) -> bytes:
    model = fast()
    del model.graph.input[1].type.tensor_type.shape.dim[:]
    return bytes(model.SerializeToString())


def _convolution_of_one(folder: Path) -> bytes:
    model = fast()
    del next(node for node in model.graph.node if node.op_type == "Conv").input[1:]
    return bytes(model.SerializeToString())


def _cycle(folder: Path) -> bytes:
    model = fast()
    relus = [node for node in model.graph.node if node.op_type == "Relu"]
    relus[0].input[0] = relus[1].output[0]
    return bytes(model.SerializeToString())


def _half_size(folder: Path) -> bytes:
    model = fast()
    bounds = [_const(model, f"cut{n}", [value]) for n, value in enumerate((0, 1 << 30, 1, 2))]
    return _after(model, helper.make_node("Slice", ["before", *bounds], ["painted"]))


def _one_channel(folder: Path) -> bytes:
    model = fast()
    bounds = [_const(model, f"cut{n}", [value]) for n, value in enumerate((0, 1, 3))]
    return _after(model, helper.make_node("Slice", ["before", *bounds], ["painted"]))


def _floats(folder: Path) -> bytes:
    model = fast()
    model.graph.output[0].type.tensor_type.elem_type = TensorProto.FLOAT
    return _after(model, helper.make_node("Cast", ["before"], ["painted"], to=TensorProto.FLOAT))


def _no_numbers(folder: Path) -> bytes:
    model = fast()
    blur = next(c for c in model.graph.initializer if len(c.dims) == 4)
    blur.raw_data = np.full(list(blur.dims), np.nan, np.float32).tobytes()
    return bytes(model.SerializeToString())


def _divided_by_zero(folder: Path) -> bytes:
    model = fast()
    divisor = next(node for node in model.graph.node if node.op_type == "Div").input[1]
    next(c for c in model.graph.initializer if c.name == divisor).raw_data = bytes(8)
    return bytes(model.SerializeToString())


def _tiled(folder: Path) -> bytes:
    model = fast()
    times = _const(model, "times", [100_000, 1, 1, 1])
    first = [_const(model, f"first{n}", [value]) for n, value in enumerate((0, 1, 0))]
    tile = helper.make_node("Tile", ["before", times], ["tiled"])
    return _after(model, tile, helper.make_node("Slice", ["tiled", *first], ["painted"]))


def _made_of_nothing(folder: Path) -> bytes:
    model = fast()
    zeros = helper.make_node("ConstantOfShape", [_const(model, "shape", [HUGE])], ["zeros"])
    least = helper.make_node("ReduceMax", ["zeros"], ["zero"], keepdims=0)
    cast = helper.make_node("Cast", ["zero"], ["nothing"], to=TensorProto.UINT8)
    return _after(model, zeros, least, cast, helper.make_node("Add", ["before", "nothing"], ["painted"]))


def _padded(folder: Path) -> bytes:
    model = fast()
    pad = next(node for node in model.graph.node if node.op_type == "Pad")
    pads = next(c for c in model.graph.initializer if c.name == pad.input[1])
    pads.raw_data = np.array([0, 1 << 30, 1 << 30, 0] * 2, np.int64).tobytes()
    return bytes(model.SerializeToString())


def _claimed(folder: Path) -> bytes:
    model = fast()
    next(c for c in model.graph.initializer if len(c.dims) == 4).dims[0] = HUGE
    return bytes(model.SerializeToString())


def _field(number: int, inside: bytes) -> bytes:
    """A length and bytes, as Protocol Buffers have them."""
    length, size = b"", len(inside)
    while size > 127:
        length, size = length + bytes([size & 127 | 128]), size >> 7
    return bytes([number << 3 | 2]) + length + bytes([size]) + inside


def _nested(folder: Path) -> bytes:
    graph = b""
    for _ in range(LEVELS):  # a node with an attribute that is a graph with a node
        attribute = _field(1, b"body") + _field(6, graph) + bytes([20 << 3 & 127 | 128, 1, 5])
        graph = _field(1, _field(4, b"Loop") + _field(5, attribute))
    model = fast()
    rest = model.graph.SerializeToString()
    model.ClearField("graph")
    return bytes(model.SerializeToString()) + _field(7, rest + graph)


def _chain(folder: Path) -> bytes:
    relus = [helper.make_node("Relu", [f"x{n}"], [f"x{n + 1}"]) for n in range(STEPS)]
    first = helper.make_node("Cast", ["before"], ["x0"], to=TensorProto.FLOAT)
    return _after(
        fast(), first, *relus, helper.make_node("Cast", [f"x{STEPS}"], ["painted"], to=TensorProto.UINT8)
    )


def _named_twice(folder: Path) -> bytes:
    model = fast()
    relus = [node for node in model.graph.node if node.op_type == "Relu"]
    relus[1].output[0] = relus[0].output[0]
    return bytes(model.SerializeToString())


KINDS: Mapping[str, Make] = {
    "endless loop": _endless_loop,
    "growing loop": _growing_loop,
    "scan": _scan,
    "operator of another domain": _other_domain,
    "function": _function,
    "weights in a file beside it": _weights_beside,
    "weights in a file by its path": _weights_anywhere,
    "scalar style": _scalar_style,
    "convolution with one input": _convolution_of_one,
    "cycle": _cycle,
    "half the size": _half_size,
    "one channel": _one_channel,
    "paints floats": _floats,
    "weights that are no numbers": _no_numbers,
    "division by zero": _divided_by_zero,
    "tiled 100,000 times": _tiled,
    "zeros of 2^40": _made_of_nothing,
    "padded by 2^30": _padded,
    "claims 2^40 weights": _claimed,
    "10,000 graphs in each other": _nested,
    "100,000 steps": _chain,
    "a name twice": _named_twice,
}
"""All kinds by name."""

"""What our generators use of ONNX (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto), as plain objects."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from pleinair.engine.backends.session import InvalidNetwork
from pleinair.engine.foreign.wire import Field, Kind, Message, read_message

OPSET, IR_VERSION = 17, 9
"""Versions of the operators and of the file that training writes; others may mean something else."""
TYPES: Mapping[int, type[np.generic]] = {1: np.float32, 2: np.uint8, 7: np.int64}
"""``TensorProto.DataType`` -> numpy's."""
FLOAT, UINT8 = 1, 2
MOST_AXES = 8

_PAIR = {1: Field("key", Kind.TEXT), 2: Field("value", Kind.TEXT)}
_TENSOR = {
    1: Field("dims", Kind.INTEGER, many=True),
    2: Field("data_type", Kind.INTEGER),
    8: Field("name", Kind.TEXT),
    9: Field("raw_data", Kind.BYTES),
    13: Field("weights in other files", Kind.REFUSED),
    14: Field("weights in other files", Kind.REFUSED),
}
_ATTRIBUTE = {
    1: Field("name", Kind.TEXT),
    2: Field("f", Kind.FLOAT),
    3: Field("i", Kind.INTEGER),
    4: Field("s", Kind.TEXT),
    5: Field("tensors inside nodes", Kind.REFUSED),
    6: Field("graphs inside nodes", Kind.REFUSED),
    8: Field("ints", Kind.INTEGER, many=True),
    10: Field("tensors inside nodes", Kind.REFUSED),
    11: Field("graphs inside nodes", Kind.REFUSED),
    20: Field("type", Kind.INTEGER),
    22: Field("sparse tensors", Kind.REFUSED),
    23: Field("sparse tensors", Kind.REFUSED),
}
_NODE = {
    1: Field("input", Kind.TEXT, many=True),
    2: Field("output", Kind.TEXT, many=True),
    3: Field("name", Kind.TEXT),
    4: Field("op_type", Kind.TEXT),
    5: Field("attribute", _ATTRIBUTE, many=True),
    7: Field("operators of another domain", Kind.REFUSED),
    8: Field("functions", Kind.REFUSED),
}
_DIMENSION = {1: Field("dim_value", Kind.INTEGER), 2: Field("dim_param", Kind.TEXT)}
_TENSOR_TYPE = {
    1: Field("elem_type", Kind.INTEGER),
    2: Field("shape", {1: Field("dim", _DIMENSION, many=True)}),
}
_VALUE = {1: Field("name", Kind.TEXT), 2: Field("type", {1: Field("tensor_type", _TENSOR_TYPE)})}
_GRAPH = {
    1: Field("node", _NODE, many=True),
    2: Field("name", Kind.TEXT),
    5: Field("initializer", _TENSOR, many=True),
    11: Field("input", _VALUE, many=True),
    12: Field("output", _VALUE, many=True),
    15: Field("sparse tensors", Kind.REFUSED),
}
_MODEL = {
    1: Field("ir_version", Kind.INTEGER),
    2: Field("producer_name", Kind.TEXT),
    3: Field("producer_version", Kind.TEXT),
    6: Field("doc_string", Kind.TEXT),
    7: Field("graph", _GRAPH),
    8: Field("opset_import", {1: Field("domain", Kind.TEXT), 2: Field("version", Kind.INTEGER)}, many=True),
    14: Field("metadata_props", _PAIR, many=True),
    20: Field("training steps", Kind.REFUSED),
    25: Field("functions", Kind.REFUSED),
}
_ATTRIBUTE_TYPES = {1: "f", 2: "i", 3: "s", 7: "ints"}

Attribute = float | int | str | list[int]
T = TypeVar("T")


@dataclass(frozen=True)
class Node:
    """One operator; an input that is left out is an empty name."""

    operator: str
    inputs: tuple[str, ...]
    output: str
    attributes: Mapping[str, Attribute]


@dataclass(frozen=True)
class Declared:
    """An input or output: the number of its element type, and its axes' lengths, None where they are open."""

    type: int
    shape: tuple[int | None, ...]


@dataclass(frozen=True)
class Network:
    """A graph."""

    inputs: Mapping[str, Declared]
    outputs: Mapping[str, Declared]
    constants: Mapping[str, npt.NDArray[np.generic]]
    nodes: tuple[Node, ...]


def read_network(data: bytes) -> Network:
    """Raises InvalidNetwork for an ONNX file that has anything that our generators have not."""
    model = read_message(data, _MODEL)
    versions = [(opset.get("domain", ""), opset.get("version")) for opset in model["opset_import"]]
    if versions != [("", OPSET)] or model.get("ir_version") != IR_VERSION:
        raise InvalidNetwork(f"it is not in version {OPSET} of ONNX's own operators")
    graph: Message = model.get("graph") or read_message(b"", _GRAPH)
    return Network(
        _named({value.get("name", ""): _declared(value) for value in graph["input"]}, graph["input"]),
        _named({value.get("name", ""): _declared(value) for value in graph["output"]}, graph["output"]),
        _named({c.get("name", ""): _constant(c) for c in graph["initializer"]}, graph["initializer"]),
        tuple(_node(node) for node in graph["node"]),
    )


def _named(values: dict[str, T], messages: list[Message]) -> dict[str, T]:
    if len(values) != len(messages) or "" in values:
        raise InvalidNetwork("parts of it have no name, or the same")
    return values


def _declared(value: Message) -> Declared:
    tensor = value.get("type", {}).get("tensor_type", {})
    axes = tensor.get("shape", {}).get("dim", [])
    return Declared(tensor.get("elem_type", 0), tuple(axis.get("dim_value") for axis in axes))


def _constant(tensor: Message) -> npt.NDArray[np.generic]:
    kind, dims, raw = TYPES.get(tensor.get("data_type", 0)), tensor["dims"], tensor.get("raw_data", b"")
    sound = kind is not None and len(dims) <= MOST_AXES and all(side > 0 for side in dims)
    if kind is None or not sound or math.prod(dims) * kind().itemsize != len(raw):
        raise InvalidNetwork("weights are missing, or of another size or type than they say")
    values = np.frombuffer(raw, np.dtype(kind).newbyteorder("<")).reshape(dims)
    if kind is np.float32 and not np.isfinite(values).all():
        raise InvalidNetwork("weights are infinite or no numbers")
    return values


def _node(node: Message) -> Node:
    attributes: dict[str, Attribute] = {}
    for attribute in node["attribute"]:
        name = attribute.pop("name", "")
        field = _ATTRIBUTE_TYPES.get(attribute.pop("type", 0), "")
        values = {key: value for key, value in attribute.items() if value != []}
        if list(values) != [field] or name in attributes:
            raise InvalidNetwork("a node has an attribute twice, or of another type than it says")
        attributes[name] = values[field]
    operator, outputs = node.get("op_type", ""), node["output"]
    if len(outputs) != 1 or not outputs[0]:
        raise InvalidNetwork("a node has no output, or several")
    return Node(operator, tuple(node["input"]), outputs[0], attributes)

"""Generators as they ship, with a few things changed at random: bits, or parts of the graph."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.faults.strangers.hostile import FAST, fast

NUMBERS = (-(2**63), -(2**31), -1, 0, 1, 2, 3, 7, 255, 65_537, 2**31 - 1, 2**31, 2**40, 2**63 - 1)
"""Awkward ones."""
OPERATORS = ("Relu", "Shape", "Add", "Div", "Conv", "Resize", "Reshape", "Loop", "Tile", "Identity", "")


def damage(rng: random.Random) -> bytes:
    """The bytes of a file."""
    if rng.random() < 0.4:
        return _flip(rng)
    model = fast()
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        rng.choice(CHANGES)(model, rng)
    return bytes(model.SerializeToString())


def _flip(rng: random.Random) -> bytes:
    data = bytearray(FAST.read_bytes())
    for _ in range(rng.choice((1, 1, 2, 8))):
        place = rng.randrange(len(data))
        what = rng.randrange(4)
        if what == 0:
            data[place] ^= 1 << rng.randrange(8)
        elif what == 1:
            data[place] = rng.randrange(256)
        elif what == 2:
            del data[place : place + rng.choice((1, 4, 100, len(data)))]
        else:
            data[place:place] = data[place : place + rng.choice((1, 8, 200))]
        if not data:
            break
    return bytes(data)


def _rewire(model: Any, rng: random.Random) -> None:
    node, other = rng.choices(model.graph.node, k=2)
    if node.input:
        node.input[rng.randrange(len(node.input))] = rng.choice([*other.input, *other.output, "", "style"])


def _drop_input(model: Any, rng: random.Random) -> None:
    node = rng.choice(model.graph.node)
    if node.input:
        del node.input[rng.randrange(len(node.input)) :]


def _add_input(model: Any, rng: random.Random) -> None:
    node, other = rng.choices(model.graph.node, k=2)
    node.input.append(rng.choice([*other.input, *other.output]))


def _rename_operator(model: Any, rng: random.Random) -> None:
    rng.choice(model.graph.node).op_type = rng.choice(OPERATORS)


def _change_attribute(model: Any, rng: random.Random) -> None:
    attribute = rng.choice([a for node in model.graph.node for a in node.attribute])
    if attribute.ints:
        attribute.ints[rng.randrange(len(attribute.ints))] = rng.choice(NUMBERS)
    elif attribute.HasField("i"):
        attribute.i = rng.choice(NUMBERS)
    elif attribute.HasField("f"):
        attribute.f = rng.choice((0.0, -1.0, 1e30, float("nan"), float("inf")))
    else:
        attribute.s = rng.choice((b"", b"constant", b"linear", b"reflect", b"wrap", b"\xff"))


def _drop_attribute(model: Any, rng: random.Random) -> None:
    node = rng.choice([node for node in model.graph.node if node.attribute])
    del node.attribute[rng.randrange(len(node.attribute))]


def _drop_node(model: Any, rng: random.Random) -> None:
    del model.graph.node[rng.randrange(len(model.graph.node))]


def _move_node(model: Any, rng: random.Random) -> None:
    nodes = list(model.graph.node)
    node = nodes.pop(rng.randrange(len(nodes)))
    nodes.insert(rng.randrange(len(nodes) + 1), node)
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def _change_constant(model: Any, rng: random.Random) -> None:
    constant = rng.choice(model.graph.initializer)
    if constant.data_type == 7:
        values = np.frombuffer(constant.raw_data, np.int64).copy()
        values[rng.randrange(len(values))] = rng.choice((*NUMBERS, int(values[0]) + rng.choice((-1, 1, 2))))
    elif constant.data_type == 1:
        values = np.frombuffer(constant.raw_data, np.float32).copy()  # type: ignore[assignment]
        values[:] = rng.choice((0.0, -1.0, 1e-38, 1e30, np.nan, np.inf, 2.0, 3.0))
    else:
        values = np.array([rng.randrange(256)], np.uint8)
    constant.raw_data = values.tobytes()


def _reshape_constant(model: Any, rng: random.Random) -> None:
    constant = rng.choice(model.graph.initializer)
    what = rng.randrange(3)
    if what == 0 and constant.dims:
        constant.dims[rng.randrange(len(constant.dims))] = rng.choice(NUMBERS)
    elif what == 1:
        constant.dims.insert(rng.randrange(len(constant.dims) + 1), 1)
    else:
        constant.data_type = rng.randrange(24)


def _change_ends(model: Any, rng: random.Random) -> None:
    tensor = rng.choice([*model.graph.input, *model.graph.output]).type.tensor_type
    if rng.random() < 0.3:
        tensor.elem_type = rng.randrange(24)
    elif not tensor.shape.dim:
        tensor.shape.dim.add(dim_value=1)
    elif rng.random() < 0.5:
        rng.choice(tensor.shape.dim).dim_value = rng.choice(NUMBERS)
    else:
        del tensor.shape.dim[rng.randrange(len(tensor.shape.dim)) :]


CHANGES: tuple[Callable[[Any, random.Random], None], ...] = (
    _rewire,
    _drop_input,
    _add_input,
    _rename_operator,
    _change_attribute,
    _drop_attribute,
    _drop_node,
    _move_node,
    _change_constant,
    _reshape_constant,
    _change_ends,
)

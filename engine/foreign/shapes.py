"""A generator run on sizes alone: what shape each tensor has for a frame of one size, and what all of them cost.

Knows the operators that training exports, in the forms in which it does; anything else is refused. Whatever tells a
shape must come from constants and from shapes, never from what is painted: so a network that passes cannot behave
otherwise for another picture. Operators: https://onnx.ai/onnx/operators, version 17.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pleinair.engine.backends.session import InvalidNetwork
from pleinair.engine.foreign.network import FLOAT, MOST_AXES, TYPES, UINT8, Attribute, Network, Node

NUMBERS = 7
"""``TensorProto.INT64``: shapes, and what is computed of them."""
LARGEST_NUMBER, MOST_NUMBERS = 1 << 31, 64
LARGEST_FACTOR = 4
"""Of ``Resize``, along one axis."""
LARGEST_STEP = 16
"""Strides and dilations of a convolution."""


@dataclass(frozen=True)
class Value:
    """A tensor of which the shape is known, and the contents where it is constant or computed of shapes."""

    type: int
    shape: tuple[int, ...]
    contents: npt.NDArray[np.generic] | None = None

    @property
    def size(self) -> int:
        """How many elements it has."""
        return math.prod(self.shape)


@dataclass(frozen=True)
class Run:
    """What came of it."""

    outputs: Mapping[str, Value]
    elements: int
    """Of all tensors together."""
    products: int
    """Multiplications in convolutions."""


def run_on_sizes(network: Network, height: int, width: int) -> Run:
    """Raises InvalidNetwork where an operator, or its form, is not known, or its inputs don't fit."""
    frame = {"frame": (1, height, width, 3)}
    shapes = {
        name: frame.get(name, tuple(axis or 0 for axis in i.shape)) for name, i in network.inputs.items()
    }
    values = {name: Value(network.inputs[name].type, shape) for name, shape in shapes.items()}
    for name, array in network.constants.items():
        _add(values, name, Value(_TYPE_NUMBERS[array.dtype.type], array.shape, array))
    elements = products = 0
    for node in network.nodes:
        call = _Call(node, values)
        value = call.compute()
        _add(values, node.output, value)
        elements += value.size
        products += call.products
    try:
        return Run({name: values[name] for name in network.outputs}, elements, products)
    except KeyError as error:
        raise InvalidNetwork("its output is not computed") from error


_TYPE_NUMBERS = {kind: number for number, kind in TYPES.items()}


def _add(values: dict[str, Value], name: str, value: Value) -> None:
    if name in values:
        raise InvalidNetwork("two of its tensors have the same name")
    if min(value.shape, default=1) < 1 or len(value.shape) > MOST_AXES:
        raise InvalidNetwork("one of its tensors is empty, or has too many axes")
    values[name] = value


class _Call:
    """One node with its inputs; what it asks for is there, or it raises."""

    def __init__(self, node: Node, values: Mapping[str, Value]) -> None:
        self.operator, self.products = node.operator, 0
        self._attributes: dict[str, Attribute] = dict(node.attributes)
        try:
            self._inputs = [values[name] if name else None for name in node.inputs]
        except KeyError as error:
            raise self.fault() from error  # of a node that comes later, or of none
        self._rule = _RULES.get(node.operator)

    def compute(self) -> Value:
        """Its output."""
        if self._rule is None:
            raise InvalidNetwork(f"it has the operator '{self.operator[:40]}', which generators have not")
        try:
            value = self._rule(self)
        except (ValueError, IndexError) as error:
            raise self.fault() from error
        self.require(not self._attributes)
        return value

    def fault(self) -> InvalidNetwork:
        """What to raise for inputs or attributes that don't fit."""
        return InvalidNetwork(f"a step of it, {self.operator}, is not of the form that generators have")

    def require(self, fits: bool) -> None:
        """Raise unless it fits."""
        if not fits:
            raise self.fault()

    def only(self, least: int, most: int | None = None) -> list[Value | None]:
        """All inputs, of which there are so many."""
        self.require(least <= len(self._inputs) <= (most or least))
        return self._inputs

    def array(self, place: int, *types: int, axes: int | None = None) -> Value:
        """The input at ``place``, of one of these element types (float32 by default)."""
        value = self._inputs[place]
        if value is None or value.type not in (types or (FLOAT,)) or axes not in (None, len(value.shape)):
            raise self.fault()
        return value

    def numbers(self, place: int) -> list[int]:
        """The input at ``place``: integers that are known."""
        return _listed(self.array(place, NUMBERS, axes=1), self)

    def attribute(self, name: str, default: Attribute | None = None) -> Attribute:
        """The attribute, of the type of its default or as given."""
        value = self._attributes.pop(name, default)
        if value is None or (default is not None and type(value) is not type(default)):
            raise self.fault()
        return value

    def integers(self, name: str, default: list[int]) -> list[int]:
        """The attribute: as many integers as the default has."""
        value = self.attribute(name, default)
        assert isinstance(value, list)
        self.require(len(value) == len(default))
        return value


def _listed(value: Value, call: _Call) -> list[int]:
    if value.contents is None or value.size > MOST_NUMBERS:
        raise call.fault()
    return [int(number) for number in value.contents]


def _known(numbers: list[int], call: _Call) -> Value:
    call.require(len(numbers) <= MOST_NUMBERS and all(abs(number) < LARGEST_NUMBER for number in numbers))
    return Value(NUMBERS, (len(numbers),), np.array(numbers, np.int64))


def _shape(call: _Call) -> Value:
    call.only(1)
    return _known(list(call.array(0, FLOAT, UINT8).shape), call)


def _slice(call: _Call) -> Value:
    count = len(call.only(3, 4))
    data, starts, ends = call.array(0, FLOAT, UINT8, NUMBERS), call.numbers(1), call.numbers(2)
    axes = call.numbers(3) if count == 4 else list(range(len(starts)))
    call.require(len(set(axes)) == len(axes) and all(0 <= axis < len(data.shape) for axis in axes))
    cuts = dict(zip(axes, map(slice, starts, ends), strict=True))
    if data.type == NUMBERS:
        return _known(_listed(data, call)[cuts.get(0, slice(None))], call)
    sides = [range(side)[cuts.get(axis, slice(None))] for axis, side in enumerate(data.shape)]
    return Value(data.type, tuple(map(len, sides)))


def _arithmetic(compute: Callable[[int, int], int], least: int) -> Callable[[_Call], Value]:
    """Of known integers; ``least``: the smallest second one. Nothing may be divided by zero: it ends the program."""

    def rule(call: _Call) -> Value:
        call.only(2)
        one, other = call.numbers(0), call.numbers(1)
        longest = max(len(one), len(other))
        one, other = (numbers * longest if len(numbers) == 1 else numbers for numbers in (one, other))
        call.require(all(number >= least for number in other))
        return _known([compute(a, b) for a, b in zip(one, other, strict=True)], call)

    return rule


_add_numbers = _arithmetic(int.__add__, -LARGEST_NUMBER)


def _sum(call: _Call) -> Value:
    if call.array(0, FLOAT, NUMBERS).type == NUMBERS:
        return _add_numbers(call)
    call.only(2)
    one, other = call.array(0), call.array(1)
    call.require(one.shape == other.shape)
    return Value(FLOAT, one.shape)


def _negative(call: _Call) -> Value:
    call.only(1)
    return _known([-number for number in call.numbers(0)], call)


def _concat(call: _Call) -> Value:
    axis = call.attribute("axis", 0)
    places = range(len(call.only(1, 8)))
    first = call.array(0, UINT8, FLOAT, NUMBERS)
    pieces = [call.array(place, first.type, axes=len(first.shape)) for place in places]
    assert isinstance(axis, int)
    call.require(0 <= axis < len(first.shape))
    if first.type == NUMBERS:
        return _known([number for piece in pieces for number in _listed(piece, call)], call)
    call.require(all(_without(piece.shape, axis) == _without(first.shape, axis) for piece in pieces))
    sides = list(first.shape)
    sides[axis] = sum(piece.shape[axis] for piece in pieces)
    return Value(first.type, tuple(sides))


def _without(shape: tuple[int, ...], axis: int) -> tuple[int, ...]:
    return shape[:axis] + shape[axis + 1 :]


def _pad(call: _Call) -> Value:
    call.only(2)
    data, pads, mode = call.array(0, UINT8, FLOAT), call.numbers(1), call.attribute("mode", "constant")
    axes = len(data.shape)
    call.require(mode in ("edge", "reflect") and len(pads) == 2 * axes and min(pads) >= 0)
    sides = list(zip(data.shape, pads[:axes], pads[axes:], strict=True))
    call.require(mode == "edge" or all(max(before, after) < side for side, before, after in sides))
    return Value(data.type, tuple(map(sum, sides)))


def _reshape(call: _Call) -> Value:
    call.only(2)
    data, wanted = call.array(0, UINT8, FLOAT), call.numbers(1)
    sides = [data.shape[axis] if side == 0 else side for axis, side in enumerate(wanted)]
    call.require(sides.count(-1) <= 1 and all(side >= -1 for side in sides))
    given = math.prod(side for side in sides if side != -1)
    sides = [data.size // given if side == -1 else side for side in sides]
    call.require(math.prod(sides) == data.size)
    return Value(data.type, tuple(sides))


def _cast(call: _Call) -> Value:
    call.only(1)
    call.require(call.attribute("to") == FLOAT)
    return Value(FLOAT, call.array(0, UINT8).shape)


def _transpose(call: _Call) -> Value:
    call.only(1)
    data = call.array(0, UINT8, FLOAT)
    order = call.integers("perm", list(range(len(data.shape))))
    call.require(sorted(order) == list(range(len(data.shape))))
    return Value(data.type, tuple(data.shape[axis] for axis in order))


def _convolution(call: _Call) -> Value:
    given = call.only(2, 3)
    (one, channels, *sides), kernels = call.array(0, axes=4).shape, call.array(1, axes=4).shape
    groups = call.attribute("group", 1)
    assert isinstance(groups, int)
    outputs, inputs, *kernel = kernels
    call.require(one == 1 and groups >= 1 and inputs * groups == channels and outputs % groups == 0)
    call.require(len(given) == 2 or call.array(2).shape == (outputs,))
    call.require(call.integers("kernel_shape", kernel) == kernel)
    call.require(call.integers("pads", [0] * 4) == [0] * 4)
    strides, dilations = call.integers("strides", [1, 1]), call.integers("dilations", [1, 1])
    call.require(all(1 <= step <= LARGEST_STEP for step in (*strides, *dilations)))
    spans = [d * (k - 1) + 1 for d, k in zip(dilations, kernel, strict=True)]
    call.require(all(span <= side for span, side in zip(spans, sides, strict=True)))
    high, wide = ((side - span) // step + 1 for side, span, step in zip(sides, spans, strides, strict=True))
    call.products = high * wide * math.prod(kernels)
    return Value(FLOAT, (1, outputs, high, wide))


def _instance_norm(call: _Call) -> Value:
    call.only(3)
    data, epsilon = call.array(0, axes=4), call.attribute("epsilon", 1e-5)
    assert isinstance(epsilon, float)
    call.require(0 < epsilon < 1 and call.array(1).shape == call.array(2).shape == data.shape[1:2])
    return Value(FLOAT, data.shape)


def _relu(call: _Call) -> Value:
    call.only(1)
    return Value(FLOAT, call.array(0).shape)


def _resize(call: _Call) -> Value:
    """Repeats each value a whole number of times along the last two axes."""
    _, nothing, _ = call.only(3)
    factors = call.array(2, axes=1)
    call.require(factors.shape == (4,))
    scales = factors.contents
    form = (call.attribute("mode", "nearest"), call.attribute("coordinate_transformation_mode", ""))
    call.require(form == ("nearest", "asymmetric") and nothing is None)
    call.require(
        scales is not None and scales.tolist() in [[1, 1, n, n] for n in range(1, LARGEST_FACTOR + 1)]
    )
    assert scales is not None
    one, channels, high, wide = call.array(0, axes=4).shape
    factor = int(scales.tolist()[-1])
    return Value(FLOAT, (one, channels, high * factor, wide * factor))


def _quantize(call: _Call) -> Value:
    call.only(3)
    scale, zero = call.array(1, axes=0).contents, call.array(2, UINT8, axes=0).contents
    call.require(scale is not None and zero is not None and bool(scale > 0))  # type: ignore[operator]
    return Value(UINT8, call.array(0).shape)


_RULES: Mapping[str, Callable[[_Call], Value]] = {
    "Add": _sum,
    "Cast": _cast,
    "Concat": _concat,
    "Conv": _convolution,
    "Div": _arithmetic(int.__floordiv__, 1),
    "InstanceNormalization": _instance_norm,
    "Mod": _arithmetic(int.__mod__, 1),
    "Neg": _negative,
    "Pad": _pad,
    "QuantizeLinear": _quantize,
    "Relu": _relu,
    "Reshape": _reshape,
    "Resize": _resize,
    "Shape": _shape,
    "Slice": _slice,
    "Transpose": _transpose,
}

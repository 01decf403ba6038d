"""An ONNX graph as a list of torch calls, one list for each size of the inputs.

Shapes are known then, so whatever a graph computes of shapes is computed here, once, and only pictures are left for the
device. Knows the operators of our generators.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor

from pleinair.engine.backends.session import InvalidNetwork, Shape, first_line

Array = npt.NDArray[Any]
Call = Callable[..., Tensor]
"""Takes the tensors that a node gets, in order, without the constant ones."""

_PADDING: dict[str, Any] = {"edge": "edge", "reflect": "reflect"}
"""ONNX's words -> numpy's."""
_PICTURE_TYPES = {TensorProto.UINT8: torch.uint8, TensorProto.FLOAT: torch.float32}


@dataclass(frozen=True)
class _Step:
    """One call: ``output`` = ``call``(*``inputs``), by their names."""

    call: Call
    inputs: tuple[str, ...]
    output: str


class TorchGraph:
    """A graph read from an ONNX file. Floating-point tensors are computed in ``dtype`` from where the graph casts to
    floats on, statistics of norms in float32."""

    def __init__(self, network: bytes, device: torch.device, dtype: torch.dtype) -> None:
        """Raises InvalidNetwork for what is no graph, or one with an operator or input that is not known here."""
        self.device, self.dtype = device, dtype
        try:
            model = onnx.load_from_string(network)
            onnx.checker.check_model(model)
        except Exception as error:  # protobuf's, onnx's own
            raise InvalidNetwork(first_line(error)) from error
        graph = model.graph
        unknown = sorted({node.op_type for node in graph.node} - set(_CALLS) - _OF_SHAPES)
        if unknown:
            raise InvalidNetwork(f"operators that torch is not used for: {', '.join(unknown)}")
        self._nodes = list(graph.node)
        self._constants = {c.name: numpy_helper.to_array(c) for c in graph.initializer}
        self.inputs: dict[str, Shape] = {}
        self.types: dict[str, torch.dtype] = {}
        for value in graph.input:
            tensor = value.type.tensor_type
            if tensor.elem_type not in _PICTURE_TYPES:
                raise InvalidNetwork(f"the input {value.name} is neither of bytes nor of floats")
            self.inputs[value.name] = tuple(axis.dim_value or None for axis in tensor.shape.dim)
            self.types[value.name] = _PICTURE_TYPES[tensor.elem_type]
        self.outputs = [output.name for output in graph.output]

    def at(self, shapes: Mapping[str, tuple[int, ...]]) -> Callable[[Mapping[str, Tensor]], list[Tensor]]:
        """What runs the graph on inputs of exactly these shapes, all named: tensors by name -> outputs in order.

        Raises InvalidNetwork where the graph makes no sense at this size.
        """
        known: dict[str, Array] = dict(self._constants)
        like = {
            name: torch.empty(shape, dtype=self.types[name], device="meta") for name, shape in shapes.items()
        }
        steps: list[_Step] = []
        for node in self._nodes:
            (output,) = node.output
            if node.op_type == "Shape":
                known[output] = np.array(like[node.input[0]].shape, np.int64)
            elif all(name in known for name in node.input if name):
                known[output] = _compute(node, [known[name] for name in node.input])
            else:
                step = self._step(node, known, like)
                like[output] = step.call(*(like[name] for name in step.inputs))
                steps.append(self._step(node, known, like, self.device))
        steps = _used(steps, self.outputs)

        def run(values: Mapping[str, Tensor]) -> list[Tensor]:
            found = dict(values)
            for step in steps:
                found[step.output] = step.call(*(found[name] for name in step.inputs))
            return [found[name] for name in self.outputs]

        return run

    def _step(
        self,
        node: onnx.NodeProto,
        known: Mapping[str, Array],
        like: Mapping[str, Tensor],
        device: torch.device | str = "meta",
    ) -> _Step:
        """The call of a node, with its constants on ``device``."""
        attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        operands = [known.get(name) if name else None for name in node.input]
        inputs = tuple(name for name in node.input if name and name not in known)
        place = _Place(torch.device(device), self.dtype, tuple(like[inputs[0]].shape))
        try:
            call = _CALLS[node.op_type](attributes, operands, place)
        except (KeyError, ValueError, TypeError, IndexError) as error:
            raise InvalidNetwork(
                f"{node.op_type} {node.output[0]} is not of a known form ({error!r})"
            ) from error
        return _Step(call, inputs, node.output[0])


def _used(steps: Sequence[_Step], outputs: Sequence[str]) -> list[_Step]:
    """Without those whose output nobody needs."""
    wanted, kept = set(outputs), []
    for step in reversed(steps):
        if step.output in wanted:
            wanted.update(step.inputs)
            kept.append(step)
    return kept[::-1]


@dataclass(frozen=True)
class _Place:
    """Where constants go, what floats are computed in, and the shape of the first tensor."""

    device: torch.device
    dtype: torch.dtype
    shape: tuple[int, ...]

    def tensor(self, value: Array, dtype: torch.dtype | None = None) -> Tensor:
        return torch.from_numpy(np.array(value)).to(self.device, dtype)


Attributes = Mapping[str, Any]
Operands = Sequence[Array | None]


def _compute(node: onnx.NodeProto, values: Sequence[Array]) -> Array:
    """A node whose inputs are all known: arithmetic with shapes."""
    attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
    first = values[0]
    if node.op_type == "Slice":
        return np.asarray(first[_slices(values[1:], first.ndim)])
    if node.op_type == "Concat":
        return np.concatenate(values, attributes["axis"])
    if node.op_type == "ConstantOfShape":
        return np.full(first, numpy_helper.to_array(attributes["value"])[0] if "value" in attributes else 0.0)
    if node.op_type == "Cast":
        return first.astype(helper.tensor_dtype_to_np_dtype(attributes["to"]))
    arithmetic: dict[str, Callable[..., Array]] = {
        "Neg": np.negative,
        "Mod": np.mod,
        "Div": np.floor_divide if first.dtype.kind == "i" else np.divide,
        "Add": np.add,
    }
    if node.op_type not in arithmetic:
        raise InvalidNetwork(f"{node.op_type} {node.output[0]} of constants is not of a known form")
    return arithmetic[node.op_type](*values)


def _slices(bounds: Sequence[Array | None], axes: int) -> tuple[slice, ...]:
    """The inputs of ``Slice`` but the first: starts, ends and, optionally, axes and steps."""
    starts, ends, *more = bounds
    assert starts is not None and ends is not None
    places = range(len(starts)) if not more or more[0] is None else more[0].tolist()
    steps = [1] * len(starts) if len(more) < 2 or more[1] is None else more[1].tolist()
    found = [slice(None)] * axes
    for place, start, end, step in zip(places, starts.tolist(), ends.tolist(), steps, strict=True):
        found[place] = slice(start, end, step)
    return tuple(found)


def _slice(attributes: Attributes, operands: Operands, place: _Place) -> Call:
    slices = _slices(operands[1:], len(place.shape))
    return lambda x: x[slices]


def _reshape(attributes: Attributes, operands: Operands, place: _Place) -> Call:
    assert operands[1] is not None
    shape = operands[1].tolist()
    return lambda x: x.reshape([x.shape[n] if side == 0 else side for n, side in enumerate(shape)])


def _pad(attributes: Attributes, operands: Operands, place: _Place) -> Call:
    """By taking rows and columns again, which a compiler puts into whatever comes next."""
    mode = attributes.get("mode", b"constant").decode()
    assert operands[1] is not None
    pads = operands[1].reshape(2, -1).T.tolist()  # before and after each axis
    if mode == "constant":
        value = 0.0 if len(operands) < 3 or operands[2] is None else float(operands[2])
        flat = [side for before_after in reversed(pads) for side in before_after]
        return lambda x: F.pad(x, flat, value=value)
    indices = [
        (axis, place.tensor(np.pad(np.arange(place.shape[axis]), sides, mode=_PADDING[mode])))
        for axis, sides in enumerate(pads)
        if any(sides)
    ]

    def padded(x: Tensor) -> Tensor:
        for axis, index in indices:
            x = x.index_select(axis, index)
        return x

    return padded


def _convolution(attributes: Attributes, operands: Operands, place: _Place) -> Call:
    _, weight, *more = operands
    bias = more[0] if more else None
    top, left, bottom, right = attributes.get("pads", [0, 0, 0, 0])
    if attributes.get("auto_pad", b"NOTSET") != b"NOTSET" or (top, left) != (bottom, right):
        raise ValueError("pads")
    facts: dict[str, Any] = {
        "stride": attributes.get("strides", [1, 1]),
        "padding": [top, left],
        "dilation": attributes.get("dilations", [1, 1]),
        "groups": attributes.get("group", 1),
    }
    if weight is None:  # it comes with each call, as part of a style
        if bias is not None:
            raise ValueError("a constant bias beside kernels that are none")
        return lambda x, kernels, *bias: F.conv2d(
            x, kernels.to(x.dtype), *(b.to(x.dtype) for b in bias), **facts
        )
    kernels = place.tensor(weight, place.dtype).contiguous(memory_format=torch.channels_last)
    if bias is None:
        return lambda x, *bias: F.conv2d(x, kernels, *(b.to(x.dtype) for b in bias), **facts)
    constant = place.tensor(bias, place.dtype)
    return lambda x: F.conv2d(x, kernels, constant, **facts)


def _instance_norm(attributes: Attributes, operands: Operands, place: _Place) -> Call:
    epsilon = attributes.get("epsilon", 1e-5)
    given = [None if value is None else place.tensor(value, torch.float32) for value in operands[1:]]

    def norm(x: Tensor, *learned: Tensor) -> Tensor:
        left = iter(learned)
        scale, shift = (next(left).float() if value is None else value for value in given)
        # float16 ends at 65,504: squares of features are beyond that
        variance, mean = torch.var_mean(x.float(), (2, 3), correction=0, keepdim=True)
        factor = scale[None, :, None, None] * torch.rsqrt(variance + epsilon)
        return ((x.float() - mean) * factor + shift[None, :, None, None]).to(x.dtype)

    return norm


def _add(attributes: Attributes, operands: Operands, place: _Place) -> Call:
    constants = [place.tensor(value) for value in operands if value is not None]
    if not constants:
        return torch.add
    return lambda x: x + constants[0].to(x.dtype)


def _concat(attributes: Attributes, operands: Operands, place: _Place) -> Call:
    if any(value is not None for value in operands):
        raise ValueError("constants beside tensors")
    return lambda *parts: torch.cat(parts, attributes["axis"])


def _cast(attributes: Attributes, operands: Operands, place: _Place) -> Call:
    to = place.dtype if attributes["to"] == TensorProto.FLOAT else _PICTURE_TYPES[attributes["to"]]
    return lambda x: x.to(to)


def _resize(attributes: Attributes, operands: Operands, place: _Place) -> Call:
    """To a whole multiple, by repeating values."""
    scales = operands[2]
    if scales is None or attributes.get("mode", b"nearest") != b"nearest":
        raise ValueError("mode")
    if attributes.get("coordinate_transformation_mode") != b"asymmetric":
        raise ValueError("coordinate_transformation_mode")
    if scales[:2].tolist() != [1, 1] or any(scale % 1 for scale in scales.tolist()):
        raise ValueError("scales")
    factors = scales[2:].tolist()
    return lambda x: F.interpolate(x, scale_factor=factors, mode="nearest")


def _quantize(attributes: Attributes, operands: Operands, place: _Place) -> Call:
    scale, zero = operands[1:]
    if scale is None or zero is None or zero.dtype != np.uint8:
        raise ValueError("scale or zero point")
    divisor, offset = float(scale), int(zero)
    return lambda x: ((x / divisor).round() + offset).clamp(0, 255).to(torch.uint8)


def _limit(attributes: Attributes, operands: Operands, place: _Place) -> Call:
    low, high = (None if value is None else float(value) for value in operands[1:])
    return lambda x: x.clamp(low, high)


def _transpose(attributes: Attributes, operands: Operands, place: _Place) -> Call:
    order = attributes["perm"]
    return lambda x: x.permute(*order)


_CALLS: dict[str, Callable[[Attributes, Operands, _Place], Call]] = {
    "Add": _add,
    "Cast": _cast,
    "Clip": _limit,
    "Concat": _concat,
    "Conv": _convolution,
    "InstanceNormalization": _instance_norm,
    "Pad": _pad,
    "QuantizeLinear": _quantize,
    "Relu": lambda attributes, operands, place: torch.relu,
    "Reshape": _reshape,
    "Resize": _resize,
    "Slice": _slice,
    "Transpose": _transpose,
}
"""Operators with tensors: attributes and constant operands, None for those that come with each call -> the call."""
_OF_SHAPES = frozenset({"Shape", "ConstantOfShape", "Neg", "Mod", "Div"})
"""Operators with what is known for each size only."""

"""What was learned for a style as one vector, and back.

The vector holds the scales and shifts of the norms, and the kernels of the convolutions where each style has its
own, laid out as the generator's table says. All are rounded to what float16 holds, as style files keep them.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from pleinair.training.generators import CellGenerator
from pleinair.training.generators.cells import CELL, LINE

Floats = npt.NDArray[np.float32]


def cell_order() -> npt.NDArray[np.int64]:
    """For each value of a cell, in the order of memory (dy, dx, BGR), its channel in torch's
    pixel_unshuffle (colour RGB, dy, dx)."""
    dy, dx, bgr = np.unravel_index(np.arange(CELL * LINE), (CELL, CELL, 3))
    return np.ravel_multi_index((2 - bgr, dy, dx), (3, CELL, CELL))


def style_vector(generator: CellGenerator, norms: Tensor) -> Floats:
    """All that was learned for one style, float32 (S,), as the graph takes it.

    ``norms``: scales and shifts of all norms, float (N,), as ``Generator.forward`` takes them.
    """
    values = _split_norms(generator, norms) | graph_weights(generator)
    table = generator.vector_table()
    vector = table.join({entry.name: values[entry.name] for entry in table})
    return vector.astype(np.float16).astype(np.float32)


def graph_weights(generator: CellGenerator) -> dict[str, Floats]:
    """Kernels and biases by name, as the graph takes them: it reads and writes pixels in the order of memory,
    0..255."""
    order, state = cell_order(), generator.state_dict()
    stem = _array(state.pop("stem.weight") / 255)[:, order]
    weights = {f"stem.row{row}": stem[:, row * LINE : (row + 1) * LINE] for row in range(CELL)}
    weights["tail.kernels"] = _array(generator.tail.weight())[order] * 255
    weights["tail.bias"] = _array(generator.tail.bias())[order] * 255
    return weights | {name: _array(value) for name, value in state.items() if not name.startswith("tail.")}


def set_weights(generator: CellGenerator, weights: dict[str, Floats]) -> None:
    """The other way round: give a generator the weights of a graph. Raises RuntimeError, KeyError when some are
    missing or of another shape."""
    values = {name: torch.from_numpy(np.array(value)) for name, value in weights.items()}
    order = torch.from_numpy(cell_order())
    stem = torch.cat([values.pop(f"stem.row{row}") for row in range(CELL)], dim=1)
    kernels, bias = values.pop("tail.kernels"), values.pop("tail.bias")
    values["stem.weight"] = torch.empty_like(stem).index_copy_(1, order, stem * 255)
    values["tail.raw"] = torch.empty_like(kernels).index_copy_(0, order, kernels / 255)
    bias = torch.empty_like(bias).index_copy_(0, order, bias / 255)
    values["tail.color"] = bias.reshape(3, -1).mean(1)
    generator.load_state_dict(values)


def read_vector(vector: Floats, generator: CellGenerator) -> Tensor:
    """Set those weights of ``generator`` that are a style's own; returns the norms, float (N,).

    Raises ValueError when the vector has another size than the generator needs.
    """
    values = generator.vector_table().split(vector)
    norms = [values.pop(f"{name}.{part}") for name in generator.norms() for part in ("scale", "shift")]
    if values:
        set_weights(generator, values)
    return torch.from_numpy(np.concatenate(norms))


def _split_norms(generator: CellGenerator, norms: Tensor) -> dict[str, Floats]:
    """Scales and shifts by name."""
    channels = {name: norm.channels for name, norm in generator.norms().items()}
    parts = torch.split(norms, [n for count in channels.values() for n in (count, count)])
    names = [f"{name}.{part}" for name in channels for part in ("scale", "shift")]
    return {name: _array(part) for name, part in zip(names, parts, strict=True)}


def _array(tensor: Tensor) -> Floats:
    return np.asarray(tensor.detach().cpu().numpy(), dtype=np.float32)

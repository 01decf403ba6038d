"""What was learned for a style as one vector, and back.

The vector holds the kernels of the convolutions and the scales and shifts of the norms, laid out as the
generator's table says. Kernels and biases are rounded to what float16 holds, as style files keep them.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from pleinair.training.generators import FastGenerator
from pleinair.training.generators.fast import CELL, LINE

Floats = npt.NDArray[np.float32]


def cell_order() -> npt.NDArray[np.int64]:
    """For each value of a cell, in the order of memory (dy, dx, BGR), its channel in torch's
    pixel_unshuffle (colour RGB, dy, dx)."""
    dy, dx, bgr = np.unravel_index(np.arange(CELL * LINE), (CELL, CELL, 3))
    return np.ravel_multi_index((2 - bgr, dy, dx), (3, CELL, CELL))


def style_vector(generator: FastGenerator, norms: Tensor) -> Floats:
    """All that was learned for one style, float32 (S,), as the graph takes it.

    ``norms``: scales and shifts of all norms, float (N,), as ``Generator.forward`` takes them.
    """
    order, state = cell_order(), generator.state_dict()
    table, values = generator.vector_table(), _split_norms(generator, norms)
    # The graph reads and writes pixels in the order of memory, 0..255.
    stem = _array(state["stem.weight"] / 255)[:, order]
    values |= {f"stem.row{row}": stem[:, row * LINE : (row + 1) * LINE] for row in range(CELL)}
    values["tail.kernels"] = _array(generator.tail.weight())[order] * 255
    values["tail.bias"] = _array(generator.tail.bias())[order] * 255
    values |= {entry.name: _array(state[entry.name]) for entry in table if entry.name not in values}
    return table.join(values).astype(np.float16).astype(np.float32)


def read_vector(vector: Floats, generator: FastGenerator) -> Tensor:
    """Set the weights of ``generator`` to those of a style; returns the norms, float (N,).

    Raises ValueError when the vector has another size than the generator needs.
    """
    values = {k: torch.from_numpy(v) for k, v in generator.vector_table().split(vector).items()}
    order = torch.from_numpy(cell_order())
    stem = torch.cat([values.pop(f"stem.row{row}") for row in range(CELL)], dim=1)
    kernels, bias = values.pop("tail.kernels"), values.pop("tail.bias")
    norms = torch.cat(
        [values.pop(f"{name}.{part}") for name in generator.norms() for part in ("scale", "shift")]
    )
    values["stem.weight"] = torch.empty_like(stem).index_copy_(1, order, stem * 255)
    values["tail.raw"] = torch.empty_like(kernels).index_copy_(0, order, kernels / 255)
    bias = torch.empty_like(bias).index_copy_(0, order, bias / 255)
    values["tail.color"] = bias.reshape(3, -1).mean(1)
    generator.load_state_dict(values)
    return norms


def _split_norms(generator: FastGenerator, norms: Tensor) -> dict[str, Floats]:
    """Scales and shifts by name."""
    channels = {name: norm.channels for name, norm in generator.norms().items()}
    parts = torch.split(norms, [n for count in channels.values() for n in (count, count)])
    names = [f"{name}.{part}" for name in channels for part in ("scale", "shift")]
    return {name: _array(part) for name, part in zip(names, parts, strict=True)}


def _array(tensor: Tensor) -> Floats:
    return np.asarray(tensor.detach().cpu().numpy(), dtype=np.float32)

"""The generator that the program paints with, read back from its file so that training can build on it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from engine.errors import GeneratorError
from training.export import cell_order
from training.generators import FastGenerator
from training.generators.fast import CELL


def read_generator(path: Path) -> tuple[FastGenerator, str]:
    """Rebuild the fast generator from the file that ``export_generator`` wrote; also its SHA-256.

    Raises GeneratorError when the file is missing, broken, or holds another kind of generator.
    """
    try:
        data = path.read_bytes()
        graph = onnx.load_from_string(data).graph
        constants = {c.name: numpy_helper.to_array(c) for c in graph.initializer}
        convolutions = [node.input for node in graph.node if node.op_type == "Conv"]
        weights = [torch.from_numpy(np.array(constants[names[1]], np.float32)) for names in convolutions]
        weights = [weight for weight in weights if weight.shape[1] > 1]  # without the fixed blur
        bias = torch.from_numpy(np.array(constants[convolutions[-1][2]], np.float32))
        # The exporter split the first one by the rows of a cell, put cells into the order of the pixels'
        # memory, and scaled them to 0..255.
        weights[:CELL] = [torch.cat(weights[:CELL], dim=1)]
        generator = FastGenerator(fine=len(weights[0]), channels=len(weights[1]), inner=len(weights[2]))
        order = torch.from_numpy(cell_order())
        weights[0] = torch.empty_like(weights[0]).index_copy_(1, order, weights[0] * 255)
        weights[-1] = torch.empty_like(weights[-1]).index_copy_(0, order, weights[-1] / 255)
        bias = torch.empty_like(bias).index_copy_(0, order, bias / 255)
        state = generator.state_dict()
        names = [name for name in state if name != "tail.color"]
        for name, weight in zip(names, weights, strict=True):
            state[name] = weight
        state["tail.color"] = bias.reshape(3, -1).mean(1)
        generator.load_state_dict(state)
    except OSError as error:
        raise GeneratorError(f"The generator {path} cannot be read ({error.strerror}).") from error
    except Exception as error:
        raise GeneratorError(
            f"{path} is not a generator that can be taught; choose the one that came with Plein Air."
        ) from error
    return generator, hashlib.sha256(data).hexdigest()

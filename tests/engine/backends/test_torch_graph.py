"""The generators' graphs as torch calls, here on the processor; on a GPU they are the same calls."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import pytest
import torch
from onnx import TensorProto, helper

from pleinair.engine.backends.registry import find_backend
from pleinair.engine.backends.session import InvalidNetwork
from pleinair.engine.backends.torch_graph import TorchGraph
from pleinair.engine.backends.torch_session import Runner
from pleinair.engine.files import asset
from pleinair.engine.generator import read_generator_file
from pleinair.engine.styles.library import read_library
from pleinair.engine.styles.look import Look
from tests.support.pictures import demo_frame

CPU = torch.device("cpu")
SHIPPED = sorted(path.stem for path in asset("generators").glob("*.onnx"))


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize(("dtype", "most"), [(torch.float32, 0.001), (torch.float16, 0.1)])
def test_every_shipped_graph_paints_as_onnx_runtime_does(name: str, dtype: torch.dtype, most: float) -> None:
    file = read_generator_file(asset("generators", f"{name}.onnx"))
    styles = read_library([asset("styles")], [file.digest]).styles
    reference, graph = find_backend("cpu").open(file.data), TorchGraph(file.data, CPU, dtype)
    for width, height in ((160, 120), (161, 119), (96, 200)):
        inputs: dict[str, npt.NDArray[Any]] = {"frame": demo_frame(width, height)[None]}
        if styles:  # networks to compare with hold theirs
            inputs["style"] = Look(((styles["starry-night"], 1.0),)).vector_for(file.digest)
        run = graph.at({key: value.shape for key, value in inputs.items()})
        with torch.no_grad():
            (painted,) = run({key: torch.from_numpy(value) for key, value in inputs.items()})
        wanted = reference.run(inputs)["painted"]
        assert painted.dtype == torch.uint8 and painted.shape == wanted.shape
        difference = np.abs(painted.numpy().astype(int) - wanted)
        assert difference.max() <= 1 and difference.mean() <= most, (width, height)
    reference.close()


def network(node: onnx.NodeProto) -> bytes:
    """One node from ``x`` float (1, 2, H, 4) to ``y``."""
    shape: list[str | int | None] = [1, 2, "H", 4]
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in ("x", "y"))
    model = helper.make_model(
        helper.make_graph([node], "one", [x], [y]), opset_imports=[helper.make_opsetid("", 17)]
    )
    model.ir_version = 9
    return bytes(model.SerializeToString())


def test_operators_that_are_not_known_are_refused() -> None:
    with pytest.raises(InvalidNetwork, match="Softmax"):
        TorchGraph(network(helper.make_node("Softmax", ["x"], ["y"])), CPU, torch.float32)


@pytest.mark.parametrize(
    "node",
    [
        helper.make_node("Resize", ["x", "", "", ""], ["y"], mode="linear"),
        helper.make_node("Resize", ["x"], ["y"], mode="nearest"),
        helper.make_node("Cast", ["x"], ["y"], to=TensorProto.INT64),
    ],
)
def test_forms_that_are_not_known_are_refused(node: onnx.NodeProto) -> None:
    graph = TorchGraph(network(node), CPU, torch.float32)
    with pytest.raises(InvalidNetwork, match=node.op_type):
        graph.at({"x": (1, 2, 3, 4)})


def test_more_sizes_are_compiled_than_dynamo_keeps_of_one_piece_of_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    graph = TorchGraph(network(helper.make_node("Relu", ["x"], ["y"])), CPU, torch.float32)
    # What compiles does not matter here, and not every computer has a compiler.
    monkeypatch.setattr(torch, "compile", partial(torch.compile, backend="eager"))
    with torch._dynamo.config.patch(fail_on_recompile_limit_hit=True):
        for height in range(3, 13):
            compiled = Runner(graph, {"x": (1, 2, height, 4)}).compile()
            (painted,) = compiled({"x": torch.full((1, 2, height, 4), -1.0)})
            assert painted.shape == (1, 2, height, 4) and not painted.any()

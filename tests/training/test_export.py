from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from engine.backends.onnx_runtime import load_onnxruntime
from engine.errors import TrainingError
from training.export import check_parity, export_generator
from training.generators import FastGenerator
from training.reference import write_johnson


@pytest.fixture
def trained() -> tuple[FastGenerator, torch.Tensor]:
    torch.manual_seed(1)
    generator = FastGenerator()
    styles = generator.neutral_style().repeat(3, 1)
    return generator, styles + 0.5 * torch.randn_like(styles)


def test_the_file_paints_what_torch_paints(
    trained: tuple[FastGenerator, torch.Tensor], tmp_path: Path
) -> None:
    path = tmp_path / "g.onnx"
    digest = export_generator(*trained, path)
    assert len(digest) == 64 and check_parity(path, *trained) <= 1
    graph = onnx.load(str(path)).graph
    assert [i.name for i in graph.input] == ["frame", "style"]
    assert [o.name for o in graph.output] == ["painted"]
    kinds = [i.type.tensor_type.elem_type for i in (*graph.input, *graph.output)]
    assert kinds == [onnx.TensorProto.UINT8, onnx.TensorProto.FLOAT, onnx.TensorProto.UINT8]


def test_a_file_that_paints_something_else_is_not_kept(
    trained: tuple[FastGenerator, torch.Tensor], tmp_path: Path
) -> None:
    generator, styles = trained
    path = tmp_path / "g.onnx"
    export_generator(generator, styles, path)
    with torch.no_grad():
        generator.tail.color += 0.05
    with pytest.raises(TrainingError, match="grey levels"):
        check_parity(path, generator, styles)


def test_the_reference_network_runs(tmp_path: Path) -> None:
    write_johnson(tmp_path / "j.onnx", 8)
    session = load_onnxruntime().InferenceSession(
        str(tmp_path / "j.onnx"), providers=["CPUExecutionProvider"]
    )
    painted = session.run(["painted"], {"frame": np.zeros((1, 32, 48, 3), np.uint8)})[0]
    assert painted.shape == (1, 32, 48, 3) and painted.dtype == np.uint8

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from pleinair.engine.backends.onnx import load_onnxruntime
from pleinair.engine.errors import TrainingError
from pleinair.training.files.export import check_parity, export_generator, read_vector, style_vector
from pleinair.training.files.reference import write_johnson
from pleinair.training.generators import FastGenerator


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
    path = tmp_path / "g.onnx"
    export_generator(*trained, path)
    model = onnx.load(str(path))
    levels = next(node for node in model.graph.node if node.op_type == "QuantizeLinear")
    scale = next(c for c in model.graph.initializer if c.name == levels.input[1])
    scale.CopyFrom(onnx.numpy_helper.from_array(np.float32(1.1), scale.name))
    onnx.save(model, str(path))
    with pytest.raises(TrainingError, match="grey levels"):
        check_parity(path, *trained)


def test_the_file_is_the_same_whatever_was_learned(
    trained: tuple[FastGenerator, torch.Tensor], tmp_path: Path
) -> None:
    digest = export_generator(*trained, tmp_path / "one.onnx")
    other = FastGenerator()
    assert export_generator(other, other.neutral_style()[None], tmp_path / "other.onnx") == digest


def test_a_style_vector_holds_all_that_was_learned(trained: tuple[FastGenerator, torch.Tensor]) -> None:
    generator, styles = trained
    vector = style_vector(generator, styles[0])
    assert vector.dtype == np.float32 and np.array_equal(vector, vector.astype(np.float16))
    again = FastGenerator()
    norms = read_vector(vector, again)
    assert torch.allclose(norms, styles[0], rtol=1e-3)
    photo = torch.rand(1, 3, 40, 48)
    with torch.no_grad():
        assert (again(photo, norms[None]) - generator(photo, styles[:1])).abs().max() < 0.02
    with pytest.raises(ValueError, match="values"):
        read_vector(vector[:-1], again)


def test_the_reference_network_runs(tmp_path: Path) -> None:
    write_johnson(tmp_path / "j.onnx", 8)
    session = load_onnxruntime().InferenceSession(
        str(tmp_path / "j.onnx"), providers=["CPUExecutionProvider"]
    )
    painted = session.run(["painted"], {"frame": np.zeros((1, 32, 48, 3), np.uint8)})[0]
    assert painted.shape == (1, 32, 48, 3) and painted.dtype == np.uint8

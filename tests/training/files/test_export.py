from pathlib import Path

import numpy as np
import onnx
import pytest

from pleinair.engine.errors import TrainingError
from pleinair.engine.generator import read_generator_file, require_harmless
from pleinair.training.files.export import check_parity, export_generator
from pleinair.training.generators import FastGenerator, FineGenerator
from tests.training.files.conftest import Trained


def test_the_file_paints_what_torch_paints(trained: Trained, tmp_path: Path) -> None:
    path = tmp_path / "g.onnx"
    digest = export_generator(*trained, path)
    assert len(digest) == 64 and check_parity(path, *trained) <= 1
    require_harmless(read_generator_file(path))
    graph = onnx.load(str(path)).graph
    assert [i.name for i in graph.input] == ["frame", "style"]
    assert [o.name for o in graph.output] == ["painted"]
    kinds = [i.type.tensor_type.elem_type for i in (*graph.input, *graph.output)]
    assert kinds == [onnx.TensorProto.UINT8, onnx.TensorProto.FLOAT, onnx.TensorProto.UINT8]


def test_a_file_that_paints_something_else_is_not_kept(trained: Trained, tmp_path: Path) -> None:
    path = tmp_path / "g.onnx"
    export_generator(*trained, path)
    model = onnx.load(str(path))
    levels = next(node for node in model.graph.node if node.op_type == "QuantizeLinear")
    scale = next(c for c in model.graph.initializer if c.name == levels.input[1])
    scale.CopyFrom(onnx.numpy_helper.from_array(np.array(1.1, np.float32), scale.name))
    onnx.save(model, str(path))
    with pytest.raises(TrainingError, match="grey levels"):
        check_parity(path, *trained)


@pytest.mark.parametrize("kind", [FastGenerator, FineGenerator])
def test_the_file_of_fast_is_the_same_whatever_was_learned(
    kind: type[FastGenerator | FineGenerator], tmp_path: Path
) -> None:
    """A style of ``fast`` is all of its weights; the convolutions of ``fine`` are in the file."""
    digests = set()
    for name in ("one", "other"):
        generator = kind()
        digests.add(export_generator(generator, generator.neutral_style()[None], tmp_path / f"{name}.onnx"))
    assert len(digests) == (1 if kind is FastGenerator else 2)

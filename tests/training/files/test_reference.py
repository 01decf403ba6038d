from pathlib import Path

import numpy as np

from pleinair.engine.backends.onnx import load_onnxruntime
from pleinair.training.files.reference import write_johnson


def test_the_reference_network_runs(tmp_path: Path) -> None:
    write_johnson(tmp_path / "j.onnx", 8)
    session = load_onnxruntime().InferenceSession(
        str(tmp_path / "j.onnx"), providers=["CPUExecutionProvider"]
    )
    painted = session.run(["painted"], {"frame": np.zeros((1, 32, 48, 3), np.uint8)})[0]
    assert painted.shape == (1, 32, 48, 3) and painted.dtype == np.uint8

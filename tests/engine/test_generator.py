"""The generator around a session: errors told with the frame's size, memory, signals."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from pleinair.app.studio import Studio
from pleinair.engine.backends.openvino import load_core
from pleinair.engine.backends.registry import find_backend
from pleinair.engine.errors import BackendError, GeneratorError
from pleinair.engine.files import asset
from pleinair.engine.generator import Generator, open_generator, read_generator_file, require_harmless
from pleinair.engine.stylizer import Stylizer
from tests.faults.strangers.hostile import KINDS
from tests.support.machine import has_bfloat16
from tests.support.pictures import demo_frame

FAST = asset("generators", "fast.onnx")


# Eight bits of a bfloat16 carry through some twenty layers.
@pytest.mark.parametrize(("backend", "mean", "most"), [("openvino", 0.01, 1), ("openvino-bf16", 1.0, 16)])
def test_openvino_paints_what_onnx_runtime_paints(
    backend: str, mean: float, most: int, studio: Studio, stylizer: Stylizer
) -> None:
    if backend == "openvino-bf16" and not has_bfloat16():
        with pytest.raises(BackendError, match="has no bfloat16"):
            open_generator(studio.generators[0], backend)
        return
    generator = open_generator(studio.generators[0], backend)
    assert generator.digest == stylizer.generator.digest and generator.session.device.startswith("CPU (")
    for style_id in ("starry-night", "udnie"):
        for size in ((160, 120), (131, 97)):
            frame, look = demo_frame(*size), studio.look(style_id)
            wanted = stylizer.stylize(frame, look).astype(int)
            off = np.abs(Stylizer(generator).stylize(frame, look).astype(int) - wanted)
            assert off.mean() <= mean and off.max() <= most, (style_id, size)
    generator.close()


def test_a_generator_that_is_missing_or_broken_ends_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(GeneratorError, match="missing"):
        read_generator_file(tmp_path / "none.onnx")
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(FAST.read_bytes()[:5000])
    for backend in ("cpu", "openvino"):
        with pytest.raises(GeneratorError, match="broken"):
            open_generator(read_generator_file(broken), backend)
        with pytest.raises(GeneratorError, match="not a generator"):
            open_generator(read_generator_file(asset("generators", "johnson-32.onnx")), backend)


def test_a_generator_of_an_older_version_is_named_as_such(tmp_path: Path) -> None:
    picture: list[str | int | None] = [1, "H", "W", 3]
    frame, painted = (
        helper.make_tensor_value_info(n, TensorProto.UINT8, picture) for n in ("frame", "painted")
    )
    more = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [9]) for n in ("style", "strength")]
    others = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [9]) for n in ("one", "two")]
    names = {"frame": "painted", "style": "one", "strength": "two"}
    nodes = [helper.make_node("Identity", [before], [after]) for before, after in names.items()]
    graph = helper.make_graph(nodes, "old", [frame, *more], [painted, *others])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 9
    path = tmp_path / "old.onnx"
    onnx.save(model, str(path))
    for backend in ("cpu", "openvino"):
        with pytest.raises(GeneratorError, match="older version"):
            open_generator(read_generator_file(path), backend)


@pytest.mark.parametrize("kind", ["half the size", "one channel", "paints floats"])
def test_what_is_no_picture_of_the_frame_s_size_is_never_taken_for_one(kind: str, tmp_path: Path) -> None:
    """The same check meets a runtime that gives rubbish for a generator of ours."""
    generator = Generator(read_generator_file(FAST), find_backend("cpu").open(KINDS[kind](tmp_path)))
    with pytest.raises(BackendError, match="Painting 64x48 pixels failed on CPU"):
        generator.paint(demo_frame(64, 48), np.ones(103_180, np.float32))
    generator.close()


def test_a_picture_that_is_black_as_numbers_overflowed_is_told(studio: Studio) -> None:
    generator = open_generator(studio.generators[-1], "cpu")
    vector = np.full(103_180, 1e30, np.float32)
    with pytest.raises(BackendError, match="all of it is black"):
        generator.paint(demo_frame(160, 120), vector)
    dull = np.full((120, 160, 3), 9, np.uint8)  # a covered lens may become black
    assert not generator.paint(dull, vector).any()
    generator.close()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "000" not in kind])  # those take seconds to make
def test_a_hostile_generator_ends_in_a_sentence_before_a_runtime_reads_it(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "hostile.onnx"
    path.write_bytes(KINDS[kind](tmp_path))
    with pytest.raises(GeneratorError) as told:
        require_harmless(read_generator_file(path))
    assert str(path) in str(told.value) and len(str(told.value)) < len(str(path)) + 200


def test_without_openvino_the_sentence_says_how_to_get_it(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pleinair.engine.backends.openvino.load_core", load_core.__wrapped__)
    monkeypatch.setitem(sys.modules, "openvino", None)  # as if it were not installed
    with pytest.raises(BackendError, match="pip install openvino"):
        open_generator(studio.generators[0], "openvino")


SIGNAL = """
import gc, os, signal, sys, threading
from pathlib import Path
import numpy as np
from pleinair.engine.generator import open_generator, read_generator_file

generators = [open_generator(read_generator_file(Path(sys.argv[1])), "openvino")]
generators[0].paint(np.zeros((64, 64, 3), np.uint8), np.ones(103180, np.float32))

def end():
    generators.pop().close()
    gc.collect()

thread = threading.Thread(target=end)
thread.start()
thread.join()
signal.signal(signal.SIGINT, lambda number, frame: print("told"))
os.kill(os.getpid(), signal.SIGINT)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="signals as Linux has them")
def test_ctrl_c_works_after_a_session_was_closed_in_another_thread() -> None:
    """OpenVINO takes away the stack that signals run on when its core ends in another thread."""
    run = subprocess.run(
        [sys.executable, "-c", SIGNAL, str(FAST)], capture_output=True, text=True, timeout=60
    )
    assert run.stdout.strip() == "told" and run.returncode == 0, (run.returncode, run.stderr)


OUT_OF_MEMORY = """
import resource, sys
from pathlib import Path
import numpy as np
from pleinair.engine.errors import OutOfMemory
from pleinair.engine.generator import open_generator, read_generator_file

generator = open_generator(read_generator_file(Path(sys.argv[1])), sys.argv[2])
style = np.ones(103180, np.float32)
generator.paint(np.zeros((120, 160, 3), np.uint8), style)
used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + (400 << 20),) * 2)
try:
    generator.paint(np.zeros((4096, 4096, 3), np.uint8), style)
except OutOfMemory as error:
    assert "4096x4096" in str(error)
    assert generator.paint(np.zeros((120, 160, 3), np.uint8), style).shape == (120, 160, 3)
    print("told")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits memory as Linux does")
@pytest.mark.parametrize("backend", ["cpu", "openvino"])
def test_too_little_memory_is_told_and_a_smaller_picture_still_works(backend: str) -> None:
    run = subprocess.run(
        [sys.executable, "-c", OUT_OF_MEMORY, str(FAST), backend], capture_output=True, text=True, timeout=100
    )
    assert run.stdout.strip() == "told", run.stderr

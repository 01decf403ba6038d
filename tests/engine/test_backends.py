import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper

from pleinair.app.studio import Studio
from pleinair.engine.backends import Network, choose, open_network
from pleinair.engine.backends.onnx import OnnxNetwork
from pleinair.engine.backends.openvino import OpenVinoNetwork, load_core
from pleinair.engine.backends.selection import candidates, fingerprint
from pleinair.engine.compositing import blend
from pleinair.engine.errors import BackendError, FrameSizeError, GeneratorError
from pleinair.engine.files import asset
from pleinair.engine.sources.pattern import draw
from pleinair.engine.sources.video import VideoSource
from pleinair.engine.styles import Look
from pleinair.engine.stylizer import Stylizer

FAST = asset("generators", "fast.onnx")
GOLDEN = Path(__file__).parent / "golden"
TOLERANCE_MEAN, TOLERANCE_MAX = 0.5, 4
"""Grey levels: other processors add in another order."""


def demo_frame(width: int = 160, height: int = 120) -> np.ndarray:
    source = VideoSource(asset("demo.mp4"), loop=False)
    frame = source.read()
    source.close()
    assert frame is not None
    return np.asarray(cv2.resize(frame.pixels, (width, height), interpolation=cv2.INTER_AREA))


def test_every_style_paints_as_it_did(studio: Studio) -> None:
    """After training anew: python -m tests.engine.paint_golden"""
    frame = demo_frame()
    for style_id in studio.library().styles:
        wanted = cv2.imread(str(GOLDEN / f"{style_id}.png"))
        assert wanted is not None, f"no golden picture for {style_id}"
        off = np.abs(studio.stylizer.stylize(frame, studio.look(style_id)).astype(int) - wanted)
        assert off.mean() <= TOLERANCE_MEAN and off.max() <= TOLERANCE_MAX, style_id


def test_styles_differ_from_each_other_and_from_the_frame(studio: Studio) -> None:
    frame = demo_frame()
    painted = [studio.stylizer.stylize(frame, studio.look(s)).astype(int) for s in studio.library().styles]
    for number, one in enumerate(painted):
        assert np.abs(one - frame).mean() > 10
        for other in painted[:number]:
            assert np.abs(one - other).mean() > 5


@settings(max_examples=25, deadline=None)
@given(st.integers(16, 90), st.integers(16, 90), st.floats(0, 1), st.booleans())
def test_any_size_comes_back_as_it_was(
    studio: Studio, width: int, height: int, strength: float, keep: bool
) -> None:
    look = replace(studio.look("great-wave"), strength=strength, keep_colors=keep)
    painted = studio.stylizer.stylize(draw(7, width, height), look)
    assert painted.shape == (height, width, 3) and painted.dtype == np.uint8


def test_strength_zero_gives_the_frame_back_bit_for_bit(studio: Studio, look: Look) -> None:
    for width, height in ((160, 120), (83, 61)):
        frame = np.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=np.uint8)
        for keep in (False, True):
            nothing = replace(look, strength=0.0, keep_colors=keep)
            np.testing.assert_array_equal(studio.stylizer.stylize(frame, nothing), frame)
            np.testing.assert_array_equal(blend(frame, 255 - frame, 0.0, keep), frame)


def test_strength_is_a_straight_line(studio: Studio, look: Look) -> None:
    frame = demo_frame()
    full = studio.stylizer.stylize(frame, look).astype(float)
    half = studio.stylizer.stylize(frame, replace(look, strength=0.5)).astype(float)
    unclipped = (full > 0) & (full < 255)
    assert np.abs(half - (full + frame) / 2)[unclipped].max() <= 1.01


def test_kept_colours_are_the_frames(studio: Studio, look: Look) -> None:
    frame = demo_frame()
    kept = studio.stylizer.stylize(frame, replace(look, keep_colors=True))
    # Differences of channels carry the colour; where nothing was clipped they stay.
    ok = ((kept > 0) & (kept < 255)).all(axis=2)
    chroma = kept.astype(int) - kept[..., 1:2]
    wanted = frame.astype(int) - frame[..., 1:2]
    assert ok.mean() > 0.5
    assert np.abs(chroma - wanted)[ok].max() <= 1


def test_the_work_size_changes_the_strokes_and_not_the_picture_size(studio: Studio, look: Look) -> None:
    frame = demo_frame(320, 240)
    large = studio.stylizer.stylize(frame, look)
    small = studio.stylizer.stylize(frame, look, 96)
    assert small.shape == large.shape and not np.array_equal(small, large)
    np.testing.assert_array_equal(studio.stylizer.stylize(frame, replace(look, strength=0.0), 96), frame)


@pytest.mark.parametrize("shape", [(8, 100, 3), (100, 9000, 3)])
def test_sizes_that_the_graph_cannot_take_are_refused(
    studio: Studio, look: Look, shape: tuple[int, int, int]
) -> None:
    with pytest.raises(FrameSizeError, match=f"{shape[1]}x{shape[0]}"):
        studio.stylizer.stylize(np.zeros(shape, np.uint8), look)


def test_a_generator_that_is_missing_or_broken_ends_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(GeneratorError, match="missing"):
        OnnxNetwork(tmp_path / "none.onnx")
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(FAST.read_bytes()[:5000])
    for backend in ("cpu", "openvino"):
        with pytest.raises(GeneratorError, match="broken"):
            open_network(broken, backend)
        with pytest.raises(GeneratorError, match="not a generator"):
            open_network(asset("generators", "johnson-32.onnx"), backend)


def test_a_generator_of_an_older_version_is_named_as_such(tmp_path: Path) -> None:
    picture = [1, "H", "W", 3]
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
            open_network(path, backend)


@pytest.mark.parametrize("backend", ["cuda", "tensorrt", "directml", "coreml", "openvino-gpu"])
def test_what_does_not_run_here_is_an_error_and_not_the_cpu(backend: str) -> None:
    try:
        network = open_network(FAST, backend)
    except BackendError as error:
        assert str(error).endswith(".") and "\n" not in str(error)
    else:  # this machine has it: then it must be that
        assert network.backend == backend and network.device != "CPU"
        network.close()


def test_without_openvino_the_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pleinair.engine.backends.openvino.load_core", load_core.__wrapped__)
    monkeypatch.setitem(sys.modules, "openvino", None)  # as if it were not installed
    with pytest.raises(BackendError, match="pip install openvino"):
        OpenVinoNetwork(FAST)


@pytest.fixture(scope="module")
def openvino() -> Iterator[Network]:
    network = OpenVinoNetwork(FAST)
    yield network
    network.close()


def test_openvino_paints_what_onnx_runtime_paints(openvino: Network, studio: Studio) -> None:
    assert openvino.generator == studio.stylizer.network.generator and openvino.device.startswith("CPU (")
    for style_id in ("starry-night", "udnie"):
        for size in ((160, 120), (131, 97)):
            frame, look = demo_frame(*size), studio.look(style_id)
            wanted = studio.stylizer.stylize(frame, look).astype(int)
            off = np.abs(Stylizer(openvino).stylize(frame, look).astype(int) - wanted)
            # Eight bits of a bfloat16 carry through some twenty layers.
            limits = (1.0, 16) if openvino.precision == "bfloat16" else (0.01, 1)
            assert off.mean() <= limits[0] and off.max() <= limits[1], (style_id, size)


def test_pictures_that_were_handed_on_stay_as_they_are(openvino: Network, look: Look) -> None:
    first = openvino.paint(demo_frame(), look.vector)
    kept = first.copy()
    openvino.paint(255 - demo_frame(), look.vector)
    np.testing.assert_array_equal(first, kept)


def test_sizes_can_be_made_ready_beside_the_painting(openvino: Network, look: Look) -> None:
    """More of them than stay compiled."""
    sizes = [(64 + 4 * n, 48) for n in range(16)]
    thread = threading.Thread(target=lambda: [openvino.prepare(*size) for size in sizes])
    thread.start()
    pictures = [openvino.paint(demo_frame(), look.vector) for _ in range(20)]
    thread.join()
    for picture in pictures[1:]:
        np.testing.assert_array_equal(picture, pictures[0])


SIGNAL = """
import gc, os, signal, sys, threading
from pathlib import Path
import numpy as np
from pleinair.engine.backends import open_network

networks = [open_network(Path(sys.argv[1]), "openvino")]
networks[0].paint(np.zeros((64, 64, 3), np.uint8), np.ones(networks[0].style_size, np.float32))

def end():
    networks.pop().close()
    gc.collect()

thread = threading.Thread(target=end)
thread.start()
thread.join()
signal.signal(signal.SIGINT, lambda number, frame: print("told"))
os.kill(os.getpid(), signal.SIGINT)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="signals as Linux has them")
def test_ctrl_c_works_after_a_network_was_closed_in_another_thread() -> None:
    """OpenVINO takes away the stack that signals run on when its core ends in another thread."""
    run = subprocess.run(
        [sys.executable, "-c", SIGNAL, str(FAST)], capture_output=True, text=True, timeout=60
    )
    assert run.stdout.strip() == "told" and run.returncode == 0, (run.returncode, run.stderr)


def test_auto_takes_the_fastest_and_remembers_it(tmp_path: Path) -> None:
    memory = tmp_path / "cache" / "backend.json"
    network, choice = choose(FAST, memory, seconds=0.1)
    assert network.backend == choice.backend and set(choice.ms) | set(choice.failed) == set(candidates())
    assert choice.ms[choice.backend] == min(choice.ms.values()) and not choice.remembered
    assert f"{choice.ms[choice.backend]:.1f} ms" in choice.words
    network.close()
    network, again = choose(FAST, memory, seconds=0.1)
    assert again.remembered and (again.backend, again.ms) == (choice.backend, choice.ms)
    network.close()
    # What was chosen once is taken even where it would not be the fastest now.
    entry = json.loads(memory.read_text())
    other = "cpu" if choice.backend != "cpu" else "openvino"
    memory.write_text(json.dumps({**entry, "backend": other, "ms": {other: 1.0}}))
    network, third = choose(FAST, memory, seconds=0.1)
    assert third.remembered and network.backend == other
    network.close()


@pytest.mark.parametrize(
    "text", ["", "[]", '{"key": 1}', '{"key": "K", "backend": "cpu", "ms": 3, "failed": {}}']
)
def test_a_memory_that_makes_no_sense_is_measured_anew(tmp_path: Path, text: str) -> None:
    memory = tmp_path / "backend.json"
    memory.write_text(text.replace("K", fingerprint(FAST)))
    network, choice = choose(FAST, memory, seconds=0.1)
    network.close()
    assert not choice.remembered and json.loads(memory.read_text())["backend"] == choice.backend


def test_what_was_remembered_and_no_longer_runs_is_measured_anew(tmp_path: Path) -> None:
    if "coreml" in candidates():
        pytest.skip("Core ML may run here")
    memory = tmp_path / "backend.json"
    entry = {"key": fingerprint(FAST), "backend": "coreml", "ms": {"coreml": 1.0}, "failed": {}}
    memory.write_text(json.dumps(entry))
    network, choice = choose(FAST, memory, seconds=0.1)
    network.close()
    assert not choice.remembered and choice.backend != "coreml"


OUT_OF_MEMORY = """
import resource, sys
from pathlib import Path
import numpy as np
from pleinair.engine.backends import open_network
from pleinair.engine.errors import OutOfMemory

network = open_network(Path(sys.argv[1]), sys.argv[2])
style = np.ones(network.style_size, np.float32)
network.paint(np.zeros((120, 160, 3), np.uint8), style)
used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + (400 << 20),) * 2)
try:
    network.paint(np.zeros((4096, 4096, 3), np.uint8), style)
except OutOfMemory as error:
    assert "4096x4096" in str(error)
    assert network.paint(np.zeros((120, 160, 3), np.uint8), style).shape == (120, 160, 3)
    print("told")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits memory as Linux does")
@pytest.mark.parametrize("backend", ["cpu", "openvino"])
def test_too_little_memory_is_told_and_a_smaller_picture_still_works(backend: str) -> None:
    run = subprocess.run(
        [sys.executable, "-c", OUT_OF_MEMORY, str(FAST), backend], capture_output=True, text=True, timeout=100
    )
    assert run.stdout.strip() == "told", run.stderr

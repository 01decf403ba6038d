from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.studio import Studio
from engine.backends import OnnxStylizer
from engine.backends.onnx_runtime import load_onnxruntime
from engine.camera.files import VideoSource
from engine.camera.pattern import draw
from engine.errors import BackendError, FrameSizeError, GeneratorError
from engine.files import asset
from engine.styles import Look

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
@given(st.integers(16, 90), st.integers(16, 90), st.floats(0, 1), st.floats(0, 1))
def test_any_size_comes_back_as_it_was(
    studio: Studio, width: int, height: int, strength: float, keep: float
) -> None:
    look = replace(studio.look("great-wave"), strength=strength, keep_colors=keep)
    painted = studio.stylizer.stylize(draw(7, width, height), look)
    assert painted.shape == (height, width, 3) and painted.dtype == np.uint8


def test_strength_zero_gives_the_frame_back_bit_for_bit_in_the_graph_itself(look: Look) -> None:
    session = load_onnxruntime().InferenceSession(
        str(asset("generators", "fast.onnx")), providers=["CPUExecutionProvider"]
    )
    for size in ((160, 120), (83, 61)):
        frame = np.random.default_rng(1).integers(0, 256, (1, size[1], size[0], 3), dtype=np.uint8)
        for keep in (0.0, 1.0):
            feeds = {
                "frame": frame,
                "style": look.vector,
                "strength": np.array(0, np.float32),
                "keep_colors": np.array(keep, np.float32),
            }
            np.testing.assert_array_equal(session.run(["painted"], feeds)[0], frame)


def test_strength_is_a_straight_line(studio: Studio, look: Look) -> None:
    frame = demo_frame()
    full = studio.stylizer.stylize(frame, look).astype(float)
    half = studio.stylizer.stylize(frame, replace(look, strength=0.5)).astype(float)
    unclipped = (full > 0) & (full < 255)
    assert np.abs(half - (full + frame) / 2)[unclipped].max() <= 1.01


def test_kept_colours_are_the_frames(studio: Studio, look: Look) -> None:
    frame = demo_frame()
    kept = studio.stylizer.stylize(frame, replace(look, keep_colors=1.0))
    # Differences of channels carry the colour; where nothing was clipped they stay.
    ok = ((kept > 0) & (kept < 255)).all(axis=2)
    chroma = kept.astype(int) - kept[..., 1:2]
    wanted = frame.astype(int) - frame[..., 1:2]
    assert ok.mean() > 0.5
    assert np.abs(chroma - wanted)[ok].max() <= 1


def test_the_work_size_changes_the_strokes_and_not_the_picture_size(studio: Studio, look: Look) -> None:
    frame = demo_frame(320, 240)
    large = studio.stylizer.stylize(frame, look)
    small = studio.stylizer.stylize(frame, replace(look, work_size=96))
    assert small.shape == large.shape and not np.array_equal(small, large)
    np.testing.assert_array_equal(
        studio.stylizer.stylize(frame, replace(look, work_size=96, strength=0.0)), frame
    )


@pytest.mark.parametrize("shape", [(8, 100, 3), (100, 9000, 3)])
def test_sizes_that_the_graph_cannot_take_are_refused(
    studio: Studio, look: Look, shape: tuple[int, int, int]
) -> None:
    with pytest.raises(FrameSizeError, match=f"{shape[1]}x{shape[0]}"):
        studio.stylizer.stylize(np.zeros(shape, np.uint8), look)


def test_a_generator_that_is_missing_or_broken_ends_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(GeneratorError, match="missing"):
        OnnxStylizer(tmp_path / "none.onnx")
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(asset("generators", "fast.onnx").read_bytes()[:5000])
    with pytest.raises(GeneratorError, match="broken"):
        OnnxStylizer(broken)
    with pytest.raises(GeneratorError, match="not a generator"):
        OnnxStylizer(asset("generators", "johnson-32.onnx"))


def test_cuda_that_does_not_run_is_an_error_and_not_the_cpu() -> None:
    import shutil

    if shutil.which("nvidia-smi"):
        pytest.skip("there is an NVIDIA GPU here")
    with pytest.raises(BackendError, match="cuda"):
        OnnxStylizer(asset("generators", "fast.onnx"), "cuda")

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from pleinair.engine.backends.onnx import OnnxNetwork
from pleinair.engine.files import asset
from pleinair.engine.sources.pattern import draw
from pleinair.engine.styles import Look, read_library, read_style
from pleinair.engine.stylizer import Stylizer
from pleinair.training.cli import main
from pleinair.training.files.checkpoint import read_checkpoint
from pleinair.training.files.publish import paint_with
from pleinair.training.files.shipped import model_of_style, read_generator

GENERATOR = asset("generators", "fast.onnx")
Words = Callable[..., list[str]]


@pytest.fixture
def words(studio_folder: Path, loss_network_file: Path, tmp_path: Path) -> Words:
    def make(
        *more: str, out: str = "new.safetensors", painting: Path = studio_folder / "one.png"
    ) -> list[str]:
        fixed = ["style", str(painting), "--title", "A title", "--artist", "An artist", "--stroke-size", "64"]
        fixed += ["--content", str(studio_folder / "photos"), "--loss-network", str(loss_network_file)]
        fixed += ["--size", "32", "--photos-per-step", "1", "--save-every", "0", "--steps", "4"]
        return [*fixed, "--out", str(tmp_path / out), *more]

    return make


def test_every_shipped_style_is_read_back_as_it_was() -> None:
    generator = read_generator(GENERATOR)
    library = read_library([asset("styles")], generator.digest, generator.vector_size)
    assert len(library.styles) >= 16 and not library.rejected
    network = OnnxNetwork(GENERATOR)
    for style in library.styles.values():
        model = model_of_style(generator.config, style)
        torch_paints = paint_with(model, 0)(draw(0, 96, 64)).astype(int)
        assert np.abs(torch_paints - network.paint(draw(0, 96, 64), style.vector)).max() <= 1, style.id
    network.close()


def test_a_style_is_taught_and_the_program_paints_with_it(
    words: Words, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words("--steps", "40", "--json", "--save-every", "999")) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"few-photos", "start", "progress", "saved", "skipped", "done"} <= {e["event"] for e in events}
    assert any("broken.jpg" in event["words"] for event in events)
    preview = Path(next(event["preview"] for event in events if event["event"] == "saved"))
    assert cv2.imread(str(preview)) is not None

    stylizer = Stylizer(OnnxNetwork(GENERATOR))
    library = read_library([tmp_path], stylizer.network.generator, stylizer.network.style_size)
    assert list(library.styles) == ["new"] and not library.rejected  # the checkpoint is not taken for a style
    style = library.styles["new"]
    assert (style.title, style.artist, style.training["steps"]) == ("A title", "An artist", 40)
    assert stylizer.stylize(draw(0, 64, 48), Look(((style, 1.0),))).shape == (48, 64, 3)
    stylizer.close()


def test_all_weights_are_learned_from_the_nearest_style_on(words: Words, tmp_path: Path) -> None:
    assert main(words()) == 0
    model, tensors, record = read_checkpoint(tmp_path / "new.training" / "checkpoint.safetensors")
    learned = read_style(tmp_path / "new.safetensors").vector
    starts = [read_style(path).vector for path in asset("styles").glob("*.safetensors")]
    apart = sorted(float(np.linalg.norm(learned - start)) for start in starts)
    assert 0 < apart[0] < 0.1 * apart[1]  # a few steps away from one of them
    assert record["step"] == 4
    for number, _ in enumerate(model.parameters()):
        assert f"optimizer.{number}.exp_avg" in tensors


def test_stopped_at_any_moment_there_is_a_style_and_resume_equals_uninterrupted(
    words: Words, tmp_path: Path
) -> None:
    """A process of its own, stopped as a person would; bit for bit on one thread."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}

    def start(*more: str, out: str) -> subprocess.Popen[str]:
        command = [
            sys.executable,
            "-m",
            "pleinair.training",
            *words("--steps", "40", "--json", *more, out=out),
        ]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)

    whole = start("--save-every", "999", out="whole.safetensors")
    assert whole.communicate(timeout=100) and whole.returncode == 0
    stopped = start("--save-every", "999", out="parts.safetensors")
    assert stopped.stdout is not None
    for line in stopped.stdout:
        if json.loads(line)["event"] == "progress":  # the first step is made
            break
    time.sleep(0.2)
    stopped.send_signal(signal.SIGINT)
    words_said = stopped.stdout.read()
    assert stopped.wait(60) == 0 and '"stopped"' in words_said
    stopped.stdout.close()
    early = read_style(tmp_path / "parts.safetensors")
    assert 0 < early.training["steps"] < 40
    resumed = start("--resume", "--save-every", "999", out="parts.safetensors")
    assert resumed.communicate(timeout=100) and resumed.returncode == 0
    parts, full = read_style(tmp_path / "parts.safetensors"), read_style(tmp_path / "whole.safetensors")
    assert parts.training["steps"] == 40 and np.array_equal(parts.vector, full.vector)
    assert not np.array_equal(early.vector, full.vector)


def test_bad_words_end_in_a_sentence(
    words: Words, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words(out="new.pth")) == 2
    assert "my-style.safetensors" in capsys.readouterr().err
    assert main(words("--steps", "0")) == 2
    assert main(words("--stroke-size", "9")) == 2
    assert main(words(painting=tmp_path / "missing.jpg")) == 1
    assert main(words("--generator", str(tmp_path / "missing.onnx"))) == 1
    (tmp_path / "broken.onnx").write_bytes(b"broken")
    assert main(words("--generator", str(tmp_path / "broken.onnx"))) == 1
    assert main(words("--content", str(tmp_path / "nowhere"))) == 1
    assert main(words(out="broken.onnx/new.safetensors")) == 1  # a file where a folder should be
    errors = capsys.readouterr().err
    assert errors.count("\n") == 7 and "Traceback" not in errors


def test_a_style_that_was_lost_is_written_again_from_the_checkpoint(words: Words, tmp_path: Path) -> None:
    assert main(words("--steps", "2")) == 0
    learned = read_style(tmp_path / "new.safetensors").vector
    (tmp_path / "new.safetensors").unlink()
    assert main(words("--steps", "2", "--resume")) == 0
    assert np.array_equal(read_style(tmp_path / "new.safetensors").vector, learned)


def test_a_grey_painting_is_learned_with_a_word(
    words: Words, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cv2.imwrite(str(tmp_path / "grey.png"), draw(0, 90, 80)[:, :, 1])
    assert main(words("--steps", "1", painting=tmp_path / "grey.png")) == 0
    assert "grey" in capsys.readouterr().out

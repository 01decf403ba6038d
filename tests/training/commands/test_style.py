from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from pleinair.engine.files import asset
from pleinair.engine.sources.pattern import draw
from pleinair.engine.styles.library import read_library
from pleinair.engine.styles.look import Look
from pleinair.engine.styles.style_file import read_style
from pleinair.training.cli import main
from pleinair.training.evaluation.painters import open_stylizer
from pleinair.training.files.checkpoint import read_checkpoint

GENERATOR = asset("generators", "fast.onnx")
Words = Callable[..., list[str]]


@pytest.fixture
def words(studio_folder: Path, training_words: list[str], tmp_path: Path) -> Words:
    def make(
        *more: str, out: str = "new.safetensors", painting: Path = studio_folder / "one.png"
    ) -> list[str]:
        fixed = ["style", str(painting), "--title", "A title", "--artist", "An artist", "--stroke-size", "64"]
        fixed += [*training_words, "--save-every", "0", "--steps", "4"]
        which = [] if "--generator" in more or "--only" in more else ["--only", "fast"]
        return [*fixed, "--out", str(tmp_path / out), *which, *more]

    return make


def test_a_style_is_learned_and_the_program_paints_with_it(
    words: Words, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words("--steps", "8", "--json", "--save-every", "999")) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"few-photos", "start", "progress", "saved", "skipped", "done"} <= {e["event"] for e in events}
    assert any("broken.jpg" in event["words"] for event in events)
    preview = Path(next(event["preview"] for event in events if event["event"] == "saved"))
    assert cv2.imread(str(preview)) is not None

    stylizer = open_stylizer(GENERATOR)
    library = read_library([tmp_path], [stylizer.generator.digest])
    assert list(library.styles) == ["new"] and not library.rejected  # the checkpoint is not taken for a style
    style = library.styles["new"]
    assert (style.title, style.artist, style.training["steps"]) == ("A title", "An artist", 8)
    assert stylizer.stylize(draw(0, 64, 48), Look(((style, 1.0),))).shape == (48, 64, 3)
    stylizer.close()


def test_all_weights_are_learned_from_the_nearest_style_on(words: Words, tmp_path: Path) -> None:
    assert main(words()) == 0
    checkpoint = read_checkpoint(tmp_path / "new.training" / "checkpoint.safetensors")
    learned = read_style(tmp_path / "new.safetensors").vectors["fast"].base
    styles = [read_style(path) for path in asset("styles").glob("*.safetensors")]
    starts = [style.vectors["fast"].base for style in styles if "fast" in style.vectors]
    apart = sorted(float(np.linalg.norm(learned - start)) for start in starts)
    assert 0 < apart[0] < 0.1 * apart[1]  # a few steps away from one of them
    assert checkpoint.record.step == 4
    for number, _ in enumerate(checkpoint.model.parameters()):
        assert "exp_avg" in checkpoint.optimizer[number]


def test_it_starts_from_the_style_that_is_named(words: Words, tmp_path: Path) -> None:
    """One that is not the nearest: the small painting is nothing like it."""
    for name in ("ink", "udnie"):
        out, start = f"{name}.safetensors", asset("styles") / f"{name}.safetensors"
        assert main(words("--start", str(start), out=out)) == 0
        learned, begun = (read_style(path).vectors["fast"].base for path in (tmp_path / out, start))
        assert 0 < np.linalg.norm(learned - begun) < 0.1 * np.linalg.norm(begun)


def test_a_start_that_is_no_style_is_refused(words: Words, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words("--start", str(GENERATOR))) != 0
    assert capsys.readouterr().err.count("\n") == 1


def test_stopped_at_any_moment_there_is_a_style_and_resume_equals_uninterrupted(
    words: Words, tmp_path: Path, one_thread: None
) -> None:
    """A process of its own, stopped as a person would; bit for bit on one thread."""
    more = ["--steps", "8", "--save-every", "999"]
    assert main(words(*more, out="whole.safetensors")) == 0
    command = [sys.executable, "-m", "pleinair.training", *words(*more, "--json", out="parts.safetensors")]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as stopped:
        assert stopped.stdout is not None
        for line in stopped.stdout:
            if json.loads(line)["event"] == "progress":  # the first step is made
                stopped.send_signal(signal.SIGINT)
                break
        said = stopped.stdout.read()
        assert stopped.wait(60) == 0 and '"stopped"' in said
    early = read_style(tmp_path / "parts.safetensors")
    assert 0 < early.training["steps"] < 8
    assert main(words(*more, "--resume", out="parts.safetensors")) == 0
    parts, full = read_style(tmp_path / "parts.safetensors"), read_style(tmp_path / "whole.safetensors")
    assert parts.training["steps"] == 8 and np.array_equal(
        parts.vectors["fast"].base, full.vectors["fast"].base
    )
    assert not np.array_equal(early.vectors["fast"].base, full.vectors["fast"].base)


def test_it_stops_when_the_program_that_started_it_is_gone(words: Words, tmp_path: Path) -> None:
    """Its input ends then; until that it goes on."""
    given = words("--steps", "1000000", "--save-every", "999", "--json", "--stop-at-eof")
    command = [sys.executable, "-m", "pleinair.training", *given]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment) as process:
        assert process.stdin is not None and process.stdout is not None
        seen = 0
        while seen < 2:
            seen += json.loads(process.stdout.readline())["event"] == "progress"
        process.stdin.close()
        said = process.stdout.read()
        assert process.wait(60) == 0 and '"stopped"' in said
    assert 1 < read_style(tmp_path / "new.safetensors").training["steps"] < 1000000


def test_both_generators_learn_into_one_file_fine_only_its_vectors(
    words: Words, tmp_path: Path, studio_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    boxes = tmp_path / "faces.json"
    boxes.write_text('{"1.png": [[30, 20, 60, 50]]}')
    given = [word for word in words("--steps", "20", "--save-every", "999") if word not in ("--only", "fast")]
    assert main([*given, "--face-boxes", str(boxes), "--json"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [e["generator"] for e in events if e["event"] == "start"] == ["fine", "fast"]
    assert [(e["generator"], e["step"]) for e in events if e["event"] == "saved"] == [
        ("fine", 2),
        ("fast", 20),
    ]
    preview = cv2.imread(str(tmp_path / "new.training" / "preview.jpg"))
    assert preview is not None and preview.shape[1] == 3 * 320  # the photo, and both
    style = read_style(tmp_path / "new.safetensors")
    assert set(style.vectors) == {"fine", "fast"}
    start = next(e["style"] for e in events if e["event"] == "start")
    nearest = read_style(asset("styles", f"{start}.safetensors"))
    learned = style.vectors["fine"]
    assert learned.generator == nearest.vectors["fine"].generator  # it needs no other file
    for name, control in learned.controls.items():
        assert not np.array_equal(control.vector, nearest.vectors["fine"].controls[name].vector), name
    trained = read_checkpoint(tmp_path / "new.training" / "fine" / "checkpoint.safetensors")
    assert len(trained.optimizer) == 2  # the base vector and the controls


def test_without_a_face_detector_fine_keeps_faces_as_the_nearest_style_does(
    words: Words, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("pleinair.training.commands.style.has_detector", lambda: False)
    assert main(words("--only", "fine", "--steps", "20", "--json")) == 0
    events = {e["event"]: e for e in map(json.loads, capsys.readouterr().out.splitlines())}
    assert "no-faces" in events
    old = read_style(asset("styles", f"{events['start']['style']}.safetensors")).vectors["fine"]
    new = read_style(tmp_path / "new.safetensors").vectors["fine"]
    assert np.array_equal(new.controls["faces"].vector, old.controls["faces"].vector)
    assert not np.array_equal(new.controls["stroke"].vector, old.controls["stroke"].vector)


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
    learned = read_style(tmp_path / "new.safetensors").vectors["fast"].base
    (tmp_path / "new.safetensors").unlink()
    assert main(words("--steps", "2", "--resume")) == 0
    assert np.array_equal(read_style(tmp_path / "new.safetensors").vectors["fast"].base, learned)


def test_a_grey_painting_is_learned_with_a_word(
    words: Words, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cv2.imwrite(str(tmp_path / "grey.png"), draw(0, 90, 80)[:, :, 1])
    assert main(words("--steps", "1", painting=tmp_path / "grey.png")) == 0
    assert "grey" in capsys.readouterr().out

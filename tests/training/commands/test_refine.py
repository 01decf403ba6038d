import json
from collections.abc import Callable
from pathlib import Path

import onnx
import pytest
import torch
from torch import Tensor

from pleinair.engine.sources.pattern import draw
from pleinair.engine.styles.library import read_library
from pleinair.engine.styles.look import Look
from pleinair.training.cli import main
from pleinair.training.evaluation.painters import open_stylizer
from pleinair.training.files.checkpoint import Checkpoint, read_checkpoint

NAMES = ("one", "two", "three")
Refine = Callable[..., int]


@pytest.fixture
def refine(training_words: list[str], studio_folder: Path, tmp_path: Path) -> Refine:
    """Runs the command with the list in ``tmp_path``."""

    def run(*starts: Path, out: str, more: list[str]) -> int:
        words = ["refine", *map(str, starts), "--paintings", str(tmp_path / "list.toml"), *training_words]
        words += ["--painting-folder", str(studio_folder), "--out", str(tmp_path / out), "--json"]
        return main([*words, *more])

    return run


def checkpoint(folder: Path) -> Checkpoint:
    return read_checkpoint(folder / "checkpoint.safetensors")


def kernel(folder: Path) -> Tensor:
    weight: Tensor = checkpoint(folder).model.generator.state_dict()["stem.weight"]
    return weight


def test_styles_learned_together_get_weights_of_their_own(
    refine: Refine,
    studio_folder: Path,
    fitted: Path,
    photo: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Two paintings from what they learned together, and a third from the nearest of them."""
    text = (studio_folder / "list.toml").read_text()
    third = text.split("[[painting]]")[1].replace('id = "one"', 'id = "three"')
    (tmp_path / "list.toml").write_text(f"{text}[[painting]]{third}")
    start, more = fitted / "checkpoint.safetensors", ["--oversample", "1.*=3", "--preview", photo]
    assert refine(start, out="apart", more=[*more, "--steps", "3"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [event["style"] for event in events if event["event"] == "start"] in (["one"], ["two"])
    assert (tmp_path / "apart" / "sheet.jpg").stat().st_size > 1000
    kernels = [kernel(tmp_path / "apart" / name) for name in NAMES]
    for own in kernels:
        assert 0 < torch.dist(own, kernel(fitted)) < 0.1 * kernel(fitted).norm()
    assert not torch.equal(kernels[0], kernels[1])

    files = [str(tmp_path / "apart" / name / "checkpoint.safetensors") for name in NAMES]
    published = tmp_path / "published"
    assert main(["publish", *files, "--photo", photo, "--out", str(published)]) == 0
    stylizer = open_stylizer(published / "generators" / "fast.onnx")
    library = read_library([published / "styles"], [stylizer.generator.digest])
    assert set(library.styles) == set(NAMES) and library.styles["three"].training["steps"] == 3
    painted = stylizer.stylize(draw(0, 64, 48), Look(((library.styles["three"], 1.0),)))
    assert painted.shape == (48, 64, 3)
    stylizer.close()

    assert refine(start, out="apart", more=["--steps", "5", "--resume"]) == 0  # continues where it was
    assert checkpoint(tmp_path / "apart" / "one").record.step == 5


def test_published_styles_are_a_start_too(
    refine: Refine, studio_folder: Path, fitted: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One of them with a temporal weight of its own. Both are given by their names of before 0.2."""
    text = (studio_folder / "list.toml").read_text()
    text = text.replace("style_weight = 8.0", "style_weight = 8.0\nstillness = 0.9", 1)
    (tmp_path / "list.toml").write_text(text)
    starts = [fitted / "styles" / f"{name}.safetensors" for name in ("one", "two")]
    generator, more = fitted / "generators" / "fast.onnx", ["--steps", "1", "--stillness", "0"]
    assert refine(*starts, out="again", more=[*more, "--generator", str(generator)]) == 0
    assert '"start"' not in capsys.readouterr().out  # each from its own, not from the nearest
    records = [checkpoint(tmp_path / "again" / name).record for name in ("one", "two")]
    weights = [record.weights for record in records]
    assert [found.temporal for found in weights if found is not None] == [0.9, 0.0]
    # SOAP's first step sets the bases only, so these are the weights as stored: float16, over 255.
    for name in ("one", "two"):
        begun = kernel(tmp_path / "again" / name)
        assert torch.allclose(begun, kernel(fitted), rtol=2**-11, atol=255 * 2**-25)
    other = onnx.load(str(generator))
    other.doc_string = "another"
    onnx.save(other, str(tmp_path / "other.onnx"))
    assert refine(*starts, out="no", more=[*more, "--generator", str(tmp_path / "other.onnx")]) == 1
    assert "another generator" in capsys.readouterr().err


def test_bad_words_end_in_a_sentence(
    studio_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["refine", str(tmp_path / "none.safetensors"), "--paintings", str(studio_folder / "list.toml")]
    words += ["--content", str(studio_folder / "photos"), "--out", str(tmp_path)]
    assert main(words) == 1
    assert main([*words, "--favour", "face"]) == 2
    errors = capsys.readouterr().err
    assert "none.safetensors" in errors and "face*=3" in errors and "Traceback" not in errors

import json
from pathlib import Path

import onnx
import pytest
import torch

from pleinair.engine.backends.onnx import OnnxNetwork
from pleinair.engine.errors import TrainingError
from pleinair.engine.sources.pattern import draw
from pleinair.engine.styles import Look, read_library
from pleinair.engine.stylizer import Stylizer
from pleinair.training.cli import main
from pleinair.training.data.photos import find_content, oversample
from pleinair.training.files.checkpoint import read_checkpoint


def test_styles_learned_together_get_weights_of_their_own(
    studio_folder: Path, loss_network_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two paintings from what they learned together, and a third from the nearest of them."""
    photos, photo = studio_folder / "photos", str(studio_folder / "photos" / "1.png")
    common = ["--content", str(photos), "--loss-network", str(loss_network_file), "--size", "32"]
    common += ["--painting-folder", str(studio_folder), "--photos-per-step", "1"]
    together = ["fit", "--paintings", str(studio_folder / "list.toml"), "--out", str(tmp_path / "together")]
    assert main([*together, *common, "--steps", "2"]) == 0
    text = (studio_folder / "list.toml").read_text()
    third = text.split("[[painting]]")[1].replace('id = "one"', 'id = "three"')
    (tmp_path / "list.toml").write_text(f"{text}[[painting]]{third}")
    start = tmp_path / "together" / "checkpoint.safetensors"
    words = ["refine", str(start), "--paintings", str(tmp_path / "list.toml"), *common, "--json"]
    words += ["--out", str(tmp_path / "apart"), "--oversample", "1.*=3", "--preview", photo]
    capsys.readouterr()
    assert main([*words, "--steps", "3"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [event["style"] for event in events if event["event"] == "start"] in (["one"], ["two"])
    assert (tmp_path / "apart" / "sheet.jpg").stat().st_size > 1000

    names = ("one", "two", "three")
    files = [tmp_path / "apart" / name / "checkpoint.safetensors" for name in names]
    common_start = read_checkpoint(start)[0].generator.state_dict()["stem.weight"]
    kernels = [read_checkpoint(file)[0].generator.state_dict()["stem.weight"] for file in files]
    for kernel in kernels:
        assert 0 < torch.dist(kernel, common_start) < 0.1 * common_start.norm()
    assert not torch.equal(kernels[0], kernels[1])

    published = ["publish", *map(str, files), "--photo", photo, "--out", str(tmp_path / "published")]
    assert main(published) == 0
    stylizer = Stylizer(OnnxNetwork(tmp_path / "published" / "generators" / "fast.onnx"))
    folder = tmp_path / "published" / "styles"
    library = read_library([folder], stylizer.network.generator, stylizer.network.style_size)
    assert set(library.styles) == set(names) and library.styles["three"].training["steps"] == 3
    painted = stylizer.stylize(draw(0, 64, 48), Look(((library.styles["three"], 1.0),)))
    assert painted.shape == (48, 64, 3)
    stylizer.close()

    assert main([*words, "--steps", "5", "--resume"]) == 0  # goes on where it was
    assert read_checkpoint(files[0])[2]["step"] == 5

    # A published style is a start too; one painting may have a temporal weight of its own. Both names of
    # before 0.2 are read.
    text = text.replace("style_weight = 8.0", "style_weight = 8.0\nstillness = 0.9", 1)
    (tmp_path / "list.toml").write_text(text)
    words[1:2] = [str(folder / f"{name}.safetensors") for name in ("one", "two")]
    words += ["--generator", str(tmp_path / "published" / "generators" / "fast.onnx")]
    words[words.index("--out") + 1] = str(tmp_path / "again")
    capsys.readouterr()
    assert main([*words, "--steps", "1", "--stillness", "0"]) == 0
    assert '"start"' not in capsys.readouterr().out  # each from its own, not from the nearest
    again = [read_checkpoint(tmp_path / "again" / name / "checkpoint.safetensors") for name in ("one", "two")]
    assert [record["temporal"] for _, _, record in again] == [0.9, 0.0]
    # SOAP's first step sets the bases only, so these are the weights as stored: float16, over 255.
    begun = again[1][0].generator.state_dict()["stem.weight"]
    assert torch.allclose(begun, kernels[1], rtol=2**-11, atol=255 * 2**-25)
    assert torch.dist(begun, kernels[1]) < torch.dist(begun, kernels[0])
    other = onnx.load(words[-1])
    other.doc_string = "another"
    onnx.save(other, tmp_path / "other.onnx")
    words[-1] = str(tmp_path / "other.onnx")
    assert main([*words, "--steps", "1"]) == 1
    assert "another generator" in capsys.readouterr().err


def test_oversampled_photos_come_more_often(studio_folder: Path) -> None:
    content = find_content([studio_folder / "photos"])
    before = len(content.photos)
    oversample(content, {"1.*": 3})
    assert len(content.photos) == before + 2
    assert sum(photo.name.endswith("1.png") for photo in content.photos) == 3
    with pytest.raises(TrainingError, match="nobody"):
        oversample(content, {"nobody*": 2})


def test_bad_words_end_in_a_sentence(
    studio_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["refine", str(tmp_path / "none.safetensors"), "--paintings", str(studio_folder / "list.toml")]
    words += ["--content", str(studio_folder / "photos"), "--out", str(tmp_path)]
    assert main(words) == 1
    assert main([*words, "--favour", "face"]) == 2
    errors = capsys.readouterr().err
    assert "none.safetensors" in errors and "face*=3" in errors and "Traceback" not in errors

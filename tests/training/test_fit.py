import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.backends import OnnxStylizer
from engine.camera.pattern import draw
from engine.errors import CheckpointError, TrainingError
from engine.styles import Look, read_library
from training.__main__ import main
from training.checkpoint import read_checkpoint
from training.fit import FitSettings, fit, learning_rate
from training.paintings import load_painting, read_list
from training.photos import PhotoCrops, find_photos


@pytest.fixture
def settings(studio_folder: Path, loss_network_file: Path, tmp_path: Path) -> FitSettings:
    return FitSettings(
        paintings=studio_folder / "list.toml",
        painting_folder=studio_folder,
        content=[studio_folder / "photos"],
        out=tmp_path / "run",
        loss_network=loss_network_file,
        preview=[studio_folder / "photos" / "1.png"],
        steps=4,
        size=32,
        photos=1,
        looks=2,
        rate=2e-3,
        content_weight=1.0,
        tone=1.0,
        stillness=0.05,
        smoothness=0.02,
        seed=3,
        save_every=0,
        resume=False,
    )


def test_training_lowers_the_loss_and_skips_broken_photos(
    settings: FitSettings, capsys: pytest.CaptureFixture[str]
) -> None:
    fit(replace(settings, steps=120, save_every=999))
    said = capsys.readouterr().out
    assert "steps/s" in said and "min left" in said
    assert "Only 5 photos" in said and "broken.jpg" in said
    first = float(said.split("style ")[1].split()[0])
    log = json.loads((settings.out / "log.jsonl").read_text().splitlines()[-1])
    assert log["step"] == 100 and log["style"] < 0.9 * first
    assert (settings.out / "sheet.jpg").stat().st_size > 1000


def test_stopped_and_resumed_equals_uninterrupted_bit_for_bit(settings: FitSettings, tmp_path: Path) -> None:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # sums in one order
    try:
        whole, _, _ = read_checkpoint(fit(replace(settings, out=tmp_path / "whole")))
        # The run that will be stopped has the same plan, so the same learning rates.
        parts = replace(settings, out=tmp_path / "parts")
        with pytest.raises(KeyboardInterrupt):
            fit_until(parts, 2)
        resumed, _, record = read_checkpoint(fit(replace(parts, resume=True)))
    finally:
        torch.set_num_threads(threads)
    assert record["step"] == 4
    for name, value in whole.state_dict().items():
        assert torch.equal(value, resumed.state_dict()[name]), name


def fit_until(settings: FitSettings, step: int) -> None:
    """Stop as Ctrl+C does, in the middle of the third step."""
    batch = PhotoCrops.batch

    def interrupted(self: PhotoCrops, at: int, count: int):  # type: ignore[no-untyped-def]
        if at == step:
            raise KeyboardInterrupt
        return batch(self, at, count)

    PhotoCrops.batch = interrupted  # type: ignore[method-assign]
    try:
        fit(settings)
    finally:
        PhotoCrops.batch = batch  # type: ignore[method-assign]


def test_the_command_makes_files_that_the_program_paints_with(
    settings: FitSettings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "made"
    words = ["fit", "--paintings", str(settings.paintings), "--content", str(settings.content[0])]
    words += ["--out", str(out), "--loss-network", str(settings.loss_network), "--steps", "2"]
    words += ["--size", "32", "--preview", str(settings.preview[0])]
    assert main(words) == 0
    stylizer = OnnxStylizer(out / "generators" / "fast.onnx")
    library = read_library([out / "styles"], stylizer.generator, stylizer.style_size)
    assert sorted(library.styles) == ["one", "two"] and not library.rejected
    training = library.styles["one"].training
    assert training["steps"] == 2 and training["seed"] == 1 and training["losses"]["style"] > 0
    painted = stylizer.stylize(draw(0, 64, 48), Look(((library.styles["one"], 1.0),)))
    assert painted.shape == (48, 64, 3)
    stylizer.close()
    checkpoint = str(out / "checkpoint.safetensors")
    words = ["publish", checkpoint, "--photo", str(settings.preview[0]), "--out", str(tmp_path / "again")]
    assert main(words) == 0
    again = (tmp_path / "again" / "generators" / "fast.onnx").read_bytes()
    assert again == (out / "generators" / "fast.onnx").read_bytes()


def test_a_step_depends_on_seed_and_number_only(settings: FitSettings) -> None:
    files = find_photos(settings.content)
    one, two = PhotoCrops(files, 32, 5), PhotoCrops(files, 32, 5)
    two.batch(0, 3)
    assert torch.equal(one.batch(7, 2)[0], two.batch(7, 2)[0])
    assert not torch.equal(one.batch(7, 2)[0], one.batch(8, 2)[0])


def test_the_learning_rate_rises_and_falls() -> None:
    rates = [learning_rate(step, 1000, 1.0) for step in range(1000)]
    assert rates[0] == 0.01 and max(rates) == pytest.approx(0.97, abs=0.02) and rates[-1] == 0.01
    assert int(np.argmax(rates)) == 99


def test_a_painting_is_learned_without_its_frame(settings: FitSettings, tmp_path: Path) -> None:
    import cv2

    framed = np.full((100, 200, 3), 255, np.uint8)  # a white frame, 10 % wide, around black
    framed[10:90, 20:180] = 0
    cv2.imwrite(str(tmp_path / "one.png"), framed)
    whole = read_list(settings.paintings)[0]
    assert load_painting(whole, tmp_path).max() == 1
    inner = load_painting(replace(whole, crop=(0.1, 0.1, 0.9, 0.9)), tmp_path)
    assert inner.max() == 0 and inner.shape == (1, 3, whole.size, 2 * whole.size)


BACKWARDS = "crop = [0.9, 0.0, 0.1, 1.0]"


@pytest.mark.parametrize("text", ["", "[[painting]]\nid = 1", "not toml [", BACKWARDS])
def test_bad_lists_are_refused(settings: FitSettings, tmp_path: Path, text: str) -> None:
    if text == BACKWARDS:
        text = settings.paintings.read_text() + text
    path = tmp_path / "list.toml"
    path.write_text(text)
    with pytest.raises(TrainingError, match=r"list\.toml"):
        read_list(path)


def test_small_or_unreadable_paintings_and_empty_folders_are_refused(
    settings: FitSettings, tmp_path: Path
) -> None:
    import cv2

    painting = read_list(settings.paintings)[0]
    cv2.imwrite(str(tmp_path / "one.png"), draw(0, 70, 40))
    with pytest.raises(TrainingError, match="64 px"):
        load_painting(painting, tmp_path)
    (tmp_path / "one.png").write_bytes(b"no")
    with pytest.raises(TrainingError, match=r"one\.png"):
        load_painting(painting, tmp_path)
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "empty", tmp_path / "missing"):
        with pytest.raises(TrainingError, match=folder.name):
            find_photos([folder])
    broken = PhotoCrops([tmp_path / "one.png"], 32, 0)
    with pytest.raises(TrainingError, match="None of the photos"):
        broken.batch(0, 1)


def test_checkpoints_of_something_else_are_refused(settings: FitSettings, tmp_path: Path) -> None:
    bad = tmp_path / "bad.safetensors"
    bad.write_bytes(b"bad")
    with pytest.raises(CheckpointError, match=r"bad\.safetensors"):
        read_checkpoint(bad)
    fit(settings)
    renamed = tmp_path / "list.toml"
    renamed.write_text(settings.paintings.read_text().replace('id = "two"', 'id = "three"'))
    with pytest.raises(CheckpointError, match="other paintings"):
        fit(replace(settings, paintings=renamed, resume=True))


def test_wrong_use_ends_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fit"]) == 2
    assert "--help" in capsys.readouterr().err


def test_the_contact_sheet_shows_every_photo_in_every_style(settings: FitSettings, tmp_path: Path) -> None:
    import cv2

    from training.sheet import CELL, LABEL

    out = tmp_path / "sheet.png"
    assert main(["sheet", *[str(p) for p in settings.content[0].glob("*.png")], "--out", str(out)]) == 0
    shape = cv2.imread(str(out)).shape
    assert shape[0] == LABEL + 4 * CELL[1] and shape[1] >= 8 * CELL[0]

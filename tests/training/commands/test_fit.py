import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from pleinair.engine.backends.onnx import OnnxNetwork
from pleinair.engine.errors import CheckpointError, TrainingError, UsageError
from pleinair.engine.sources.pattern import draw
from pleinair.engine.styles import Look, read_library
from pleinair.engine.stylizer import Stylizer
from pleinair.training.cli import main
from pleinair.training.commands.fit import FitSettings
from pleinair.training.commands.fit import fit as fit_with
from pleinair.training.files.checkpoint import read_checkpoint
from pleinair.training.files.paintings import is_grey, load_painting, read_list
from pleinair.training.files.publish import paint_with, publish_generator
from pleinair.training.losses.objective import LossWeights
from pleinair.training.optim.loop import Plan
from pleinair.training.optim.processes import Processes
from pleinair.training.report import Report, read_log


@pytest.fixture
def settings(studio_folder: Path, loss_network_file: Path, tmp_path: Path) -> FitSettings:
    return FitSettings(
        generator="fast",
        norm="instance",
        channels=None,
        content=[studio_folder / "photos"],
        out=tmp_path / "run",
        plan=Plan(steps=4, rate=2e-3, seed=3, save_every=0),
        weights=LossWeights(),
        paintings=studio_folder / "list.toml",
        painting_folder=studio_folder,
        painted=None,
        loss_network=loss_network_file,
        preview=[studio_folder / "photos" / "1.png"],
        size=32,
        photos=1,
        styles_per_photo=2,
    )


def fit(settings: FitSettings) -> Path:
    checkpoint, finished = fit_with(settings, Processes(0, 1, torch.device("cpu")), Report())
    assert finished
    return checkpoint


def test_training_lowers_the_loss_and_skips_broken_photos(
    settings: FitSettings, capsys: pytest.CaptureFixture[str]
) -> None:
    fit(replace(settings, plan=replace(settings.plan, steps=120, save_every=999)))
    said = capsys.readouterr().out
    assert "steps/s" in said and "min left" in said
    assert "Only 5 photos" in said and "broken.jpg" in said
    first = float(said.split("style ")[1].split()[0])
    log = json.loads((settings.out / "log.jsonl").read_text().splitlines()[-1])
    assert log["step"] == 100 and log["style"] < 0.9 * first
    assert (settings.out / "sheet.jpg").stat().st_size > 1000


@pytest.mark.parametrize(("kind", "norm"), [("residual", "batch"), ("texture", "instance")])
def test_the_paper_s_generators_learn_too(
    settings: FitSettings, capsys: pytest.CaptureFixture[str], kind: str, norm: str
) -> None:
    checkpoint = fit(replace(settings, generator=kind, norm=norm, channels=4, size=64, photos=2))
    model, _, record = read_checkpoint(checkpoint)
    assert (model.generator.kind, model.generator.norm) == (kind, norm)
    assert record["losses"]["style"] > 0 and (settings.out / "sheet.jpg").exists()
    with pytest.raises(TrainingError, match=f"cannot paint with a {kind} generator"):
        publish_generator(model, settings.out / "no.onnx")
    out = settings.out / "sheet2.jpg"
    assert main(["sheet", str(settings.preview[0]), "--checkpoint", str(checkpoint), "--out", str(out)]) == 0
    assert out.stat().st_size > 1000


def test_pairs_teach_what_they_show(settings: FitSettings, tmp_path: Path) -> None:
    import cv2

    (tmp_path / "blue").mkdir()
    for path in settings.content[0].glob("*.png"):
        photo = cv2.imread(str(path))
        photo[:, :, 1:] //= 4  # BGR: takes green and red away
        cv2.imwrite(str(tmp_path / "blue" / path.name), photo)
    plan = replace(settings.plan, steps=60, rate=1e-2, save_every=999, log_every=1)
    made = replace(settings, painted=tmp_path / "blue", paintings=None, styles_per_photo=1)
    made = replace(made, photos=4, plan=plan)
    checkpoint = fit(made)
    losses = [entry["total"] for entry in read_log(settings.out).values()]
    assert losses[-1] < 0.7 * losses[0]
    model, _, record = read_checkpoint(checkpoint)
    assert record["styles"] == ["blue"]
    painted = paint_with(model, 0)(cv2.imread(str(settings.preview[0]))).astype(float)
    assert painted[:, :, 0].mean() > painted[:, :, 1].mean() + 20


def test_the_command_makes_files_that_the_program_paints_with(
    settings: FitSettings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "made"
    words = ["fit", "--paintings", str(settings.paintings), "--content", str(settings.content[0])]
    words += ["--out", str(out), "--loss-network", str(settings.loss_network), "--steps", "2"]
    words += ["--size", "32", "--preview", str(settings.preview[0]), "--photos-per-step", "1"]
    assert main(words) == 0
    stylizer = Stylizer(OnnxNetwork(out / "generators" / "fast.onnx"))
    library = read_library([out / "styles"], stylizer.network.generator, stylizer.network.style_size)
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


def test_a_painting_is_learned_without_its_frame(settings: FitSettings, tmp_path: Path) -> None:
    import cv2

    framed = np.full((100, 200, 3), 255, np.uint8)  # a white frame, 10 % wide, around something dark
    framed[10:90, 20:180] = np.random.default_rng(0).integers(0, 60, (80, 160, 3))
    cv2.imwrite(str(tmp_path / "one.png"), framed)
    whole = read_list(settings.paintings or Path())[0]
    assert load_painting(whole, tmp_path).max() == 1
    inner = load_painting(replace(whole, crop=(0.1, 0.1, 0.9, 0.9)), tmp_path)
    assert inner.max() < 0.25 and inner.shape == (1, 3, whole.size, 2 * whole.size)


BACKWARDS, NO_TEMPORAL = "crop = [0.9, 0.0, 0.1, 1.0]", "temporal = 0.0"


@pytest.mark.parametrize("text", ["", "[[painting]]\nid = 1", "not toml [", BACKWARDS, NO_TEMPORAL])
def test_bad_lists_are_refused(settings: FitSettings, tmp_path: Path, text: str) -> None:
    if text in (BACKWARDS, NO_TEMPORAL):
        text = settings.paintings.read_text() + text
    path = tmp_path / "list.toml"
    path.write_text(text)
    with pytest.raises(TrainingError, match=r"list\.toml"):
        read_list(path)


def test_small_plain_or_unreadable_paintings_are_refused(settings: FitSettings, tmp_path: Path) -> None:
    import cv2

    painting = read_list(settings.paintings)[0]
    cv2.imwrite(str(tmp_path / "one.png"), draw(0, 70, 40))
    with pytest.raises(TrainingError, match="64 px"):
        load_painting(painting, tmp_path)
    (tmp_path / "one.png").write_bytes(b"no")
    with pytest.raises(TrainingError, match=r"one\.png"):
        load_painting(painting, tmp_path)
    cv2.imwrite(str(tmp_path / "one.png"), np.full((80, 90, 3), (9, 90, 200), np.uint8))
    with pytest.raises(TrainingError, match="one plain colour"):
        load_painting(painting, tmp_path)


def test_a_grey_painting_is_known_as_such(settings: FitSettings, tmp_path: Path) -> None:
    import cv2

    painting = read_list(settings.paintings or Path())[0]
    cv2.imwrite(str(tmp_path / "one.png"), draw(0, 90, 80)[:, :, 1])
    assert is_grey(load_painting(painting, tmp_path))
    cv2.imwrite(str(tmp_path / "one.png"), draw(0, 90, 80))
    assert not is_grey(load_painting(painting, tmp_path))


def test_checkpoints_of_something_else_are_refused(settings: FitSettings, tmp_path: Path) -> None:
    bad = tmp_path / "bad.safetensors"
    bad.write_bytes(b"bad")
    with pytest.raises(CheckpointError, match=r"bad\.safetensors"):
        read_checkpoint(bad)
    fit(settings)
    renamed = tmp_path / "list.toml"
    renamed.write_text(settings.paintings.read_text().replace('id = "two"', 'id = "three"'))
    with pytest.raises(CheckpointError, match="other styles"):
        fit(replace(settings, paintings=renamed, plan=replace(settings.plan, resume=True)))


def test_crops_that_are_too_small_for_a_generator_are_refused(settings: FitSettings) -> None:
    with pytest.raises(UsageError, match="--size 64"):
        fit(replace(settings, generator="texture"))


def test_wrong_use_ends_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fit"]) == 2
    assert "--help" in capsys.readouterr().err


def test_the_contact_sheet_shows_every_photo_in_every_style(settings: FitSettings, tmp_path: Path) -> None:
    import cv2

    from pleinair.training.evaluation.sheet import CELL, LABEL

    out = tmp_path / "sheet.png"
    assert main(["sheet", *[str(p) for p in settings.content[0].glob("*.png")], "--out", str(out)]) == 0
    assert cv2.imread(str(out)).shape == (2 * (LABEL + 4 * CELL[1]), 8 * CELL[0], 3)  # sixteen in two bands


def test_the_flicker_sheet_shows_what_noise_does(settings: FitSettings, tmp_path: Path) -> None:
    import cv2

    from pleinair.training.evaluation.sheet import CELL, LABEL

    checkpoint, out = (
        str(fit(replace(settings, plan=replace(settings.plan, steps=1)))),
        tmp_path / "sheet.png",
    )
    words = ["sheet", str(settings.preview[0]), "--checkpoint", checkpoint, "--flicker", "--out", str(out)]
    assert main(words) == 0
    sheet = cv2.imread(str(out))
    assert sheet.shape == (LABEL + 2 * CELL[1], 2 * CELL[0], 3)
    change = sheet[LABEL + CELL[1] :].astype(int) - 128
    assert 0 < np.abs(change).mean() < 100

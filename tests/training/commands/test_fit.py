from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import pytest
import torch

from pleinair.engine.errors import CheckpointError, TrainingError, UsageError
from pleinair.engine.sources.pattern import draw
from pleinair.engine.styles.library import read_library
from pleinair.engine.styles.look import Look
from pleinair.training.cli import main
from pleinair.training.commands.fit import FitSettings, fit
from pleinair.training.evaluation.painters import open_stylizer
from pleinair.training.files.checkpoint import Checkpoint, read_checkpoint
from pleinair.training.files.loss_log import read_log
from pleinair.training.files.publish import publish_generator
from pleinair.training.generators import StyledGenerator, build
from pleinair.training.optim.processes import Processes
from pleinair.training.optim.starts import start_from
from pleinair.training.report import Report
from pleinair.training.session import SessionSettings, TrainingSession
from tests.support.pictures import read_picture

Fit = Callable[..., Path]


class StopAt:
    """As the event that a person sets, after that many steps."""

    def __init__(self, steps: int) -> None:
        self._left = steps

    def is_set(self) -> bool:
        self._left -= 1
        return self._left <= 0


@pytest.fixture
def run_fit(studio_folder: Path, session_settings: SessionSettings, tmp_path: Path) -> Fit:
    """Fits both paintings, or what is asked for, in ``tmp_path/run``; returns the checkpoint."""

    def run(
        kind: str = "fast",
        norm: str = "instance",
        paintings: Path | None = studio_folder / "list.toml",
        **session: Any,
    ) -> Path:
        settings = FitSettings(
            session=replace(session_settings, **session),
            generator=kind,
            norm=norm,
            channels=None if kind == "fast" else 4,
            paintings=paintings,
            folder=studio_folder,
            out=tmp_path / "run",
        )
        alone = Processes(0, 1, torch.device("cpu"))
        checkpoint, finished = fit(settings, TrainingSession(settings.session, alone, Report()))
        assert finished
        return checkpoint

    return run


def test_training_lowers_the_loss_and_skips_broken_photos(
    run_fit: Fit, session_settings: SessionSettings, photo: str, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = replace(session_settings.plan, steps=40, rate=8e-3, log_every=40)
    checkpoint = run_fit(plan=plan, previews=[Path(photo)])
    said = capsys.readouterr().out
    assert "steps/s" in said and "min left" in said
    assert "Only 5 photos" in said and "broken.jpg" in said
    first, last = read_log(checkpoint.parent).values()
    assert last["style"] < 0.9 * first["style"]
    assert (checkpoint.parent / "sheet.jpg").stat().st_size > 1000


@pytest.mark.parametrize(("kind", "norm"), [("residual", "batch"), ("texture", "instance")])
def test_the_paper_s_generators_learn_too(
    run_fit: Fit, photo: str, tmp_path: Path, kind: str, norm: str
) -> None:
    path = run_fit(kind, norm, size=64, photos=2)
    checkpoint = read_checkpoint(path)
    assert (checkpoint.model.generator.kind, checkpoint.model.generator.norm) == (kind, norm)
    assert checkpoint.record.losses["style"] > 0
    with pytest.raises(TrainingError, match=f"cannot paint with a {kind} generator"):
        publish_generator(checkpoint.model, tmp_path / "no.onnx")
    assert main(["sheet", photo, "--checkpoint", str(path), "--out", str(tmp_path / "sheet.jpg")]) == 0
    assert (tmp_path / "sheet.jpg").stat().st_size > 1000


def test_pairs_are_imitated(
    run_fit: Fit, session_settings: SessionSettings, photo: str, tmp_path: Path
) -> None:
    (tmp_path / "blue").mkdir()
    for path in session_settings.content[0].glob("*.png"):
        picture = read_picture(path)
        picture[:, :, 1:] //= 4  # BGR: takes green and red away
        cv2.imwrite(str(tmp_path / "blue" / path.name), picture)
    plan = replace(session_settings.plan, steps=60, rate=1e-2, log_every=1)
    blue = tmp_path / "blue"
    checkpoint = read_checkpoint(
        run_fit(paintings=None, painted=blue, styles_per_photo=1, photos=4, plan=plan)
    )
    losses = [entry["total"] for entry in read_log(tmp_path / "run").values()]
    assert losses[-1] < 0.7 * losses[0]
    assert checkpoint.record.styles == ["blue"] and checkpoint.record.weights is None
    painted = checkpoint.model.paint_function(0)(read_picture(Path(photo))).astype(float)
    assert painted[:, :, 0].mean() > painted[:, :, 1].mean() + 20


def test_the_command_makes_files_that_the_program_paints_with(
    fitted: Path, photo: str, tmp_path: Path
) -> None:
    stylizer = open_stylizer(fitted / "generators" / "fast.onnx")
    library = read_library([fitted / "styles"], [stylizer.generator.digest])
    assert sorted(library.styles) == ["one", "two"] and not library.rejected
    training = library.styles["one"].training
    assert training["steps"] == 2 and training["seed"] == 1 and training["losses"]["style"] > 0
    painted = stylizer.stylize(draw(0, 64, 48), Look(((library.styles["one"], 1.0),)))
    assert painted.shape == (48, 64, 3)
    stylizer.close()
    words = ["publish", str(fitted / "checkpoint.safetensors"), "--photo", photo, "--out", str(tmp_path)]
    assert main(words) == 0
    again = (tmp_path / "generators" / "fast.onnx").read_bytes()
    assert again == (fitted / "generators" / "fast.onnx").read_bytes()


@pytest.fixture
def fit_fine(studio_folder: Path, training_words: list[str], tmp_path: Path) -> Callable[..., Checkpoint]:
    """Fits both paintings with the fine generator, as the command does; returns what was learned."""
    boxes = tmp_path / "faces.json"
    boxes.write_text('{"1.png": [[30, 20, 60, 50]], "2.png": [[10, 10, 40, 50]]}')

    def run(folder: str, steps: int, *words: str) -> Checkpoint:
        out = tmp_path / folder
        given = [
            "fit",
            "--generator",
            "fine",
            "--paintings",
            str(studio_folder / "list.toml"),
            *training_words,
        ]
        given += ["--face-boxes", str(boxes), "--steps", str(steps), "--out", str(out), *words]
        assert main(given) == 0
        return read_checkpoint(out / "checkpoint.safetensors")

    return run


def test_fine_learns_strokes_and_faces_and_resumes_bit_for_bit(
    fit_fine: Callable[..., Checkpoint], monkeypatch: pytest.MonkeyPatch, one_thread: None
) -> None:
    whole = fit_fine("whole", 4)
    assert whole.record.weights is not None
    assert (whole.record.weights.half, whole.record.weights.face) == (0.5, 10.0)
    assert whole.record.losses["half"] > 0
    assert (whole.model.controls.abs().sum(2) > 0).all()  # every style learns both
    monkeypatch.setattr("pleinair.training.optim.loop.stop_requested", lambda: nullcontext(StopAt(2)))
    assert fit_fine("parts", 4).record.step == 2
    monkeypatch.undo()
    parts = fit_fine("parts", 4, "--resume")
    for name, value in whole.model.state_dict().items():
        assert torch.equal(value, parts.model.state_dict()[name]), name
    for number, state in whole.optimizer.items():
        assert all(torch.equal(value, parts.optimizer[number][name]) for name, value in state.items())


def test_fit_starts_from_a_checkpoint_and_ends_by_the_clock(
    fit_fine: Callable[..., Checkpoint], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = fit_fine("first", 2)
    file = str(tmp_path / "first" / "checkpoint.safetensors")
    capsys.readouterr()
    second = fit_fine("second", 100_000, "--start", file, "--minutes", "0.02", "--rate", "0")
    assert "pictures/s" in capsys.readouterr().out
    assert 0 < second.record.step < 1000
    for name, value in first.model.state_dict().items():
        assert torch.equal(value, second.model.state_dict()[name]), name
    with pytest.raises(CheckpointError, match=r"holds a fine.*not a residual"):
        start_from(Path(file), StyledGenerator(build("residual", channels=4), 1), ["one"])


def test_a_checkpoint_of_other_styles_is_not_resumed(
    run_fit: Fit, session_settings: SessionSettings, studio_folder: Path, tmp_path: Path
) -> None:
    run_fit()
    renamed = tmp_path / "list.toml"
    renamed.write_text((studio_folder / "list.toml").read_text().replace('id = "two"', 'id = "three"'))
    with pytest.raises(CheckpointError, match="other styles"):
        run_fit(paintings=renamed, plan=replace(session_settings.plan, resume=True))


def test_crops_that_are_too_small_for_a_generator_are_refused(run_fit: Fit) -> None:
    with pytest.raises(UsageError, match="--size 64"):
        run_fit("texture")


@pytest.mark.parametrize("words", [["fit"], ["fit", "--paintings", "a", "--pairs", "b"], [], ["nonsense"]])
def test_wrong_use_ends_in_a_sentence(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    error = capsys.readouterr().err
    assert "--help" in error and error.count("\n") == 1


def test_arguments_of_the_wrong_kind_are_told_with_what_was_expected(
    training_words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["fit", "--paintings", "list.toml", "--out", "out", *training_words]
    assert main([*words, "--steps", "x"]) == 2
    assert "must be an integer of 1 or more, got 'x'" in capsys.readouterr().err
    assert main([*words, "--temporal", "-1"]) == 2
    assert "must be a number of 0 or more, got '-1'" in capsys.readouterr().err


def test_fine_has_one_width(training_words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    words = ["fit", "--generator", "fine", "--channels", "8", "--paintings", "list.toml", "--out", "out"]
    assert main([*words, *training_words]) == 2
    assert "leave out --channels" in capsys.readouterr().err


def test_help_shows_the_options_of_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    from pleinair.training.cli import COMMANDS

    for command in COMMANDS:
        with pytest.raises(SystemExit, match="0"):
            main([command, "--help"])
        assert "--channels" in capsys.readouterr().out or command not in ("fit", "compare", "reference")
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    said = capsys.readouterr().out
    assert all(command in said for command in COMMANDS)

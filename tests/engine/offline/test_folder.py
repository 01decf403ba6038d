"""Folders: every file is painted or named with the reason."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import pytest
from PIL import Image

from pleinair.engine.errors import PictureError
from pleinair.engine.frame import Paint
from pleinair.engine.offline import Result, stylize_folder
from pleinair.engine.sources.pattern import draw
from tests.support.films import Film


def as_it_is() -> Paint:
    return lambda pixels: pixels


def paint(source: Path, target: Path, recursive: bool = False) -> Result:
    return stylize_folder(source, target, as_it_is, False, recursive, lambda *_: None)


def photo(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(".jpg", draw(1, 96, 64))[1].tobytes())


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    return folder


def written(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_two_inputs_never_become_one(source: Path, tmp_path: Path) -> None:
    for name in ("a.mov", "a.MKV", "a.mp4", "b.mkv", "c.jfif", "c.jpg", "C.JPG"):
        if Path(name).suffix.lower() in (".jfif", ".jpg"):
            photo(source / name)
        else:
            Film(3, format="matroska").write(source / name)
    result = paint(source, tmp_path / "out")
    assert (result.files, result.skipped) == (7, {})
    wanted = ["C.JPG", "a.MKV.mp4", "a.mov.mp4", "a.mp4", "b.mp4", "c.jfif.jpg", "c.jpg"]
    assert written(tmp_path / "out") == wanted


def test_what_is_left_out_is_named_and_only_what_failed_counts(source: Path, tmp_path: Path) -> None:
    photo(source / "good.jpg")
    photo(source / "below" / "deep.jpg")
    (source / "notes.txt").write_text("words")
    (source / "empty.png").touch()
    (source / "broken.jpg").write_bytes(b"no photo" * 20)
    (source / "film.mp4").mkdir()
    (source / "loop.jpg").symlink_to(source / "loop.jpg")
    if hasattr(os, "mkfifo"):
        os.mkfifo(source / "pipe.mp4")
    before = written(source)
    result = paint(source, tmp_path / "out")
    assert (result.files, written(tmp_path / "out")) == (1, ["good.jpg"])
    named = {"below", "notes.txt", "empty.png", "broken.jpg", "film.mp4", "loop.jpg"}
    assert set(result.skipped) - {"pipe.mp4"} == named
    assert set(result.failed) - {"pipe.mp4"} == {"empty.png", "broken.jpg", "loop.jpg"}
    assert all(reason.endswith(".") for reason in result.skipped.values())
    assert written(source) == before


def test_folders_below_keep_their_places(source: Path, tmp_path: Path) -> None:
    for name in ("a.jpg", "one/a.jpg", "one/two/b.jpg"):
        photo(source / name)
    (source / "one" / "back").symlink_to(source)
    result = paint(source, tmp_path / "out", recursive=True)
    assert result.files == 3
    assert written(tmp_path / "out") == ["a.jpg", "one/a.jpg", "one/two/b.jpg"]


def test_an_output_inside_the_input_is_not_painted_again(source: Path) -> None:
    photo(source / "a.jpg")
    for _ in range(2):
        result = paint(source, source / "out", recursive=True)
    assert written(source) == ["a.jpg", "out/a.jpg"]
    assert "already there" in result.skipped["a.jpg"]


def test_a_folder_is_not_painted_into_itself(source: Path, tmp_path: Path) -> None:
    photo(source / "a.jpg")
    link = tmp_path / "link"
    link.symlink_to(source)
    for target in (source, link):
        with pytest.raises(PictureError, match="input itself"):
            paint(source, target)


def test_pictures_that_move_stay_pictures(source: Path, tmp_path: Path) -> None:
    pictures = [Image.fromarray(draw(number, 96, 64)) for number in range(3)]
    for name in ("a.gif", "b.webp", "c.png"):
        pictures[0].save(source / name, save_all=True, append_images=pictures[1:], duration=100)
    result = paint(source, tmp_path / "out")
    assert (result.files, result.pictures) == (3, 9)
    assert written(tmp_path / "out") == ["a.gif", "b.webp", "c.png"]

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from pleinair.engine.errors import TrainingError
from pleinair.engine.sources.pattern import draw
from pleinair.training.files.paintings import Painting, is_grey, load_painting, read_list

BUILTIN = Path(__file__).parents[3] / "training" / "builtin.toml"


@pytest.fixture
def painting(studio_folder: Path) -> Painting:
    return read_list(studio_folder / "list.toml")[0]


def test_the_list_of_the_shipped_styles_is_read() -> None:
    paintings = {painting.id: painting for painting in read_list(BUILTIN)}
    assert len(paintings) >= 16 and paintings["starry-night"].temporal == 0.9


def test_a_list_of_before_0_2_is_read(studio_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "list.toml").write_text((studio_folder / "list.toml").read_text() + "stillness = 0.4")
    assert [painting.temporal for painting in read_list(tmp_path / "list.toml")] == [None, 0.4]


def test_a_painting_is_learned_without_its_frame(painting: Painting, tmp_path: Path) -> None:
    framed = np.full((100, 200, 3), 255, np.uint8)  # a white frame, 10 % wide, around something dark
    framed[10:90, 20:180] = np.random.default_rng(0).integers(0, 60, (80, 160, 3))
    cv2.imwrite(str(tmp_path / "one.png"), framed)
    assert load_painting(painting, tmp_path).max() == 1
    inner = load_painting(replace(painting, crop=(0.1, 0.1, 0.9, 0.9)), tmp_path)
    assert inner.max() < 0.25 and inner.shape == (1, 3, painting.size, 2 * painting.size)


def test_a_dark_painting_is_brightened(painting: Painting, tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "one.png"), draw(0, 90, 80))
    plain = load_painting(painting, tmp_path)
    brighter = load_painting(replace(painting, gamma=0.5), tmp_path)
    assert (brighter - plain.sqrt()).abs().max() < 1e-6 and brighter.mean() > plain.mean()


WRONG = [
    "[[painting]]\nid = 1",
    "crop = [0.9, 0.0, 0.1, 1.0]",
    "temporal = 0.0",
    "gamma = 0.0",
    "painting = 1",
    "not toml [",
]


@pytest.mark.parametrize("text", WRONG)
def test_bad_lists_are_refused(studio_folder: Path, tmp_path: Path, text: str) -> None:
    path = tmp_path / "list.toml"
    path.write_text((studio_folder / "list.toml").read_text() + text)
    with pytest.raises(TrainingError, match=r"list\.toml"):
        read_list(path)


@pytest.mark.parametrize("text", ["", "painting = 1", "painting = []", "painting = [1]"])
def test_lists_of_something_else_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "list.toml").write_text(text)
    with pytest.raises(TrainingError, match=r"list\.toml"):
        read_list(tmp_path / "list.toml")


def test_small_plain_or_unreadable_paintings_are_refused(painting: Painting, tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "one.png"), draw(0, 70, 40))
    with pytest.raises(TrainingError, match="64 px"):
        load_painting(painting, tmp_path)
    (tmp_path / "one.png").write_bytes(b"no")
    with pytest.raises(TrainingError, match=r"one\.png"):
        load_painting(painting, tmp_path)
    cv2.imwrite(str(tmp_path / "one.png"), np.full((80, 90, 3), (9, 90, 200), np.uint8))
    with pytest.raises(TrainingError, match="one plain colour"):
        load_painting(painting, tmp_path)


def test_a_grey_painting_is_known_as_such(painting: Painting, tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "one.png"), draw(0, 90, 80)[:, :, 1])
    assert is_grey(load_painting(painting, tmp_path))
    cv2.imwrite(str(tmp_path / "one.png"), draw(0, 90, 80))
    assert not is_grey(load_painting(painting, tmp_path))

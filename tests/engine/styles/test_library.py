import sys
from pathlib import Path

import numpy as np
import pytest

from pleinair.app.studio import Studio, open_studio
from pleinair.engine.errors import StyleNotFound
from pleinair.engine.styles.library import read_library
from pleinair.engine.styles.style_file import StyleVectors, write_style
from tests.engine.styles.test_style_file import GENERATOR, make, one


def test_a_library_goes_on_without_the_bad_files(studio: Studio, tmp_path: Path) -> None:
    source = next(studio.folders[0].glob("*.safetensors"))
    (tmp_path / "mine.safetensors").write_bytes(source.read_bytes())
    (tmp_path / "torn.safetensors").write_bytes(source.read_bytes()[:100])
    write_style(tmp_path / "foreign.safetensors", make(one(np.ones(8, np.float32))))
    short = {"fast": StyleVectors(studio.generators[0].digest, np.ones(8, np.float32))}
    write_style(tmp_path / "short.safetensors", make(short))
    library = read_library([tmp_path], [studio.generators[0].digest])
    assert list(library.styles) == ["mine"]
    assert sorted(path.stem for path in library.rejected) == ["foreign", "short", "torn"]
    assert all(reason.endswith(".") for reason in library.rejected.values())


@pytest.mark.skipif(sys.platform == "win32", reason="a link needs a permission there")
def test_a_file_that_is_taken_away_meanwhile_is_no_bad_file(studio: Studio, tmp_path: Path) -> None:
    (tmp_path / "gone.safetensors").symlink_to(tmp_path / "nowhere")  # is listed, and cannot be read
    library = read_library([tmp_path], [studio.generators[0].digest])
    assert not library.styles and not library.rejected


def test_two_files_of_one_id_are_told_apart(studio: Studio, tmp_path: Path) -> None:
    source = next(studio.folders[0].glob("*.safetensors")).read_bytes()
    for name in ("night, 2", "night:2"):
        (tmp_path / f"{name}.safetensors").write_bytes(source)
    library = read_library([tmp_path], [studio.generators[0].digest])
    assert list(library.styles) == ["night-2"]
    (reason,) = library.rejected.values()
    assert "night, 2.safetensors" in reason and "rename" in reason


def test_styles_of_another_generator_that_is_known_are_left_out_without_a_word(
    studio: Studio, tmp_path: Path
) -> None:
    write_style(tmp_path / "foreign.safetensors", make(one(np.ones(8, np.float32))))
    library = read_library([tmp_path], [studio.generators[0].digest], [GENERATOR])
    assert not library.styles and not library.rejected


@pytest.mark.parametrize(("generator", "count"), [("fast", 22), ("fine", 22)])
def test_styles_ship_with_their_origin_and_no_copy_of_the_painting(generator: str, count: int) -> None:
    library = open_studio(generator).library
    assert len(library.styles) == count and not library.rejected
    for style in library.styles.values():
        assert style.title and style.artist and style.year and style.licence and style.source
        assert style.training["steps"] and style.training["commit"]
        assert style.preview.shape == (128, 192, 3)


def test_an_unknown_style_names_those_there_are(studio: Studio) -> None:
    with pytest.raises(StyleNotFound, match="great-wave"):
        studio.library.get("mona-lisa")

import shutil
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import onnx
import pytest
import torch

from pleinair.engine.errors import GeneratorError, StyleFileError
from pleinair.engine.files import GENERATORS, asset
from pleinair.engine.foreign.shipped import LIST
from pleinair.engine.generator import open_generator, read_generator_file
from pleinair.engine.sources.pattern import draw
from pleinair.engine.styles.library import read_library
from pleinair.engine.styles.style_file import Style, read_style
from pleinair.engine.styles.texture_noise import add_texture_noise
from pleinair.training.files.export import CONFIG
from pleinair.training.files.paintings import Painting
from pleinair.training.files.publish import publish
from pleinair.training.files.records import TrainingRecord
from pleinair.training.files.shipped import ShippedGenerator, model_of_style, read_generator
from pleinair.training.files.style_vectors import style_vector
from pleinair.training.generators import CellGenerator, FineGenerator, StyledGenerator
from tests.faults.strangers.hostile import KINDS, fast

FILES = {name: asset("generators", f"{name}.onnx") for name in GENERATORS}


@pytest.fixture(params=GENERATORS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def generator(kind: str) -> ShippedGenerator:
    return read_generator(FILES[kind])


@pytest.fixture
def styles(generator: ShippedGenerator) -> list[Style]:
    others = [read_generator_file(path).digest for path in FILES.values()]
    library = read_library([asset("styles")], [generator.digest], others)
    assert len(library.styles) >= 16 and not library.rejected
    return list(library.styles.values())


def test_every_shipped_style_is_read_back_as_it_was(
    kind: str, generator: ShippedGenerator, styles: list[Style]
) -> None:
    program = open_generator(read_generator_file(FILES[kind]), "cpu")
    pixels = draw(0, 96, 64)
    for style in styles:
        torch_paints = model_of_style(generator, style).paint_function(0)(pixels).astype(int)
        vectors = style.vectors[kind]
        painted = program.paint(add_texture_noise(pixels, vectors.noise), vectors.at({}))
        assert np.abs(torch_paints - painted).max() <= 1, style.id
    program.close()


def test_the_vectors_of_shipped_styles_are_the_same_bits_when_written_again(
    kind: str, generator: ShippedGenerator, styles: list[Style]
) -> None:
    for style in styles:
        model = model_of_style(generator, style)
        assert isinstance(model.generator, CellGenerator)
        again, table = style_vector(model.generator, model.styles[0]), model.generator.vector_table()
        for name, values in table.split(style.vectors[kind].base).items():
            if name.startswith("tail"):  # projected again (see SmoothTail), between roundings to float16
                assert np.allclose(table.split(again)[name], values, atol=0.02), name
            else:
                assert np.array_equal(table.split(again)[name], values), name


def test_a_style_of_another_length_is_refused(
    kind: str, generator: ShippedGenerator, styles: list[Style]
) -> None:
    vectors = styles[0].vectors[kind]
    shorter = replace(styles[0], vectors={kind: replace(vectors, base=vectors.base[:-1].copy())})
    with pytest.raises(StyleFileError, match="does not fit its generator"):
        model_of_style(generator, shorter)


def test_what_learns_no_styles_is_refused() -> None:
    with pytest.raises(GeneratorError, match="not a generator that can learn styles"):
        read_generator(asset("generators", "johnson-16.onnx"))


def test_a_stranger_s_file_is_checked_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "stranger.onnx"
    path.write_bytes(KINDS["weights in a file beside it"](tmp_path))
    with pytest.raises(GeneratorError, match="weights in other files"):
        read_generator(path)
    model = fast()
    onnx.helper.set_model_props(model, {CONFIG: '{"kind": "fast", "channels": 1000000}'})
    onnx.save(model, str(path))
    with pytest.raises(GeneratorError, match="not a generator that can learn styles"):
        read_generator(path)


def test_publishing_keeps_what_a_style_has_for_the_other_generator(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = StyledGenerator(FineGenerator(half=8, quarter=12, eighth=16), 1)
    torch.nn.init.normal_(model.controls, std=0.1)
    record = TrainingRecord((Painting.of_file(Path("udnie.jpg"), 64),), 32, 1, 2, 1e-3, 1, None, step=2)
    (tmp_path / "styles").mkdir()
    old = asset("styles", "udnie.safetensors")
    shutil.copy(old, tmp_path / "styles")
    cv2.imwrite(str(tmp_path / "photo.png"), draw(0, 120, 80))
    (tmp_path / "generators").mkdir()
    (tmp_path / "generators" / LIST).touch()
    (path,) = publish([(model, record)], tmp_path, tmp_path / "photo.png")
    style, before = read_style(path), read_style(old)
    np.testing.assert_array_equal(style.vectors["fast"].base, before.vectors["fast"].base)
    fine = style.vectors["fine"]
    assert fine.generator == read_generator_file(tmp_path / "generators" / "fine.onnx").digest
    assert (tmp_path / "generators" / LIST).read_text() == f"{fine.generator}  fine.onnx\n"
    assert {name: (c.low, c.high, c.origin) for name, c in fine.controls.items()} == {
        "stroke": (-1, 1, 0),
        "faces": (0, 1, 1),
    }
    assert style.training["fine"]["steps"] == 2
    again = model_of_style(read_generator(tmp_path / "generators" / "fine.onnx"), style)
    values = torch.tensor([[-0.5, 0.25]])
    one = torch.tensor([0])
    assert torch.allclose(again.vectors(one, values), model.vectors(one, values), atol=1e-3)

from pathlib import Path

import numpy as np
import pytest

from pleinair.engine.errors import GeneratorError
from pleinair.engine.files import asset
from pleinair.engine.generator import open_generator, read_generator_file
from pleinair.engine.sources.pattern import draw
from pleinair.engine.styles.library import read_library
from pleinair.training.files.reference import write_johnson
from pleinair.training.files.shipped import model_of_style, read_generator
from pleinair.training.files.style_vectors import style_vector
from pleinair.training.generators import FastGenerator

GENERATOR = asset("generators", "fast.onnx")


def test_every_shipped_style_is_read_back_as_it_was() -> None:
    generator = read_generator(GENERATOR)
    library = read_library([asset("styles")], generator.digest)
    assert len(library.styles) >= 16 and not library.rejected
    program = open_generator(read_generator_file(GENERATOR), "cpu")
    for style in library.styles.values():
        model = model_of_style(generator, style)
        torch_paints = model.paint_function(0)(draw(0, 96, 64)).astype(int)
        assert np.abs(torch_paints - program.paint(draw(0, 96, 64), style.vectors["fast"].base)).max() <= 1, (
            style.id
        )
    program.close()


def test_the_vectors_of_shipped_styles_are_the_same_bits_when_written_again() -> None:
    generator = read_generator(GENERATOR)
    library = read_library([asset("styles")], generator.digest)
    for style in library.styles.values():
        model = model_of_style(generator, style)
        assert isinstance(model.generator, FastGenerator)
        again, table = style_vector(model.generator, model.styles[0]), model.generator.vector_table()
        for name, values in table.split(style.vectors["fast"].base).items():
            if name.startswith("tail"):  # projected again (see SmoothTail), between roundings to float16
                assert np.allclose(table.split(again)[name], values, atol=0.02), name
            else:
                assert np.array_equal(table.split(again)[name], values), name


def test_what_learns_no_styles_is_refused(tmp_path: Path) -> None:
    write_johnson(tmp_path / "johnson.onnx", 2)
    with pytest.raises(GeneratorError, match="not a generator that can learn styles"):
        read_generator(tmp_path / "johnson.onnx")

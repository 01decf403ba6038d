import copy

import numpy as np
import pytest
import torch

from pleinair.training.files.style_vectors import read_vector, style_vector
from pleinair.training.generators import FastGenerator, FineGenerator
from tests.training.files.conftest import Trained


def test_a_style_vector_holds_all_that_was_learned(trained: Trained) -> None:
    generator, styles = trained
    generator.eval()
    vector = style_vector(generator, styles[0])
    assert vector.dtype == np.float32 and np.array_equal(vector, vector.astype(np.float16))
    # All that fast has is in the vector; the convolutions of fine are not.
    again = FastGenerator().eval() if isinstance(generator, FastGenerator) else copy.deepcopy(generator)
    norms = read_vector(vector, again)
    assert torch.allclose(norms, styles[0], rtol=1e-3)
    photo = torch.rand(1, 3, 40, 48)
    with torch.no_grad():
        assert (again(photo, norms[None]) - generator(photo, styles[:1])).abs().max() < 0.02
    with pytest.raises(ValueError, match="values"):
        read_vector(vector[:-1], again)


def test_the_table_has_the_norms_in_the_order_of_the_generator() -> None:
    generator = FastGenerator()
    table = generator.vector_table()
    scales = [entry.name.removesuffix(".scale") for entry in table if entry.name.endswith(".scale")]
    assert scales == list(generator.norms())
    learned = sum(p.numel() for p in generator.parameters()) + generator.norm_parameters
    colours, positions = 3, 4
    assert table.size == learned + colours * positions - colours  # the bias, once for each position of a cell


def test_a_style_of_fine_is_its_norms() -> None:
    generator = FineGenerator()
    names = [entry.name.rpartition(".")[0] for entry in generator.vector_table()]
    assert list(dict.fromkeys(names)) == list(generator.norms())
    assert generator.vector_table().size == generator.norm_parameters == 2624


def test_every_entry_lies_where_the_table_says() -> None:
    table = FastGenerator().vector_table()
    values = {entry.name: np.full(entry.shape, n, np.float32) for n, entry in enumerate(table)}
    vector = table.join(values)
    for n, entry in enumerate(table):
        assert (vector[entry.begin : entry.end] == n).all(), entry.name
    assert all(np.array_equal(values[name], value) for name, value in table.split(vector).items())
    with pytest.raises(ValueError, match="shape"):
        table.join(values | {"down.weight": np.zeros(3, np.float32)})

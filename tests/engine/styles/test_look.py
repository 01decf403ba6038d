from pathlib import Path

import numpy as np
import pytest

from pleinair.app.cli import build_parser
from pleinair.app.studio import Studio
from pleinair.engine.errors import StyleError, UsageError
from pleinair.engine.styles.controls import ControlSpec, register_control
from pleinair.engine.styles.library import Library
from pleinair.engine.styles.look import Look, parse_mix
from pleinair.engine.styles.style_file import Control, StyleVectors, read_style, write_style
from tests.engine.styles.test_style_file import GENERATOR, make, one


def test_mixes_are_weighted_means(studio: Studio) -> None:
    first, second = list(studio.library.styles.values())[:2]
    look = Look(parse_mix(f"{first.id}:3, {second.id}:1", studio.library))
    wanted = 0.75 * first.vectors["fast"].base + 0.25 * second.vectors["fast"].base
    np.testing.assert_allclose(look.vector_for(studio.generators[0].digest), wanted, rtol=1e-5, atol=1e-6)
    assert look.name == f"{first.id}:0.75,{second.id}:0.25"
    assert Look(parse_mix(first.id, studio.library)).name == first.id


@pytest.mark.parametrize("spec", ["starry-night:", "starry-night:x", "starry-night:-1", "starry-night:nan"])
def test_weights_must_be_positive_numbers(studio: Studio, spec: str) -> None:
    with pytest.raises(UsageError, match=r"starry-night:0\.7"):
        parse_mix(spec, studio.library)


def test_a_file_name_with_commas_and_colons_is_taken_as_one_style(studio: Studio) -> None:
    style = next(iter(studio.library.styles.values()))
    library = Library({"Mona Lisa-1503": style})
    for spec in ("Mona Lisa, 1503", "Mona Lisa:1503", "Mona Lisa-1503"):
        assert parse_mix(spec, library) == ((style, 1.0),)


def test_the_vector_is_linear_in_controls() -> None:
    rng = np.random.default_rng(0)
    base, size, faces = rng.normal(size=(3, 8)).astype(np.float32)
    controls = {
        "size": Control("Size", -1, 1, 0, 0, size),
        "faces": Control("Faces", 0, 1, 1, 0.5, faces),
    }
    style = make({"fine": StyleVectors(GENERATOR, base, controls, noise=4.0)})
    other = make(one(rng.normal(size=8).astype(np.float32)))

    def vector(**values: float) -> np.ndarray:
        return Look(((style, 1.0),), controls=values).vector_for(GENERATOR)

    np.testing.assert_allclose(vector(), base - 0.5 * faces, rtol=1e-6)
    np.testing.assert_allclose(vector(faces=1), base, rtol=1e-6)
    np.testing.assert_allclose(vector(size=-0.5, faces=0), base - 0.5 * size - faces, rtol=1e-6)
    np.testing.assert_allclose(vector(size=9, faces=1), base + size, rtol=1e-6)  # limited to its range
    mix = Look(((style, 0.25), (other, 0.75)), controls={"faces": 1.0})
    assert mix.noise_for(GENERATOR) == 1.0
    mixed = mix.vector_for(GENERATOR)
    np.testing.assert_allclose(mixed, 0.25 * base + 0.75 * other.vectors["fast"].base, rtol=1e-5, atol=1e-6)


def test_a_style_of_another_generator_is_named() -> None:
    look = Look(((make(one(np.ones(8, np.float32))), 1.0),))
    with pytest.raises(StyleError, match="'x' is for another generator"):
        look.vector_for("cd" * 32)


def test_a_control_is_its_registration_and_a_vector_in_the_style(
    tmp_path: Path, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command line offers it and the picture obeys, with nothing else changed."""
    monkeypatch.setattr("pleinair.engine.styles.controls._registered", {})
    register_control(ControlSpec("haze", "Haze", 0, 1, 0, "how hazy it is"))
    arguments = build_parser().parse_args(["live", "--haze", "0.5"])
    base = studio.library.styles["udnie"].vectors["fast"].base
    haze = Control("Haze", 0, 1, 0, 0, np.ones_like(base))
    vectors = {"fast": StyleVectors(studio.generators[0].digest, base, {"haze": haze})}
    write_style(tmp_path / "hazy.safetensors", make(vectors))
    style = read_style(tmp_path / "hazy.safetensors")
    look = Look(((style, 1.0),), controls=arguments.controls)
    np.testing.assert_allclose(look.vector_for(studio.generators[0].digest), base + 0.5, atol=1e-3)

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pleinair.app.studio import Studio
from pleinair.engine.errors import StyleFileError, StyleNotFound, UsageError
from pleinair.engine.styles import Look, Style, parse_mix, read_library, read_style, write_style

same_folder = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40
)


def make(vector: np.ndarray, preview: np.ndarray, title: str = "T", **training: object) -> Style:
    return Style("x", title, "A", "1889", "CC0", "S", vector, "ab" * 32, preview, training)


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)


@same_folder
@given(
    hnp.arrays(np.float16, st.integers(1, 50), elements=st.floats(-6e4, 6e4, width=16)),
    hnp.arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(3))),
    texts.filter(bool),
    st.dictionaries(texts, st.one_of(st.integers(-99, 99), texts), max_size=4),
)
def test_what_is_written_is_read(
    tmp_path: Path, vector: np.ndarray, preview: np.ndarray, title: str, training: dict[str, object]
) -> None:
    path = tmp_path / "my-style.safetensors"
    style = make(vector.astype(np.float32), preview, title)
    write_style(path, Style(**{**style.__dict__, "training": training}))
    got = read_style(path)
    assert (got.id, got.title, dict(got.training)) == ("my-style", title, training)
    assert got.vector.dtype == np.float32  # though kept in float16
    np.testing.assert_array_equal(got.vector, vector)
    np.testing.assert_array_equal(got.preview, preview)
    assert not list(tmp_path.glob("*.part"))


@same_folder
@given(st.binary(max_size=400), st.integers(0, 10_000))
def test_broken_files_end_in_a_sentence(tmp_path: Path, noise: bytes, at: int) -> None:
    good = tmp_path / "good.safetensors"
    write_style(good, make(np.ones(8, np.float32), np.zeros((4, 4, 3), np.uint8)))
    data = good.read_bytes()
    for bad in (noise, data[: at % len(data)]):
        path = tmp_path / "bad.safetensors"
        path.write_bytes(bad)
        with pytest.raises(StyleFileError, match=r"bad\.safetensors"):
            read_style(path)


@pytest.mark.parametrize(
    ("vector", "preview"),
    [
        (np.full(8, np.nan, np.float32), np.zeros((4, 4, 3), np.uint8)),
        (np.ones(8, np.float64), np.zeros((4, 4, 3), np.uint8)),
        (np.ones((2, 4), np.float32), np.zeros((4, 4, 3), np.uint8)),
        (np.ones(8, np.float32), np.zeros((4, 4), np.uint8)),
        (np.ones(8, np.float32), np.zeros((0, 4, 3), np.uint8)),
    ],
)
def test_wrong_contents_are_refused(tmp_path: Path, vector: np.ndarray, preview: np.ndarray) -> None:
    from safetensors.numpy import save_file

    path = tmp_path / "odd.safetensors"
    save_file({"style": vector, "preview": preview}, path, metadata={"format": "1"})
    with pytest.raises(StyleFileError):
        read_style(path)


def test_a_library_goes_on_without_the_bad_file(studio: Studio, tmp_path: Path) -> None:
    source = next(studio.folders[0].glob("*.safetensors"))
    (tmp_path / "mine.safetensors").write_bytes(source.read_bytes())
    (tmp_path / "torn.safetensors").write_bytes(source.read_bytes()[:100])
    write_style(tmp_path / "foreign.safetensors", make(np.ones(8, np.float32), np.zeros((4, 4, 3), np.uint8)))
    library = read_library([tmp_path], studio.stylizer.network.generator, studio.stylizer.network.style_size)
    assert list(library.styles) == ["mine"]
    assert sorted(path.name for path in library.rejected) == ["foreign.safetensors", "torn.safetensors"]
    assert all(reason.endswith(".") for reason in library.rejected.values())


def test_sixteen_styles_ship_with_their_origin_and_no_copy_of_the_painting(studio: Studio) -> None:
    styles = studio.library().styles
    assert len(styles) >= 16
    for style in styles.values():
        assert style.title and style.artist and style.year and style.licence and style.source
        assert style.training["steps"] and style.training["losses"] and style.training["commit"]
        assert style.preview.shape == (128, 192, 3)


def test_mixes_are_weighted_means(studio: Studio) -> None:
    library = studio.library()
    first, second = list(library.styles.values())[:2]
    look = Look(parse_mix(f"{first.id}:3, {second.id}:1", library))
    np.testing.assert_allclose(look.vector, 0.75 * first.vector + 0.25 * second.vector, rtol=1e-5, atol=1e-6)
    assert look.name == f"{first.id}:0.75,{second.id}:0.25"
    assert Look(parse_mix(first.id, library)).name == first.id


@pytest.mark.parametrize("words", ["starry-night:", "starry-night:x", "starry-night:-1", "starry-night:nan"])
def test_weights_must_be_numbers(studio: Studio, words: str) -> None:
    with pytest.raises(UsageError, match=r"starry-night:0\.7"):
        parse_mix(words, studio.library())


def test_an_unknown_style_names_those_there_are(studio: Studio) -> None:
    with pytest.raises(StyleNotFound, match="great-wave"):
        parse_mix("mona-lisa", studio.library())

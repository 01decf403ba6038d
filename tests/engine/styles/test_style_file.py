import os
import struct
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from safetensors.numpy import save_file

from pleinair.engine.errors import StyleFileError
from pleinair.engine.files import asset
from pleinair.engine.styles.style_file import Control, Style, StyleVectors, read_style, write_style
from pleinair.engine.styles.texture_noise import MOST
from pleinair.engine.untrusted.data import LARGEST_HEADER
from pleinair.engine.untrusted.texts import one_line

same_folder = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40
)
GENERATOR = "ab" * 32
PREVIEW = np.zeros((4, 4, 3), np.uint8)


def make(vectors: Mapping[str, StyleVectors], title: str = "T", preview: npt.NDArray[Any] = PREVIEW) -> Style:
    return Style("x", title, "A", "1889", "CC0", "S", vectors, preview.copy(), {})


def one(base: npt.NDArray[Any]) -> dict[str, StyleVectors]:
    return {"fast": StyleVectors(GENERATOR, base)}


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
shown = texts.map(one_line).map(str.strip)
names = st.text("abcdefghij-", min_size=1, max_size=8)
digests = st.text("0123456789abcdef", min_size=64, max_size=64)


@st.composite
def style_vectors(draw: st.DrawFn) -> StyleVectors:
    """Vectors as float16 holds them, with up to two controls."""
    vectors = hnp.arrays(np.float16, draw(st.integers(1, 50)), elements=st.floats(-6e4, 6e4, width=16)).map(
        lambda stored: stored.astype(np.float32)
    )
    controls = {}
    for name in draw(st.lists(names.filter(lambda name: name != "base"), max_size=2)):
        low, default, high = sorted(draw(st.tuples(*[st.floats(-9, 9)] * 3)))
        controls[name] = Control(draw(shown), low, high, draw(st.floats(-9, 9)), default, draw(vectors))
    return StyleVectors(draw(digests), draw(vectors), controls, draw(st.floats(0, MOST)))


def facts(control: Control) -> tuple[object, ...]:
    return control.label, control.low, control.high, control.origin, control.default


@same_folder
@given(
    st.dictionaries(names, style_vectors(), min_size=1, max_size=3),
    hnp.arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(3))),
    shown.filter(bool),
    st.dictionaries(texts, st.one_of(st.integers(-99, 99), texts), max_size=4),
)
def test_what_is_written_is_read(
    tmp_path: Path,
    vectors: dict[str, StyleVectors],
    preview: np.ndarray,
    title: str,
    training: dict[str, object],
) -> None:
    path = tmp_path / "my-style.safetensors"
    write_style(path, replace(make(vectors, title, preview), training=training))
    got = read_style(path)
    assert (got.id, got.title, dict(got.training)) == ("my-style", title, training)
    np.testing.assert_array_equal(got.preview, preview)
    assert set(got.vectors) == set(vectors)
    for name, wanted in vectors.items():
        found = got.vectors[name]
        assert found.generator == wanted.generator and set(found.controls) == set(wanted.controls)
        assert found.noise == wanted.noise
        assert found.base.dtype == np.float32  # though kept in float16
        np.testing.assert_array_equal(found.base, wanted.base)
        for key, control in wanted.controls.items():
            np.testing.assert_array_equal(found.controls[key].vector, control.vector)
            assert facts(found.controls[key]) == facts(control)
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize("noise", [-1.0, MOST + 1, float("nan")])
def test_impossible_noise_is_refused(tmp_path: Path, noise: float) -> None:
    vectors = {"fast": StyleVectors(GENERATOR, np.zeros(3, np.float32), noise=noise)}
    write_style(tmp_path / "x.safetensors", make(vectors))
    with pytest.raises(StyleFileError, match="broken"):
        read_style(tmp_path / "x.safetensors")


@same_folder
@given(st.binary(max_size=400), st.integers(0, 10_000))
def test_broken_files_end_in_a_sentence(tmp_path: Path, noise: bytes, at: int) -> None:
    good = tmp_path / "good.safetensors"
    write_style(good, make(one(np.ones(8, np.float32))))
    data = good.read_bytes()
    for bad in (noise, data[: at % len(data)]):
        path = tmp_path / "bad.safetensors"
        path.write_bytes(bad)
        with pytest.raises(StyleFileError, match=r"bad\.safetensors"):
            read_style(path)


ONES = np.ones(8, np.float16)
GOOD: dict[str, npt.NDArray[Any]] = {"fast/base": ONES, "fast/stroke": ONES, "preview": PREVIEW}
STROKE = '{"label": "Stroke", "low": -1, "high": 1, "origin": 0, "default": 0}'
GENERATORS = f'{{"fast": {{"sha256": "{GENERATOR}", "controls": {{"stroke": {STROKE}}}}}}}'


def save(path: Path, tensors: Mapping[str, npt.NDArray[Any]], generators: str = GENERATORS) -> None:
    save_file(dict(tensors), path, metadata={"format": "3", "generators": generators, "title": "T"})


def test_the_contents_that_the_next_test_spoils_are_right(tmp_path: Path) -> None:
    save(tmp_path / "good.safetensors", GOOD)
    assert list(read_style(tmp_path / "good.safetensors").vectors["fast"].controls) == ["stroke"]


@pytest.mark.parametrize(
    "change",
    [
        {"fast/base": np.full(8, np.nan, np.float16)},
        {"fast/base": np.ones(8, np.float32)},
        {"fast/base": np.ones((2, 4), np.float16)},
        {"fast/stroke": np.ones(7, np.float16)},
        {"fast/stroke": None},
        {"preview": np.zeros((4, 4), np.uint8)},
        {"preview": np.zeros((0, 4, 3), np.uint8)},
        {"preview": np.zeros((4, 4, 3), np.float32)},
        {"preview": None},
    ],
)
def test_wrong_tensors_are_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    tensors = {name: value for name, value in (GOOD | change).items() if value is not None}
    save(tmp_path / "odd.safetensors", tensors)
    with pytest.raises(StyleFileError, match=r"odd\.safetensors"):
        read_style(tmp_path / "odd.safetensors")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"default": 0', '"default": 2'),
        ('"low": -1', '"low": NaN'),
        ('"low"', '"lo"'),
        ('"low": -1', '"low": "-1"'),
        ('"high": 1', '"high": 1e30'),
        ('"high": 1', '"high": 1e999'),
        ('"origin": 0', '"origin": ' + "1" * 5000),
        ('"label": "Stroke"', '"label": ["Stroke"]'),
        ('"stroke": {', '"base": {'),
        ('"stroke": {', '"": {'),
        (GENERATOR, "a generator"),
        (STROKE, "3"),
        ("{", "["),
    ],
)
def test_wrong_facts_are_refused(tmp_path: Path, old: str, new: str) -> None:
    save(tmp_path / "odd.safetensors", GOOD, GENERATORS.replace(old, new))
    with pytest.raises(StyleFileError, match=r"odd\.safetensors"):
        read_style(tmp_path / "odd.safetensors")


def test_format_2_is_read_as_a_style_of_the_generator_fast(tmp_path: Path) -> None:
    style = read_style(asset("styles", "udnie.safetensors"))
    vectors = style.vectors["fast"]
    base = vectors.base.astype(np.float16)
    tensors: dict[str, npt.NDArray[Any]] = {"style": base, "preview": style.preview}
    metadata = {"format": "2", "generator": vectors.generator, "title": "Old", "training": '{"steps": 3}'}
    save_file(tensors, tmp_path / "old.safetensors", metadata=metadata)
    old = read_style(tmp_path / "old.safetensors")
    assert (old.id, old.title, old.training["steps"]) == ("old", "Old", 3)
    assert old.vectors["fast"].generator == vectors.generator and not old.vectors["fast"].controls
    np.testing.assert_array_equal(old.vectors["fast"].base, vectors.base)


@pytest.mark.parametrize("version", ["1", "4", ""])
def test_other_formats_are_named_as_such(tmp_path: Path, version: str) -> None:
    save_file(GOOD, tmp_path / "odd.safetensors", metadata={"format": version})
    with pytest.raises(StyleFileError, match="another version"):
        read_style(tmp_path / "odd.safetensors")


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Mona Lisa, 1503", "Mona Lisa-1503"),
        ("night:2", "night-2"),
        (", a :,b:", "a-b"),
        ("Ölberg", "Ölberg"),
        ("a_b.c", "a_b.c"),
    ],
)
def test_names_become_ids_that_fit_into_a_mix(tmp_path: Path, name: str, wanted: str) -> None:
    path = tmp_path / f"{name}.safetensors"
    save(path, GOOD)
    assert read_style(path).id == wanted


@pytest.mark.parametrize("bracket", ["[", '{"a":'])
def test_endless_brackets_end_in_the_sentence(tmp_path: Path, bracket: str) -> None:
    good = {"format": "3", "generators": GENERATORS}
    for name, text in (("training", f'{{"a": {bracket * 200_000}'), ("generators", bracket * 200_000)):
        save_file(GOOD, tmp_path / "deep.safetensors", metadata=good | {name: text})
        with pytest.raises(StyleFileError, match=r"deep\.safetensors is broken"):
            read_style(tmp_path / "deep.safetensors")


def write_header(path: Path, header: bytes, length: int | None = None) -> None:
    path.write_bytes(struct.pack("<Q", len(header) if length is None else length) + header + bytes(64))


@pytest.mark.parametrize(
    "header",
    [
        b'{"__metadata__": {"format": "3", "format": "3"}}',
        b'{"__metadata__": {"format": 3}}',
        b'{"__metadata__": []}',
        b'{"preview": {"dtype": "U8", "shape": [9999999999, 1, 3], "data_offsets": [0, 3]}}',
        b'{"preview": {"dtype": "U8", "shape": [1, 1, 3], "data_offsets": [3, 0]}}',
        b'{"\xff": 1}',
        b"[" * 200_000,
        b'{"a": "' + b"x" * LARGEST_HEADER + b'"}',
    ],
)
def test_headers_of_strangers_end_in_the_sentence(tmp_path: Path, header: bytes) -> None:
    write_header(tmp_path / "odd.safetensors", header)
    with pytest.raises(StyleFileError, match=r"odd\.safetensors is broken"):
        read_style(tmp_path / "odd.safetensors")


@pytest.mark.parametrize("length", [2**27, 2**63, 2**64 - 1])
def test_a_header_that_claims_to_be_huge_takes_no_memory(tmp_path: Path, length: int) -> None:
    write_header(tmp_path / "odd.safetensors", b"{}", length)
    with pytest.raises(StyleFileError, match=r"odd\.safetensors is broken"):
        read_style(tmp_path / "odd.safetensors")


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "huge.safetensors").open("wb") as file:
        file.truncate(100 << 30)  # no bytes are on the disk
    with pytest.raises(StyleFileError, match="larger than 16 MB"):
        read_style(tmp_path / "huge.safetensors")


def test_texts_are_made_fit_to_be_shown(tmp_path: Path) -> None:
    meta = {"title": "Sky\nInstalled: \x1b[31mred", "artist": "A" * 5000, "source": "https://me:word@host/a"}
    save_file(GOOD, tmp_path / "odd.safetensors", metadata={"format": "3", "generators": GENERATORS} | meta)
    style = read_style(tmp_path / "odd.safetensors")
    assert style.title == "Sky Installed: \ufffd[31mred"
    assert len(style.artist) == 120 and style.artist.endswith("\u2026")
    assert style.source == "https://host/a"


@pytest.mark.skipif(sys.platform == "win32", reason="no such names there")
def test_an_id_is_one_line(tmp_path: Path) -> None:
    save(tmp_path / "a\nb\x1b.safetensors", GOOD)
    assert read_style(tmp_path / "a\nb\x1b.safetensors").id == "a b\ufffd"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names there")
def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.safetensors")
    with pytest.raises(StyleFileError, match="pipe or device"):
        read_style(tmp_path / "pipe.safetensors")


def test_a_name_without_letters_is_refused(tmp_path: Path) -> None:
    save(tmp_path / ",:.safetensors", GOOD)
    with pytest.raises(StyleFileError, match="rename it"):
        read_style(tmp_path / ",:.safetensors")

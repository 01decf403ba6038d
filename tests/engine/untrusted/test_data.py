import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleinair.engine.untrusted.data import DEEPEST, parse_json, parse_toml

whole = st.text(st.characters(codec="utf-8"))
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**62), 2**62)
    | st.floats(allow_nan=False, allow_infinity=False)
    | whole,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(whole, inner, max_size=3),
    max_leaves=8,
)


@given(values)
def test_what_is_sound_is_read(value: Any) -> None:
    assert parse_json(json.dumps(value)) == value
    assert parse_json(json.dumps(value, ensure_ascii=False).encode()) == value


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000,
        '{"a":' * 200_000,
        "[" * 500 + "]" * 500,
        "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1),
        "NaN",
        "-Infinity",
        "[1e999]",
        "1" * 5000,
        "0." + "1" * 5000,
        str(2**63),
        '{"a": 1, "a": 2}',
        r'"\ud800"',
        r'{"\ud800": 1}',
        "",
        b"\xff",
        b'"\xff"',
        b"\xff\xfe",
    ],
    ids=lambda text: repr(text[:12]),
)
def test_what_is_not_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError):
        parse_json(text)


@pytest.mark.parametrize(
    "text",
    [
        b"a = " + b"[" * 200_000,
        b"a = " + b"[" * 100 + b"]" * 100,
        b"a = nan",
        b"a = 1e999",
        b"a = " + b"1" * 5000,
        b"a = 1\na = 2",
        b"\xff",
    ],
    ids=lambda text: repr(text[:12]),
)
def test_toml_has_the_same_limits(text: bytes) -> None:
    with pytest.raises(ValueError):
        parse_toml(text)


def test_toml_is_read() -> None:
    assert parse_toml(b'[[a]]\nb = 1.5\nc = "x"') == {"a": [{"b": 1.5, "c": "x"}]}
    assert math.isfinite(parse_toml(b"a = 1e300")["a"])

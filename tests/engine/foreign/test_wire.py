"""Whatever is not declared is refused."""

from __future__ import annotations

import pytest

from pleinair.engine.backends.session import InvalidNetwork
from pleinair.engine.foreign.wire import MOST_FIELDS, Field, Kind, read_message

INNER = {1: Field("text", Kind.TEXT)}
FIELDS = {
    1: Field("number", Kind.INTEGER),
    2: Field("numbers", Kind.INTEGER, many=True),
    3: Field("part", Kind.FLOAT),
    4: Field("bytes", Kind.BYTES),
    5: Field("inner", INNER),
    6: Field("a trap", Kind.REFUSED),
}


def test_every_kind_of_field_is_read() -> None:
    data = b"\x08" + b"\xff" * 9 + b"\x01"  # -1
    data += b"\x10\x05" + b"\x12\x03\x07\x80\x01"  # 5 by itself, 7 and 128 packed
    data += b"\x1d\x00\x00\xc0\x3f" + b"\x22\x02\x00\xff" + b"\x2a\x04\x0a\x02\xc3\xa9"
    found = read_message(data, FIELDS)
    assert bytes(found.pop("bytes")) == b"\x00\xff"
    assert found == {"number": -1, "numbers": [5, 7, 128], "part": 1.5, "inner": {"text": "é"}}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x38\x00", "field 7"),
        (b"\x32\x00", "a trap"),
        (b"\x08\x00\x08\x00", "more than once"),
        (b"\x0a\x00", "another type"),
        (b"\x1a\x04\x00\x00\x00\x00", "another type"),
        (b"\x0b\x0c", "another type"),
        (b"\x08", "no ONNX"),
        (b"\x08" + b"\xff" * 11, "no ONNX"),
        (b"\x1d\x00", "too soon"),
        (b"\x22\xff\xff\xff\xff\x7f", "too soon"),
        (b"\x2a\x03\x0a\x01\xff", "printable"),
        (b"\x2a\x03\x0a\x01\n", "printable"),
        (b"\x2a\xeb\x07\x0a\xe8\x08" + b"a" * 1128, "too soon"),
        (b"\x10\x00" * (MOST_FIELDS + 1), "more than 100,000 parts"),
    ],
)
def test_anything_else_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(InvalidNetwork, match=reason):
        read_message(data, FIELDS)

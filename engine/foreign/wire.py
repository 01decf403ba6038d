"""Protocol Buffers (https://protobuf.dev/programming-guides/encoding), read strictly.

What is not declared, comes twice or does not end where it should is refused: so no runtime finds more in a file than
was checked. The package onnx reads all there is in ONNX and weighs 35 MB with what it needs; this reads what our
generators have.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from pleinair.engine.backends.session import InvalidNetwork

MOST_FIELDS = 100_000
"""In one file: twenty times as many as our largest generator has. Each takes memory."""
LONGEST_TEXT = 1000
"""Bytes."""


class Kind(Enum):
    """What a field holds, beside messages."""

    INTEGER = auto()
    """64 bits, with a sign."""
    FLOAT = auto()
    """32 bits."""
    TEXT = auto()
    """UTF-8, printable and short."""
    BYTES = auto()
    REFUSED = auto()
    """Something that ONNX has and a generator must not."""


@dataclass(frozen=True)
class Field:
    """A declared field of a message."""

    name: str
    kind: Kind | Mapping[int, Field]
    """A mapping declares a message, by the fields' numbers."""
    many: bool = False


Message = dict[str, Any]
"""Values by name: lists where there may be many, and nothing where a field is not there."""


def read_message(data: bytes, fields: Mapping[int, Field]) -> Message:
    """Raises InvalidNetwork for anything that is not declared by ``fields``. BYTES are views of ``data``."""
    return _Reader().message(memoryview(data), fields)


class _Reader:
    def __init__(self) -> None:
        self._left = MOST_FIELDS

    def message(self, data: memoryview, fields: Mapping[int, Field]) -> Message:
        found: Message = {field.name: [] for field in fields.values() if field.many}
        place = 0
        while place < len(data):
            tag, place = _varint(data, place)
            field = fields.get(tag >> 3)
            if field is None:
                raise InvalidNetwork(f"its bytes have a field {tag >> 3} that no generator has")
            if field.kind is Kind.REFUSED:
                raise InvalidNetwork(f"it has {field.name}")
            values, place = self._values(data, place, tag & 7, field)
            if field.many:
                found[field.name] += values
            elif field.name in found or len(values) != 1:
                raise InvalidNetwork(f"its {field.name} is there more than once")
            else:
                found[field.name] = values[0]
        return found

    def _values(self, data: memoryview, place: int, wire: int, field: Field) -> tuple[list[Any], int]:
        self._count()
        number = field.kind is Kind.INTEGER
        if wire == 0 and number:
            value, place = _varint(data, place)
            return [_signed(value)], place
        if wire == 5 and field.kind is Kind.FLOAT:
            return [struct.unpack("<f", _piece(data, place, 4))[0]], place + 4
        if wire != 2 or field.kind is Kind.FLOAT or (number and not field.many):
            raise InvalidNetwork(f"its {field.name} is of another type")
        length, place = _varint(data, place)
        inside, end = _piece(data, place, length), place + length
        if number:
            return self._packed(inside), end
        if field.kind is Kind.BYTES:
            return [inside], end
        if field.kind is Kind.TEXT:
            return [_text(inside, field.name)], end
        assert not isinstance(field.kind, Kind)
        return [self.message(inside, field.kind)], end

    def _packed(self, data: memoryview) -> list[int]:
        values, place = [], 0
        while place < len(data):
            self._count()
            value, place = _varint(data, place)
            values.append(_signed(value))
        return values

    def _count(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise InvalidNetwork(f"it has more than {MOST_FIELDS:,} parts")


def _varint(data: memoryview, place: int) -> tuple[int, int]:
    value = shift = 0
    while place < len(data) and shift < 70:
        byte = data[place]
        value |= (byte & 127) << shift
        place, shift = place + 1, shift + 7
        if byte < 128:
            if value >= 1 << 64:
                break
            return value, place
    raise InvalidNetwork("its bytes are no ONNX")


def _signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


def _piece(data: memoryview, place: int, length: int) -> memoryview:
    if length > len(data) - place:
        raise InvalidNetwork("its bytes are no ONNX, or end too soon")
    return data[place : place + length]


def _text(data: memoryview, name: str) -> str:
    try:
        text = str(data, "utf-8") if len(data) <= LONGEST_TEXT else "\0"
    except UnicodeDecodeError:
        text = "\0"
    if text and not text.isprintable():
        raise InvalidNetwork(f"its {name} is no short, printable text")
    return text

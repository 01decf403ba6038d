"""JSON and TOML of strangers, and the headers of their safetensors files."""

from __future__ import annotations

import json
import math
import struct
import tomllib
from collections.abc import Mapping
from typing import Any, NoReturn

DEEPEST = 16
"""How many lists and objects may lie in each other."""
LONGEST_NUMBER = 40
"""Digits and signs."""
LARGEST_HEADER = 1 << 20
"""Bytes of a safetensors header: the shapes of all tensors, and the metadata."""


def parse_json(text: str | bytes) -> Any:
    """What a JSON text holds (RFC 8259, without its gaps): finite numbers of ``LONGEST_NUMBER`` letters at most, no
    name twice in an object, whole characters, no more than ``DEEPEST`` levels.

    Raises ValueError.
    """
    try:
        value = json.loads(
            text,
            parse_constant=_refuse,
            parse_float=_finite,
            parse_int=_integer,
            object_pairs_hook=_unique,
        )
        _check(value, DEEPEST)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    return value


def parse_toml(text: bytes) -> dict[str, Any]:
    """What a TOML text holds, with the same limits. Raises ValueError."""
    try:
        value = tomllib.loads(text.decode(), parse_float=_finite)
        _check(value, DEEPEST)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    return value


def read_header(data: bytes) -> dict[str, Any]:
    """The header of a safetensors file: shape, dtype and place of each tensor by name, and ``__metadata__``.

    Whether its places are within the file is for the library to check. Raises ValueError.
    """
    if len(data) < 8:
        raise ValueError("it is cut off")
    (length,) = struct.unpack("<Q", data[:8])
    if length > min(LARGEST_HEADER, len(data) - 8):
        raise ValueError("its header is too long")
    header = parse_json(data[8 : 8 + length])
    if not isinstance(header, dict):
        raise ValueError("its header is no object")
    return header


def read_metadata(data: bytes) -> Mapping[str, str]:
    """The texts in the header of a safetensors file, by name. Raises ValueError."""
    meta = read_header(data).get("__metadata__", {})
    if not isinstance(meta, dict) or not all(isinstance(text, str) for text in meta.values()):
        raise ValueError("its metadata are no texts")
    return meta


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _finite(text: str) -> float:
    number = float(text) if len(text) <= LONGEST_NUMBER else math.inf
    if not math.isfinite(number):
        raise ValueError("it holds a number that is too large or too long")
    return number


def _integer(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise ValueError("it holds a number that is too long")
    return int(text)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("it names something twice")
    return found


def _check(value: Any, levels: int) -> None:
    kind = type(value)
    if kind is str:
        value.encode()  # UnicodeEncodeError, a ValueError, for half of a pair of surrogates
    elif kind is int and abs(value) >> 63:
        raise ValueError("it holds a number that is too large")
    elif kind is dict or kind is list:
        if levels == 0:
            raise ValueError("it is nested too deeply")
        for part in value if kind is list else (*value.keys(), *value.values()):
            _check(part, levels - 1)

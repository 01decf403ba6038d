"""The generators that came with the program, known by their SHA-256."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from pleinair.engine.errors import GeneratorError
from pleinair.engine.files import asset

LIST = "SHA256SUMS"
"""Beside the generators; ``sha256sum --check SHA256SUMS`` reads it too."""


@cache
def shipped_digests() -> frozenset[str]:
    """Raises GeneratorError where the list is missing."""
    try:
        lines = asset("generators", LIST).read_text().splitlines()
    except OSError as error:
        raise GeneratorError("A file of Plein Air is missing; install it again.") from error
    return frozenset(line.partition(" ")[0] for line in lines)


def list_digests(folder: Path) -> str:
    """The list for a folder of generators. Raises OSError."""

    def lines() -> Iterator[str]:
        for path in sorted(folder.glob("*.onnx")):
            yield f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"

    return "".join(lines())

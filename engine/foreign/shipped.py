"""The generators that came with the program, known by their SHA-256."""

from __future__ import annotations

from functools import cache

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

"""Style vectors as a table: which numbers of a style lie where, by name."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Entry:
    """The numbers ``begin`` to ``end`` - 1 of a style vector, in C order of ``shape``."""

    name: str
    shape: tuple[int, ...]
    begin: int
    end: int


class VectorTable:
    """The layout of a style vector, float32 (S,). The order of its entries is part of the file format."""

    def __init__(self, shapes: list[tuple[str, tuple[int, ...]]]) -> None:
        self._entries: dict[str, Entry] = {}
        begin = 0
        for name, shape in shapes:
            self._entries[name] = Entry(name, shape, begin, begin + math.prod(shape))
            begin += math.prod(shape)
        self.size = begin

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def __getitem__(self, name: str) -> Entry:
        return self._entries[name]

    def join(self, values: Mapping[str, Floats]) -> Floats:
        """Values by name, each of its entry's shape -> the vector. Raises KeyError, ValueError."""
        vector = np.empty(self.size, np.float32)
        for entry in self:
            value = values[entry.name]
            if value.shape != entry.shape:
                raise ValueError(f"{entry.name} has the shape {value.shape}, not {entry.shape}")
            vector[entry.begin : entry.end] = value.reshape(-1)
        return vector

    def split(self, vector: Floats) -> dict[str, Floats]:
        """The vector -> a copy of each entry's values, by name. Raises ValueError for another size."""
        if vector.shape != (self.size,):
            raise ValueError(f"{vector.size} values, not {self.size}")
        return {e.name: vector[e.begin : e.end].reshape(e.shape).copy() for e in self}


def norm_entries(name: str, channels: int) -> list[tuple[str, tuple[int, ...]]]:
    """Scale and shift of a norm."""
    return [(f"{name}.scale", (channels,)), (f"{name}.shift", (channels,))]

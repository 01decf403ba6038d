"""What a fault is, and how often and with what outcome it was injected."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Outcome:
    """What came of one injection, or of ``count`` of them that were done together."""

    wrong: tuple[str, ...] = ()
    """A sentence for each one that did not go as asked, with what it takes to repeat it."""
    figures: Mapping[str, float] = field(default_factory=dict)
    """What was measured, by its name with its unit; the largest of all injections is told."""
    count: int = 1


@dataclass(frozen=True)
class Fault:
    """One kind of fault."""

    name: str
    asked: str
    """What must come of it."""
    inject: Callable[[int, random.Random, Path], Outcome]
    """Takes the number of the injection from 0 on, an rng of its own, and an empty folder. Whatever else it raises
    counts as wrong."""
    times: int
    """How often it is injected in all."""
    quick: int
    """How often in the tests, which must take a few seconds altogether."""


@dataclass
class Tally:
    """All outcomes of one kind of fault so far."""

    injected: int = 0
    wrong: list[str] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)

    def add(self, outcome: Outcome) -> None:
        """Count one more."""
        self.injected += outcome.count
        self.wrong += outcome.wrong
        for name, value in outcome.figures.items():
            self.figures[name] = max(value, self.figures.get(name, value))


def run(fault: Fault, times: int, seed: int, folder: Path, tell: Callable[[Tally], None]) -> Tally:
    """Inject it so often; ``tell`` hears of the tally after each one."""
    tally, number = Tally(), 0
    while tally.injected < times:
        place = folder / str(number)
        place.mkdir()
        try:
            outcome = fault.inject(number, random.Random(f"{seed}/{fault.name}/{number}"), place)
        except Exception as error:
            outcome = Outcome((f"{number}: {type(error).__name__}: {error}",))
        tally.add(outcome)
        number += 1
        tell(tally)
    return tally

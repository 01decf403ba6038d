"""What came of a job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

Progress = Callable[[int, int], None]
"""Called with (done, in all); 0 in all when that is not known."""


@dataclass
class Result:
    """What was written, and what a person should know about it."""

    files: int = 0
    pictures: int = 0
    skipped: dict[str, str] = field(default_factory=dict)
    """Files of a folder that were not painted, each with the reason in a sentence."""
    failed: list[str] = field(default_factory=list)
    """Those among them that should have been painted."""
    notes: list[str] = field(default_factory=list)
    """What was left out of a file that was painted, in sentences."""

"""Reading what the command line prints."""

from __future__ import annotations

import json
from typing import Any


def last_json(text: str) -> dict[str, Any]:
    """The report on the last line."""
    report = json.loads(text.strip().splitlines()[-1])
    assert isinstance(report, dict)
    return report


def one_sentence(text: str) -> str:
    """What was told instead of a traceback."""
    lines = text.strip().splitlines()
    assert len(lines) == 1 and lines[0].startswith("pleinair: ") and "Traceback" not in text
    return lines[0]

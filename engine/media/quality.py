"""How good recordings are to look."""

from __future__ import annotations

from enum import IntEnum


class Quality(IntEnum):
    """How good a recording is to look: steps of the quantizer, of which 6 halve or double the bit rate of H.264
    (ITU-T H.264, section 8.5.9)."""

    SMALL = 6
    GOOD = 0
    BEST = -5

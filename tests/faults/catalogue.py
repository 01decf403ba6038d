"""All faults there are."""

from __future__ import annotations

from tests.faults import media, streams
from tests.faults.fault import Fault

FAULTS: tuple[Fault, ...] = (*streams.FAULTS, *media.FAULTS)

"""All faults there are."""

from __future__ import annotations

from tests.faults import engine
from tests.faults.fault import Fault

FAULTS: tuple[Fault, ...] = (*engine.FAULTS,)

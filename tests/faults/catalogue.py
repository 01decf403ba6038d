"""All faults there are."""

from __future__ import annotations

from tests.faults import engine, load, soak
from tests.faults.fault import Fault

FAULTS: tuple[Fault, ...] = (*engine.FAULTS, *load.FAULTS, *soak.FAULTS)

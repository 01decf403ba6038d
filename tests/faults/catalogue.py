"""All faults there are."""

from __future__ import annotations

from tests.faults import files
from tests.faults.fault import Fault

FAULTS: tuple[Fault, ...] = (*files.FAULTS,)

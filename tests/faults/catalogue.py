"""All faults there are."""

from __future__ import annotations

from tests.faults import recordings_killed
from tests.faults.fault import Fault

FAULTS: tuple[Fault, ...] = (*recordings_killed.FAULTS,)

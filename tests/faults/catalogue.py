"""All faults there are."""

from __future__ import annotations

from tests.faults import recordings_ended, recordings_killed, recordings_on_disks
from tests.faults.fault import Fault

FAULTS: tuple[Fault, ...] = (*recordings_killed.FAULTS, *recordings_ended.FAULTS, *recordings_on_disks.FAULTS)

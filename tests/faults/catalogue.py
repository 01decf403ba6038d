"""All faults there are."""

from __future__ import annotations

from tests.faults import engine, load, soak, streams
from tests.faults.fault import Fault
from tests.faults.recordings import ended, killed, on_disks
from tests.faults.strangers import files, generators, media

FAULTS: tuple[Fault, ...] = (
    *killed.FAULTS,
    *ended.FAULTS,
    *on_disks.FAULTS,
    *streams.FAULTS,
    *media.FAULTS,
    *files.FAULTS,
    *generators.FAULTS,
    *engine.FAULTS,
    *load.FAULTS,
    *soak.FAULTS,
)

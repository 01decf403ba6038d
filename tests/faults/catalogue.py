"""All faults there are."""

from __future__ import annotations

from tests.faults import (
    engine,
    files,
    generators,
    load,
    media,
    recordings_ended,
    recordings_killed,
    recordings_on_disks,
    soak,
    streams,
)
from tests.faults.fault import Fault

FAULTS: tuple[Fault, ...] = (
    *recordings_killed.FAULTS,
    *recordings_ended.FAULTS,
    *recordings_on_disks.FAULTS,
    *streams.FAULTS,
    *media.FAULTS,
    *files.FAULTS,
    *generators.FAULTS,
    *engine.FAULTS,
    *load.FAULTS,
    *soak.FAULTS,
)

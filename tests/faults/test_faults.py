"""A few injections of each fault; ``python -m tests.faults`` does all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.catalogue import FAULTS
from tests.faults.fault import Fault, run


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.quick], ids=lambda fault: fault.name)
def test_nothing_goes_wrong(fault: Fault, tmp_path: Path) -> None:
    tally = run(fault, fault.quick, seed=1, folder=tmp_path, tell=lambda tally: None)
    assert tally.injected >= fault.quick
    assert tally.wrong == []

import json
from dataclasses import asdict

import pytest

from tests.training.evaluation.record_gallery import RECORDED, measure_gallery


def test_every_shipped_style_is_as_it_was_recorded() -> None:
    """After training anew: python -m tests.training.evaluation.record_gallery"""
    recorded, found = json.loads(RECORDED.read_text()), measure_gallery()
    assert recorded.keys() == found.keys() and len(found) >= 16
    for name, figures in found.items():
        for key, value in asdict(figures).items():
            # Another processor rounds some pixels the other way.
            assert value == pytest.approx(recorded[name][key], rel=0.1, abs=0.05), (name, key)
        assert figures.grid <= 6, name
        assert 0.8 <= figures.border <= 1.25, name

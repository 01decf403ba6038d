"""From one style to the next without a jump."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pleinair.app.studio import Studio
from pleinair.engine.live.fade import CrossFade
from tests.support.clock import ManualClock


def test_the_vectors_pass_evenly_from_one_style_to_the_other(studio: Studio, clock: ManualClock) -> None:
    digest = studio.generators[0].digest
    old, new = studio.look("udnie", 0.5), studio.look("the-scream", 0.9)
    fade = CrossFade(old, clock)
    fade.show(new, 0.4)
    for passed, share in ((0.0, 0.0), (0.1, 0.25), (0.2, 0.75), (0.1, 1.0)):
        clock.advance(passed)
        current = fade.current()
        wanted = (1 - share) * old.vector_for(digest) + share * new.vector_for(digest)
        np.testing.assert_allclose(current.vector_for(digest), wanted, atol=1e-4)
        assert current.strength == 0.9  # at once
    assert fade.current() is new


def test_what_else_changes_meanwhile_does_not_end_it(studio: Studio, clock: ManualClock) -> None:
    fade = CrossFade(studio.look("udnie"), clock)
    fade.show(new := studio.look("the-scream"), 1.0)
    clock.advance(0.5)
    fade.show(replace(new, strength=0.3), 1.0)
    weights = {style.id: weight for style, weight in fade.current().mix}
    assert weights == pytest.approx({"udnie": 0.5, "the-scream": 0.5}) and fade.current().strength == 0.3


def test_it_can_turn_back_half_way_and_be_left_out(studio: Studio, clock: ManualClock) -> None:
    fade = CrossFade(old := studio.look("udnie"), clock)
    fade.show(studio.look("the-scream"), 1.0)
    clock.advance(0.5)
    fade.show(old, 1.0)
    clock.advance(0.5)
    weights = {style.id: weight for style, weight in fade.current().mix}
    assert weights == pytest.approx({"udnie": 0.75, "the-scream": 0.25})
    fade.show(other := studio.look("ink"))
    assert fade.current() is other

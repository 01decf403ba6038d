"""What the machine that runs the tests can do."""

from __future__ import annotations

from pleinair.engine.backends.openvino import load_core


def has_bfloat16() -> bool:
    """Whether OpenVINO computes in bfloat16 here."""
    return "BF16" in load_core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")

"""What a generator that did not come with the program must be, before any runtime reads it."""

from __future__ import annotations

from pleinair.engine.backends.session import InvalidNetwork
from pleinair.engine.foreign.network import FLOAT, UINT8, Declared, Network
from pleinair.engine.foreign.shapes import Value, run_on_sizes

SIZES = ((48, 64), (97, 131), (480, 640), (8192, 8192))
"""Heights and widths of the frames for which it is checked: awkward ones, and the largest."""
MARGIN = 256
"""Pixels by which a generator may widen a frame; ours do by up to 55."""
ELEMENTS = 1000
"""A pixel, in all tensors together; ``fine`` has 324."""
PRODUCTS = 300_000
"""A pixel; ``fine`` has 28,900."""
MOST_NODES = 1000
"""``fine`` has 152."""
LONGEST_STYLE = 10_000_000
"""Numbers; one of ``fast`` has 103,180."""


def check_network(network: Network) -> None:
    """Raises InvalidNetwork unless it has the inputs ``frame`` and ``style`` and the output ``painted`` as they must
    be, paints every size of frame in that size, and takes no more memory and time than a few times what ours take."""
    style = network.inputs.get("style", Declared(0, ())).shape
    length = style[0] if len(style) == 1 else None
    if (
        dict(network.inputs) != {"frame": PICTURE, "style": Declared(FLOAT, (length,))}
        or dict(network.outputs) != {"painted": PICTURE}
        or not 0 < (length or 0) <= LONGEST_STYLE
    ):
        raise InvalidNetwork("its inputs or its output are not of the types and shapes that generators have")
    if len(network.nodes) > MOST_NODES:
        raise InvalidNetwork(f"it has more than {MOST_NODES:,} steps")
    for height, width in SIZES:
        run = run_on_sizes(network, height, width)
        if run.outputs["painted"] != Value(UINT8, (1, height, width, 3)):
            raise InvalidNetwork("what it paints is not of the frame's size")
        area = (height + MARGIN) * (width + MARGIN)
        if run.elements > ELEMENTS * area or run.products > PRODUCTS * area:
            raise InvalidNetwork("it takes too much memory or time")


PICTURE = Declared(UINT8, (1, None, None, 3))

"""FFmpeg's filters, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import av
from av.filter import Graph
from av.filter.context import FilterContext


def link(graph: Graph, *filters: FilterContext) -> Graph:
    """Link the filters in this order, and make the graph ready. Raises av.FFmpegError."""
    for one, other in pairwise(filters):
        one.link_to(other)
    graph.configure()
    return graph


def pulled(graph: Graph) -> Iterator[av.VideoFrame | av.AudioFrame]:
    """What the filters have ready."""
    while True:
        try:
            yield graph.pull()
        except (av.BlockingIOError, av.EOFError):
            return

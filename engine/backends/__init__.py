"""Backends: where the generator runs. One module each, one protocol (``network``)."""

from pleinair.engine.backends.selection import Choice, choose, open_network
from pleinair.engine.backends.session import Network

__all__ = ["Choice", "Network", "choose", "open_network"]
